/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hall answers, over HTTP and as acknowledgements. */
#pragma once

#include "vigil-json.h"
#include "vigil-sfu-config.h"
#include "vigil-types.h"

G_BEGIN_DECLS

/** Errors a hall refuses with; codes are what the caller can do, the message is the hall's, for logs. */
#define VIGIL_HALL_ANSWER_ERROR (vigil_hall_answer_error_quark ())
GQuark vigil_hall_answer_error_quark (void);

typedef enum
{
  VIGIL_HALL_ANSWER_ERROR_INTERNAL,          /* also every code we do not know */
  VIGIL_HALL_ANSWER_ERROR_AUTH_INVALID,
  VIGIL_HALL_ANSWER_ERROR_AUTH_EXPIRED,
  VIGIL_HALL_ANSWER_ERROR_AUTH_FORBIDDEN,
  VIGIL_HALL_ANSWER_ERROR_NOT_FOUND,
  VIGIL_HALL_ANSWER_ERROR_CONFLICT,
  VIGIL_HALL_ANSWER_ERROR_GONE,
  VIGIL_HALL_ANSWER_ERROR_PRECONDITION,
  VIGIL_HALL_ANSWER_ERROR_TOO_LARGE,
  VIGIL_HALL_ANSWER_ERROR_INVALID,
  VIGIL_HALL_ANSWER_ERROR_RATE_LIMITED,
  VIGIL_HALL_ANSWER_ERROR_UNAVAILABLE,
  VIGIL_HALL_ANSWER_ERROR_SFU_UNAVAILABLE,
  VIGIL_HALL_ANSWER_ERROR_NO_SUCH_PRODUCER,
  VIGIL_HALL_ANSWER_ERROR_NO_SUCH_TRANSPORT,
  VIGIL_HALL_ANSWER_ERROR_NO_SUCH_CONSUMER,
  VIGIL_HALL_ANSWER_ERROR_CANNOT_CONSUME,
  VIGIL_HALL_ANSWER_ERROR_STILL_NONE,
} VigilHallAnswerError;

/** The wire's code of an error ("auth.invalid"); never %NULL. */
const char *vigil_hall_answer_error_to_code (VigilHallAnswerError error);
/** And back; INTERNAL for a code we do not know. */
VigilHallAnswerError vigil_hall_answer_error_from_code (const char *code);
/** Who holds what a CONFLICT is about (details.claimedBy). Returns: (transfer none) (nullable). Thread: any. */
const char *vigil_hall_answer_error_get_holder (const GError *error);
/** When to come again, as a RATE_LIMITED says it (details.retryAfterMs); 0: it does not. Thread: any. */
guint vigil_hall_answer_error_get_retry_ms (const GError *error);
/** HTTP status of an error, 400..599. */
guint vigil_hall_answer_error_to_status (VigilHallAnswerError error);
/** The error a bare HTTP status stands for, for halls behind a proxy that answers in its own words. */
VigilHallAnswerError vigil_hall_answer_error_from_status (guint status);

/**
 * vigil_hall_answer_check_ack:
 * @ack: (nullable): the argument of an acknowledgement
 *
 * Whether it says {ok: true}. Otherwise @error is set: VIGIL_HALL_ANSWER_ERROR with the hall's code,
 * or VIGIL_PROTOCOL_ERROR_FIELD for something that is no acknowledgement. Thread: any.
 */
gboolean vigil_hall_answer_check_ack (JsonNode *ack, GError **error);

/**
 * vigil_hall_answer_set_error:
 * @body: (nullable): {"error": {code, message}}, or data of a CONNECT_ERROR
 * @status: HTTP status, for a body that has no code; 0: none
 *
 * Always sets @error, in VIGIL_HALL_ANSWER_ERROR. Thread: any.
 */
void vigil_hall_answer_set_error (JsonNode *body, guint status, GError **error);

/** The error of a CONNECT_ERROR payload: {message, data: {code}} or a bare string. */
void vigil_hall_answer_set_connect_error (JsonNode *payload, GError **error);

/** Whether GET /api/v1 was answered by a hall we can talk to. Errors: NOT_A_HALL, UNSUPPORTED. */
gboolean vigil_hall_answer_check_hall (JsonNode *body, char **hall_name, GError **error);

/** Answer of GET /session. */
typedef struct
{
  char      *user;
  char      *hall;
  VigilRole  role;
  gint64     server_time_ms;
  gint64     expires_at_ms; /* 0: does not expire */
} VigilWireSession;

/** An exam object. */
typedef struct
{
  char    *id;
  char    *quiz_id;
  char    *title;
  char    *state;
  char   **rooms;
  gint64   starts_at_ms; /* 0: not set */
  gint64   ends_at_ms;
  guint    candidates;
  guint    streaming;
  gboolean proctoring;
  guint    capture_seconds; /* a capture of each candidate so often; 0: not said */
  VigilSfuConfig *sfu;      /* nullable: the hall's own mediasoup */
} VigilWireExam;

/** Answer of joinExam. */
typedef struct
{
  gint64         server_time_ms;
  gint64         epoch;
  gint64         seq;
  VigilWireExam *exam;
} VigilWireJoin;

/** One value of a candidate's configuration. */
typedef struct
{
  char *key;
  char *value;  /* as text: "true", "10", the string itself, "" for null */
  char *source; /* "global", "test", "candidate" */
  char *by;     /* nullable */
} VigilWireConfigValue;

/** A page of anything. */
typedef struct
{
  GPtrArray *items; /* with a free function */
  char      *next;  /* nullable: cursor of the next page */
  guint      total; /* roster pages; else 0 */
  gint64     epoch; /* roster pages; else 0 */
  gint64     seq;   /* roster pages; else −1 */
} VigilWirePage;

void vigil_wire_session_free (VigilWireSession *self);
void vigil_wire_exam_free (VigilWireExam *self);
void vigil_wire_join_free (VigilWireJoin *self);
void vigil_wire_config_value_free (VigilWireConfigValue *self);
void vigil_wire_page_free (VigilWirePage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWireSession, vigil_wire_session_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWireExam, vigil_wire_exam_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWireJoin, vigil_wire_join_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWireConfigValue, vigil_wire_config_value_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWirePage, vigil_wire_page_free)

/* All of these: Thread: any. Errors: VIGIL_PROTOCOL_ERROR_FIELD naming the member. (transfer full). */

VigilWireSession *vigil_wire_session_from_json (JsonNode *node, GError **error);
VigilWireExam    *vigil_wire_exam_from_json (JsonNode *node, GError **error);
/**
 * Which SFU an exam's video comes through. A kind we do not know is NONE with a reason; a member of a kind we do
 * know that is missing or wrong is an error, which never quotes a value: some are secrets.
 */
VigilSfuConfig   *vigil_sfu_config_from_json (JsonNode *node, GError **error);
/** As above; what cannot be read is NONE, and the error its reason: an exam without video is still an exam. */
VigilSfuConfig   *vigil_sfu_config_from_exam (JsonNode *node);
/** @node: the acknowledgement, already checked to be ok. */
VigilWireJoin    *vigil_wire_join_from_json (JsonNode *node, GError **error);
/** Returns: (transfer container): of VigilWireConfigValue, by key. */
GPtrArray        *vigil_wire_config_from_json (JsonNode *node, GError **error);

typedef enum
{
  VIGIL_PAGE_EXAMS,      /* of VigilWireExam */
  VIGIL_PAGE_CANDIDATES, /* of VigilCandidateInfo; total, epoch and seq are required */
  VIGIL_PAGE_VIOLATIONS, /* of VigilViolation */
  VIGIL_PAGE_EVIDENCE,   /* of VigilEvidenceItem */
  VIGIL_PAGE_BYPASSES,   /* of VigilBypass */
  VIGIL_PAGE_CHANGES,    /* of VigilHallEvent, those we do not know too; epoch and seq are required */
} VigilPageKind;

/** A page of at most 1,000 items. One bad item refuses the page, and the error says which. */
VigilWirePage *vigil_wire_page_from_json (JsonNode *node, VigilPageKind kind, GError **error);

G_END_DECLS
