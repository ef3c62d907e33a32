/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite, with what every table of the hall needs. */
#include "vigil-hall-store.h"

#include <stdarg.h>

#include "vigil-hall-error.h"

struct _VigilHallStore
{
  sqlite3    *db;
  GHashTable *statements; /* SQL (by address) → sqlite3_stmt */
};

static const char schema[] =
  "PRAGMA journal_mode = WAL;"
  "PRAGMA busy_timeout = 2000;"
  "CREATE TABLE IF NOT EXISTS violation ("
  "  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, exam TEXT NOT NULL, student TEXT NOT NULL,"
  "  quiz TEXT NOT NULL, type TEXT NOT NULL, severity TEXT NOT NULL, at INTEGER NOT NULL,"
  "  count INTEGER NOT NULL, evidence TEXT NOT NULL, verdict TEXT, verdict_by TEXT, verdict_at INTEGER,"
  "  verdict_note TEXT, verdict_until INTEGER);"
  "CREATE INDEX IF NOT EXISTS violation_student ON violation (exam, student, at, n);"
  "CREATE INDEX IF NOT EXISTS violation_open ON violation (exam, at, n) WHERE verdict IS NULL;"
  "CREATE INDEX IF NOT EXISTS violation_snoozed ON violation (verdict_until) WHERE verdict = 'snoozed';"
  "CREATE INDEX IF NOT EXISTS violation_escalated ON violation (exam, at, n) WHERE verdict = 'escalated';"
  "CREATE TABLE IF NOT EXISTS evidence ("
  "  n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, exam TEXT NOT NULL, student TEXT NOT NULL,"
  "  kind TEXT NOT NULL, at INTEGER NOT NULL, size INTEGER NOT NULL, sha256 TEXT, type TEXT NOT NULL,"
  "  violation TEXT, reference INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0);"
  "CREATE INDEX IF NOT EXISTS evidence_student ON evidence (exam, student, at, n);"
  "CREATE TABLE IF NOT EXISTS snapshot (key TEXT PRIMARY KEY, by TEXT NOT NULL, note TEXT);"
  "CREATE TABLE IF NOT EXISTS bypass ("
  "  n INTEGER PRIMARY KEY, exam TEXT NOT NULL, student TEXT NOT NULL, active INTEGER NOT NULL,"
  "  reason TEXT NOT NULL, category TEXT NOT NULL, signals TEXT NOT NULL, expires_at INTEGER NOT NULL,"
  "  bypassed_by TEXT NOT NULL, created_at INTEGER NOT NULL, revoked_by TEXT, revoked_at INTEGER NOT NULL,"
  "  version INTEGER NOT NULL, UNIQUE (exam, student));"
  "CREATE TABLE IF NOT EXISTS intervention ("
  "  n INTEGER PRIMARY KEY, exam TEXT NOT NULL, student TEXT NOT NULL, kind TEXT NOT NULL, text TEXT,"
  "  seconds INTEGER NOT NULL, reason TEXT, by TEXT NOT NULL, at INTEGER NOT NULL,"
  "  delivered_at INTEGER NOT NULL DEFAULT 0, acknowledged_at INTEGER NOT NULL DEFAULT 0,"
  "  version INTEGER NOT NULL);"
  "CREATE INDEX IF NOT EXISTS intervention_student ON intervention (exam, student, n);"
  "CREATE TABLE IF NOT EXISTS candidate ("
  "  exam TEXT NOT NULL, student TEXT NOT NULL, state INTEGER NOT NULL, ends_at INTEGER NOT NULL,"
  "  version INTEGER NOT NULL, PRIMARY KEY (exam, student));"
  "CREATE TABLE IF NOT EXISTS answer ("
  "  user TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL,"
  "  body TEXT NOT NULL, etag TEXT, at INTEGER NOT NULL, PRIMARY KEY (user, key));"
  "CREATE TABLE IF NOT EXISTS batch ("
  "  student TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (student, id));";

static gboolean
fail (VigilHallStore *self, GError **error)
{
  g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_INTERNAL, "the store: %s", sqlite3_errmsg (self->db));
  return FALSE;
}

VigilHallStore *
vigil_hall_store_new (const char *path, gboolean keep, GError **error)
{
  /* A checkpoint waits for the disk, on the hall's thread: seconds, while others write. */
  const char *durability = keep ? "PRAGMA synchronous = NORMAL;" : "PRAGMA synchronous = OFF;";
  VigilHallStore *self = g_new0 (VigilHallStore, 1);

  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL,
                                            (GDestroyNotify) sqlite3_finalize);
  if (sqlite3_open (path, &self->db) == SQLITE_OK &&
      sqlite3_exec (self->db, durability, NULL, NULL, NULL) == SQLITE_OK &&
      sqlite3_exec (self->db, schema, NULL, NULL, NULL) == SQLITE_OK)
    return self;
  fail (self, error);
  vigil_hall_store_free (self);
  return NULL;
}

void
vigil_hall_store_free (VigilHallStore *self)
{
  g_hash_table_unref (self->statements);
  if (sqlite3_close (self->db) != SQLITE_OK)
    g_warning ("the store did not close: %s", sqlite3_errmsg (self->db));
  g_free (self);
}

static sqlite3_stmt *
get_statement (VigilHallStore *self, const char *sql)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement)
    {
      sqlite3_reset (statement);
      return statement;
    }
  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) != SQLITE_OK)
    {
      g_critical ("the store: %s: %s", sql, sqlite3_errmsg (self->db));
      return NULL;
    }
  g_hash_table_insert (self->statements, (gpointer) sql, statement);
  return statement;
}

static sqlite3_stmt *
bind (VigilHallStore *self, const char *sql, const char *types, va_list args)
{
  sqlite3_stmt *statement = get_statement (self, sql);

  for (int i = 0; statement && types[i]; i++)
    if (types[i] == 's')
      sqlite3_bind_text (statement, i + 1, va_arg (args, const char *), -1, SQLITE_TRANSIENT);
    else
      sqlite3_bind_int64 (statement, i + 1, va_arg (args, gint64));
  return statement;
}

sqlite3_stmt *
vigil_hall_store_query (VigilHallStore *self, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  va_list args;

  va_start (args, types);
  statement = bind (self, sql, types, args);
  va_end (args);
  return statement;
}

gboolean
vigil_hall_store_run (VigilHallStore *self, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  va_list args;
  int result;

  va_start (args, types);
  statement = bind (self, sql, types, args);
  va_end (args);
  if (!statement)
    return fail (self, error);
  do
    result = sqlite3_step (statement);
  while (result == SQLITE_ROW);
  if (result != SQLITE_DONE)
    fail (self, error);
  sqlite3_reset (statement);
  return result == SQLITE_DONE;
}

char *
vigil_hall_store_dup_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

gint64
vigil_hall_store_get_last_row (VigilHallStore *self)
{
  return sqlite3_last_insert_rowid (self->db);
}
