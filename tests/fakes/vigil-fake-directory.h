/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A directory whose every answer is given by the test. */
#pragma once

#include "vigil-fake-log.h"
#include "vigil-hall-directory.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FAKE_DIRECTORY (vigil_fake_directory_get_type ())
G_DECLARE_FINAL_TYPE (VigilFakeDirectory, vigil_fake_directory, VIGIL, FAKE_DIRECTORY, GObject)

/** Questions are logged ("candidates", "candidates after=…", "candidate s1", "events s1", "fetch k")
 *  and wait for an answer. */
VigilFakeDirectory *vigil_fake_directory_new (VigilFakeLog *log);

guint vigil_fake_directory_get_n_waiting (VigilFakeDirectory *self);

/** Answers the oldest question. @answer: (transfer full): what the question is about. */
void vigil_fake_directory_answer (VigilFakeDirectory *self, gpointer answer, GDestroyNotify free_answer);
/** Answers the oldest question with a VIGIL_SESSION_ERROR. */
void vigil_fake_directory_fail   (VigilFakeDirectory *self, int code);

/** A page for vigil_fake_directory_answer(). @first: (transfer full) (nullable) */
VigilRosterPage *vigil_fake_page_new (const char *next, guint total, gint64 epoch, gint64 seq);
/** A row as a hall's page has it. */
VigilCandidateInfo *vigil_fake_row_new (const char *id, const char *name, gboolean streaming, const char *producer_id);

/** The same for VIGIL_DIRECTORY_CHANGES and VIGIL_DIRECTORY_FLAGS, which wait beside the others and are not counted. */
void vigil_fake_directory_answer_to (VigilFakeDirectory *self, VigilDirectoryQuery query, gpointer answer, GDestroyNotify free_answer);
void vigil_fake_directory_fail_to   (VigilFakeDirectory *self, VigilDirectoryQuery query, int code);

G_END_DECLS
