/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes from the decoding helper what a decoder does not need. Not part of the client. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean vigil_decoder_sandbox_enter (gsize memory_size,
                                      guint n_threads);
gboolean vigil_decoder_sandbox_seal  (void);
gboolean vigil_decoder_sandbox_holds (void);

G_END_DECLS
