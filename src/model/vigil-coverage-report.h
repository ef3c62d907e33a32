/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proof of coverage as it is handed out: a snapshot of the ledger, and what is written of it. */
#pragma once

#include "vigil-coverage.h"

G_BEGIN_DECLS

/** One candidate. Strings are the wire's, as they came. */
typedef struct
{
  char              *id;
  char              *name;
  char              *room;       /* "": in none */
  char              *sort_key;
  VigilCoverageSums  sums;
  gint64            *intervals;  /* epoch ms: from, to, from, to, … */
  guint              n;          /* pairs */
} VigilCoverageRow;

/** Immutable once made; may be written on any thread. */
typedef struct
{
  char      *exam_id;
  char      *title;
  char      *hall;
  char      *who;                /* at this console */
  gint64     from_ms;            /* epoch ms: the first look, or when it was made */
  gint64     made_ms;
  guint      warn_seconds;
  GPtrArray *rows;               /* VigilCoverageRow: by room, then by name */
} VigilCoverageReport;

/** Takes what the ledger knows now of everybody in the roster, and of those it saw who are not in it any more. Main
 *  thread; some 2 µs a candidate, and the sorting is left to vigil_coverage_report_sort(). */
VigilCoverageReport *vigil_coverage_report_new  (VigilCoverage *coverage, VigilRoster *roster);
void                 vigil_coverage_report_free (VigilCoverageReport *self);
/** Puts the rows in order. Any thread, before anything is written of it. */
void                 vigil_coverage_report_sort (VigilCoverageReport *self);

/** Where what is written goes. Returns: FALSE, with an error: stop. */
typedef gboolean (*VigilWriteFunc) (const char *text, gsize length, gpointer user_data, GError **error);

/**
 * One row a candidate: id, name, room, seconds watched, first and last look, longest gap, …; RFC 4180 with a heading, UTF-8.
 * Fields from the wire cannot be taken for formulas: one that begins with what a spreadsheet takes for one gets an apostrophe before
 * it, and control characters become blanks. Any thread.
 */
gboolean vigil_coverage_report_write_sums      (const VigilCoverageReport *self, VigilWriteFunc write, gpointer user_data, GError **error);
/** One row an interval: id, from, to (ISO 8601, UTC), seconds. Any thread. */
gboolean vigil_coverage_report_write_intervals (const VigilCoverageReport *self, VigilWriteFunc write, gpointer user_data, GError **error);

/** Appends a field of a CSV row, safe as said above. */
void     vigil_csv_append (GString *line, const char *field);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilCoverageReport, vigil_coverage_report_free)

G_END_DECLS
