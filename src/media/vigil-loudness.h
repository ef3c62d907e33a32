/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RMS and peak of what was added since they were last taken. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A plain value; zeroed, it is empty. */
typedef struct
{
  double  squares;
  guint64 n;
  int     peak;
} VigilLoudness;

void     vigil_loudness_add  (VigilLoudness *self,
                              const gint16  *samples,
                              guint          n);
gboolean vigil_loudness_take (VigilLoudness *self,
                              double        *rms_db,
                              double        *peak_db);

G_END_DECLS
