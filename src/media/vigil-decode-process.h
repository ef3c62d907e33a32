/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts and ends one helper process. A plain value; one thread at a time. */
#pragma once

#include <glib.h>

#include "vigil-decode-wire.h"

G_BEGIN_DECLS

typedef struct
{
  GPid  pid;     /* 0: there is none */
  int   control;
  int   lanes[VIGIL_DECODE_LANES_MAX];
  guint n_lanes;
} VigilDecodeProcess;

gboolean vigil_decode_process_start (VigilDecodeProcess  *self,
                                     const char          *program,
                                     const char          *codec,
                                     guint                n_lanes,
                                     int                  memory,
                                     gsize                memory_size,
                                     gboolean            *sandboxed,
                                     GError             **error);
void     vigil_decode_process_kill  (VigilDecodeProcess  *self);
char    *vigil_decode_process_end   (VigilDecodeProcess  *self);

G_END_DECLS
