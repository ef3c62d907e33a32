/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hall's SQLite file, in WAL mode: violations, evidence index, verdicts, bypasses,
 * interventions, remembered answers. The hall's thread only; statements are kept prepared.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

typedef struct _VigilHallStore VigilHallStore;

/** Opens or makes @path. @keep: it is to survive a crash of the machine; else nothing ever waits
 *  for the disk. Errors: VIGIL_HALL_ERROR_INTERNAL with SQLite's words. */
VigilHallStore *vigil_hall_store_new  (const char *path, gboolean keep, GError **error);
void            vigil_hall_store_free (VigilHallStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallStore, vigil_hall_store_free)

/**
 * vigil_hall_store_query:
 * @sql: a string literal: its address is the key of the cache
 * @types: one letter per parameter: 's' const char * (nullable), 'i' gint64
 *
 * Returns: (transfer none) (nullable): the statement with its parameters bound, to be stepped by
 * the caller and given back with sqlite3_reset(). %NULL: logged.
 */
sqlite3_stmt *vigil_hall_store_query (VigilHallStore *self, const char *sql, const char *types, ...);

/** As vigil_hall_store_query(), stepped to its end. Errors: VIGIL_HALL_ERROR_INTERNAL. */
gboolean vigil_hall_store_run (VigilHallStore *self, GError **error, const char *sql, const char *types, ...);

/** A text column. Returns: (transfer full) (nullable). */
char *vigil_hall_store_dup_text (sqlite3_stmt *statement, int column);

/** The row that was inserted last. */
gint64 vigil_hall_store_get_last_row (VigilHallStore *self);

G_END_DECLS
