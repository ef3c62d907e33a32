/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The coverage of one exam on this computer's disk, so that a crash loses seconds and not hours of it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** The folder of the journals, in the user's data. Returns: (transfer full). */
char *vigil_coverage_journal_dup_folder (void);

/** Where an exam's journal is. Names of hall and exam may hold anything; @starts_at_ms tells two sittings apart, and the
 *  day does where it is 0. Returns: (transfer full). */
char *vigil_coverage_journal_dup_path (const char *hall, const char *exam_id, gint64 starts_at_ms, gint64 now_ms);

/** One line: a candidate was watched from then to then, epoch ms of the hall. */
void  vigil_coverage_journal_format (GString *text, const char *id, gint64 from_ms, gint64 to_ms);

/** Appends lines to a journal, which only its owner may read, and makes it if need be. Any thread; blocks. */
gboolean vigil_coverage_journal_append (const char *path, const char *text, GError **error);

/** One line that was read. */
typedef struct
{
  char   *id;
  gint64  from_ms;
  gint64  to_ms;
} VigilCoverageLook;

/**
 * vigil_coverage_journal_read:
 * @n_bad: (out): lines that were none of ours, and are left out
 *
 * Reads a journal; nothing that is in the file is believed beyond its form. Any thread; blocks. Returns: (transfer full):
 * element-type VigilCoverageLook; empty where there is no file. %NULL: it could not be read.
 */
GArray *vigil_coverage_journal_read (const char *path, guint *n_bad, GError **error);

/** Deletes journals that nobody wrote to for so many days. Any thread; blocks. */
void  vigil_coverage_journal_clean (const char *folder, guint days);

G_END_DECLS
