/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody at the queue: takes the next violation, decides, and so on, whatever happens to the connection. */
#pragma once

#include "vigil-session.h"

G_BEGIN_DECLS

typedef struct _BenchDesk BenchDesk;

/** Decides from now on, confirming and dismissing in turns. */
BenchDesk  *bench_desk_new  (VigilSession *session);
void        bench_desk_free (BenchDesk *self);

guint       bench_desk_get_n_decided (BenchDesk *self);
/** Decides no more. What was decided goes on its way. */
void        bench_desk_stop (BenchDesk *self);
/** Nothing is on its way. */
gboolean    bench_desk_is_done (BenchDesk *self);
/** How many of those decided are still in @open (id → anything). @first: (out) (nullable): one of them. */
guint       bench_desk_get_undone (BenchDesk *self, GHashTable *open, const char **first);

G_END_DECLS
