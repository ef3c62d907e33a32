/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What feeds ask of the studio. */
#pragma once

#include "vigil-sim-clip.h"
#include "vigil-sim-studio.h"

G_BEGIN_DECLS

VigilSimClip *vigil_sim_studio_dup_clip    (VigilSimStudio        *self,
                                            const VigilSimClipKey *key);

void          vigil_sim_studio_wait_async  (VigilSimStudio        *self,
                                            GPtrArray             *clips,
                                            GCancellable          *cancellable,
                                            GAsyncReadyCallback    callback,
                                            gpointer               user_data);
gboolean      vigil_sim_studio_wait_finish (VigilSimStudio        *self,
                                            GAsyncResult          *result,
                                            GError               **error);

G_END_DECLS
