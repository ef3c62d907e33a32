/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was asked of the fakes, in order, as short lines: "consume p1", "attach 1", "resume c1". */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _VigilFakeLog VigilFakeLog;

VigilFakeLog *vigil_fake_log_new   (void);
VigilFakeLog *vigil_fake_log_ref   (VigilFakeLog *self);
void          vigil_fake_log_unref (VigilFakeLog *self);

void        vigil_fake_log_add   (VigilFakeLog *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void        vigil_fake_log_clear (VigilFakeLog *self);
/** All lines, joined by ", "; valid until the next call. */
const char *vigil_fake_log_get   (VigilFakeLog *self);
/** How many lines begin with @prefix. */
guint       vigil_fake_log_count (VigilFakeLog *self, const char *prefix);
/** Index of the first line that is @line, −1 without one. */
int         vigil_fake_log_find  (VigilFakeLog *self, const char *line);

/** Runs the main context until @condition says so, for at most @ms. Returns: whether it did. */
gboolean vigil_fake_wait (gboolean (*condition) (gpointer), gpointer data, guint ms);
/** Runs whatever is ready now. */
void     vigil_fake_spin (void);
/** Runs the main context for @ms. */
void     vigil_fake_run  (guint ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilFakeLog, vigil_fake_log_unref)

G_END_DECLS
