/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids to handles and back: grows only, never moves a string, looks up without a lock. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

/** Longest id that is taken, in bytes; the wire allows 128. */
#define VIGIL_ID_MAX_LEN 1024

typedef struct _VigilIdTable VigilIdTable;

/** A table for at most @capacity ids. Any thread. */
VigilIdTable *vigil_id_table_new  (guint capacity);
void          vigil_id_table_free (VigilIdTable *self);

/** The handle of the @len bytes at @id, given out in order from 0 on first sight. Thread: any; takes
 *  a lock only for an id that is new. Returns: VIGIL_HANDLE_NONE if the table is full or the id is
 *  empty or longer than VIGIL_ID_MAX_LEN. */
VigilHandle vigil_id_table_intern (VigilIdTable *self, const char *id, gsize len);

/** The handle, or VIGIL_HANDLE_NONE if it was never seen. Thread: any; no lock. */
VigilHandle vigil_id_table_lookup (VigilIdTable *self, const char *id, gsize len);

/** The id behind a handle, terminated. Returns: (transfer none) (nullable): lives as long as the
 *  table; %NULL for a handle that was not given out. Thread: any. */
const char *vigil_id_table_get_id (VigilIdTable *self, VigilHandle handle);

/** Handles given out so far. Thread: any. */
guint vigil_id_table_get_n (VigilIdTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilIdTable, vigil_id_table_free)

G_END_DECLS
