/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which helper decodes which codec. */
#pragma once

#include "vigil-decode-helper.h"

G_BEGIN_DECLS

/** Main thread only. Helpers that it gave out outlive it. */
typedef struct _VigilDecodeHost VigilDecodeHost;

VigilDecodeHost   *vigil_decode_host_new        (guint            n_lanes);
void               vigil_decode_host_free       (VigilDecodeHost *self);
VigilDecodeHelper *vigil_decode_host_get_helper (VigilDecodeHost *self,
                                                 const char      *codec);
void               vigil_decode_host_warm_up    (VigilDecodeHost *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilDecodeHost, vigil_decode_host_free)

G_END_DECLS
