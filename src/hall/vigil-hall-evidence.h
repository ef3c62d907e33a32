/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hall's evidence: files in the field's layout, an index in the store, presigned URLs.
 * The hall's thread.
 */
#pragma once

#include "vigil-evidence-key.h"
#include "vigil-hall-store.h"

G_BEGIN_DECLS

typedef struct _VigilHallEvidence VigilHallEvidence;

/** @dir: made if need be; @url_seconds: life of a URL. */
VigilHallEvidence *vigil_hall_evidence_new  (VigilHallStore *store, const char *dir, guint url_seconds);
void               vigil_hall_evidence_free (VigilHallEvidence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallEvidence, vigil_hall_evidence_free)

/** What is being put. */
typedef struct
{
  const char        *exam_id;
  const char        *student_id;
  VigilEvidenceKind  kind;
  gint64             at;           /* of capture */
  const char        *content_type;
  const char        *violation;    /* nullable: id */
  const char        *by;           /* nullable: the operator who took it */
  const char        *note;         /* nullable: what the operator says of it */
} VigilHallEvidenceInfo;

/** Writes @bytes. Returns: (transfer full) (nullable): the key; %NULL: INVALID, INTERNAL or UNAVAILABLE. */
char *vigil_hall_evidence_put (VigilHallEvidence           *self,
                               const VigilHallEvidenceInfo *info,
                               GBytes                      *bytes,
                               GError                     **error);

/** Which items a page is about. */
typedef struct
{
  const char *exam_id;
  const char *student_id;
  const char *kind;      /* nullable */
  const char *violation; /* nullable */
  gboolean    snapshots; /* only what operators took */
  gint64      from;
  gint64      to;        /* −1: no end */
  gint64      after_at;  /* −1: from the newest */
  gint64      after_row;
  guint       limit;
} VigilHallEvidenceQuery;

/** Appends the items (newest first) to an open array; @next_at and @next_row are 0 after the last page. */
void vigil_hall_evidence_write_page (VigilHallEvidence            *self,
                                     const VigilHallEvidenceQuery *query,
                                     gint64                        now,
                                     GString                      *out,
                                     gint64                       *next_at,
                                     gint64                       *next_row);

/** Time of the newest camera capture of a candidate, reference face or not; 0: none. */
gint64   vigil_hall_evidence_get_newest        (VigilHallEvidence *self, const char *exam_id, const char *student_id);
/** Its key. @at: (out): its time. Returns: (transfer full) (nullable): there is none. */
char    *vigil_hall_evidence_dup_newest_key    (VigilHallEvidence *self, const char *exam_id, const char *student_id, gint64 *at);
gboolean vigil_hall_evidence_has_reference     (VigilHallEvidence *self, const char *exam_id, const char *student_id);

/** A signed path on this hall. @expires: (out): epoch seconds. Returns: (transfer full): a secret. */
char *vigil_hall_evidence_sign (VigilHallEvidence *self, const char *key, gint64 now, gint64 *expires);

/** Whether @signature is ours for @key and has not run out. Errors: AUTH_FORBIDDEN. */
gboolean vigil_hall_evidence_verify (VigilHallEvidence *self,
                                     const char        *key,
                                     const char        *expires,
                                     const char        *signature,
                                     gint64             now,
                                     GError           **error);

/** The object's bytes. Errors: NOT_FOUND, GONE, UNAVAILABLE. Returns: (transfer full). */
GBytes *vigil_hall_evidence_get (VigilHallEvidence *self, const char *key, const char **content_type, GError **error);

/** Deletes what is older than @before: what retention does. Returns: how many objects went. */
guint vigil_hall_evidence_retain (VigilHallEvidence *self, gint64 before);

/** The store is lost (a fault): everything is UNAVAILABLE. */
void     vigil_hall_evidence_set_lost (VigilHallEvidence *self, gboolean lost);
gboolean vigil_hall_evidence_is_lost  (VigilHallEvidence *self);

G_END_DECLS
