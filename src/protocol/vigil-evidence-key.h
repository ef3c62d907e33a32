/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of evidence objects, in the field's layout. */
#pragma once

#include "vigil-protocol-error.h"

G_BEGIN_DECLS

typedef enum
{
  VIGIL_EVIDENCE_CAMERA,    /* {date}/{exam}/{student}/camera/{ms}_{uuid}.jpg */
  VIGIL_EVIDENCE_SCREEN,    /* …/screen/{ms}_{uuid}.jpg */
  VIGIL_EVIDENCE_REFERENCE, /* …/camera/base_truth_{ms}.jpg */
  VIGIL_EVIDENCE_AUDIO,     /* …/audio/audio_{ms}/chunk_{00000}.webm */
} VigilEvidenceKind;

/** Length of an audio chunk. */
#define VIGIL_EVIDENCE_CHUNK_MS 30000

/** A key in its parts. */
typedef struct
{
  VigilEvidenceKind  kind;
  guint              date;       /* YYYYMMDD, UTC */
  char              *exam_id;
  char              *student_id;
  gint64             at_ms;      /* capture; of a chunk: start of the recording */
  char              *uuid;       /* nullable; of captures */
  guint              chunk;      /* of audio */
  char              *extension;  /* "jpg", without the dot */
} VigilEvidenceKey;

/**
 * vigil_evidence_key_parse:
 * @key: UTF-8
 *
 * Refuses (VIGIL_PROTOCOL_ERROR_FIELD) what is not exactly of the layout, so also every key that
 * could leave a folder it is put under: empty or dot segments, backslashes, control characters.
 * Thread: any. Returns: (transfer full).
 */
VigilEvidenceKey *vigil_evidence_key_parse (const char *key, GError **error);

/**
 * vigil_evidence_key_build:
 *
 * The text of @self; @date 0 is taken from @at_ms, a missing @extension is that of the kind, a
 * missing @uuid of a capture is made up. Errors as for parsing. Returns: (transfer full).
 */
char *vigil_evidence_key_build (const VigilEvidenceKey *self, GError **error);

/** Epoch milliseconds of what the object shows first: of a chunk, of that chunk. */
gint64 vigil_evidence_key_get_time (const VigilEvidenceKey *self);

/** "camera", "screen" or "audio": the kind on the wire. */
const char *vigil_evidence_key_get_kind_nick (const VigilEvidenceKey *self);

/** YYYYMMDD of @at_ms in UTC; 0 if it is out of the calendar. */
guint vigil_evidence_date (gint64 at_ms);

void vigil_evidence_key_free (VigilEvidenceKey *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilEvidenceKey, vigil_evidence_key_free)

G_END_DECLS
