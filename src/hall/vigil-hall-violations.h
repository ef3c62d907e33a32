/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Violations and their verdicts, as they are kept. The hall's thread. */
#pragma once

#include "vigil-hall-exam.h"
#include "vigil-hall-store.h"

G_BEGIN_DECLS

/** A row. */
typedef struct
{
  gint64  row;
  char   *id;
  char   *exam_id;
  char   *student_id;
  char   *quiz_id;
  char   *type;
  char   *severity;
  gint64  at;
  gint64  count;
  char   *evidence;      /* a JSON array of keys */
  char   *verdict;       /* nullable: an open flag */
  char   *verdict_by;
  gint64  verdict_at;
  char   *verdict_note;
  gint64  verdict_until;
} VigilHallViolation;

void vigil_hall_violation_free (VigilHallViolation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallViolation, vigil_hall_violation_free)

/** Appends the members of a violation to an open object. */
void vigil_hall_violation_write_members (const VigilHallViolation *self, GString *out);

/** Stores a new one. Returns: (transfer full) (nullable): its id; %NULL with @error set. */
char *vigil_hall_violations_add (VigilHallStore *store,
                                 VigilHallExam  *exam,
                                 const char     *student_id,
                                 const char     *type,
                                 const char     *severity,
                                 gint64          at,
                                 GError        **error);

void vigil_hall_violations_add_count    (VigilHallStore *store, const char *id, gint64 n);
void vigil_hall_violations_add_evidence (VigilHallStore *store, const char *id, const char *key);

/** Returns: (transfer full) (nullable): %NULL with NOT_FOUND. */
VigilHallViolation *vigil_hall_violations_lookup (VigilHallStore *store, const char *id, GError **error);

gboolean vigil_hall_violations_set_verdict (VigilHallStore *store,
                                            const char     *id,
                                            const char     *verdict,
                                            const char     *by,
                                            gint64          at,
                                            const char     *note,
                                            gint64          until,
                                            GError        **error);

/** Which flags of an exam. */
typedef enum
{
  VIGIL_HALL_FLAGS_ALL,
  VIGIL_HALL_FLAGS_OPEN,
  VIGIL_HALL_FLAGS_ESCALATED,
} VigilHallFlags;

/** Which violations a page is about; -1/NULL: no such limit. */
typedef struct
{
  const char *exam_id;
  const char *student_id; /* nullable: of the whole exam, oldest first */
  const char *type;       /* nullable */
  gint64      from;
  gint64      to;
  VigilHallFlags flags;    /* of the whole exam */
  gint64      after_at;   /* cursor: the last item's */
  gint64      after_row;
  guint       limit;
} VigilHallViolationQuery;

/** Returns: (transfer full): of VigilHallViolation, at most limit + 1 (one more than a page tells that it goes on). */
GPtrArray *vigil_hall_violations_list (VigilHallStore *store, const VigilHallViolationQuery *query);

/** The snoozed flags whose time has come by @now. Returns: (transfer full): of VigilHallViolation. */
GPtrArray *vigil_hall_violations_list_due (VigilHallStore *store, gint64 now);

/** How many open flags each candidate has: calls @func once per studentId. */
void vigil_hall_violations_foreach_open (VigilHallStore *store,
                                         const char     *exam_id,
                                         void          (*func) (const char *student_id, guint n, gpointer user_data),
                                         gpointer        user_data);

/** Sends the violation @id, as it is now, to everybody who listens. */
void vigil_hall_violations_announce (VigilHallStore *store, VigilHallExam *exam, const char *id);

G_END_DECLS
