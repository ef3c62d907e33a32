/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody at the queue: takes the next violation, decides, and so on, whatever happens to the connection. */
#pragma once

#include "vigil-session.h"

G_BEGIN_DECLS

typedef struct _SoakDesk SoakDesk;

/** Decides from now on, confirming and dismissing in turns. */
SoakDesk   *soak_desk_new  (VigilSession *session);
void        soak_desk_free (SoakDesk *self);

guint       soak_desk_get_n_decided (SoakDesk *self);
/** Decides no more. What was decided goes on its way. */
void        soak_desk_stop (SoakDesk *self);
/** Nothing is on its way. */
gboolean    soak_desk_is_done (SoakDesk *self);
/** How many of those decided are still in @open (id → anything). @first: (out) (nullable): one of them. */
guint       soak_desk_get_undone (SoakDesk *self, GHashTable *open, const char **first);

G_END_DECLS
