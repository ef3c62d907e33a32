/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Refusals: acknowledgements and HTTP errors as GErrors; and whether this is a hall at all. */
#include "vigil-hall-answer.h"

#include <string.h>

#include "vigil-members.h"

#define MAX_MESSAGE 8192
#define MAX_HOLDER 1024
#define MAX_RETRY_MS (24 * 3600 * 1000)
#define PROTOCOL_VERSION 1

typedef struct
{
  char *holder;   /* nullable */
  guint retry_ms; /* 0: not said */
} VigilHallAnswerErrorPrivate;

static void
vigil_hall_answer_error_private_init (VigilHallAnswerErrorPrivate *priv)
{
}

static void
vigil_hall_answer_error_private_copy (const VigilHallAnswerErrorPrivate *from, VigilHallAnswerErrorPrivate *to)
{
  to->holder = g_strdup (from->holder);
  to->retry_ms = from->retry_ms;
}

static void
vigil_hall_answer_error_private_clear (VigilHallAnswerErrorPrivate *priv)
{
  g_free (priv->holder);
}

G_DEFINE_EXTENDED_ERROR (VigilHallAnswerError, vigil_hall_answer_error)

static const struct
{
  const char *code;
  guint       status;
} codes[] = {
  [VIGIL_HALL_ANSWER_ERROR_INTERNAL] = { "internal", 500 },
  [VIGIL_HALL_ANSWER_ERROR_AUTH_INVALID] = { "auth.invalid", 401 },
  [VIGIL_HALL_ANSWER_ERROR_AUTH_EXPIRED] = { "auth.expired", 401 },
  [VIGIL_HALL_ANSWER_ERROR_AUTH_FORBIDDEN] = { "auth.forbidden", 403 },
  [VIGIL_HALL_ANSWER_ERROR_NOT_FOUND] = { "not_found", 404 },
  [VIGIL_HALL_ANSWER_ERROR_CONFLICT] = { "conflict", 409 },
  [VIGIL_HALL_ANSWER_ERROR_GONE] = { "gone", 410 },
  [VIGIL_HALL_ANSWER_ERROR_PRECONDITION] = { "precondition_failed", 412 },
  [VIGIL_HALL_ANSWER_ERROR_TOO_LARGE] = { "too_large", 413 },
  [VIGIL_HALL_ANSWER_ERROR_INVALID] = { "invalid", 400 },
  [VIGIL_HALL_ANSWER_ERROR_RATE_LIMITED] = { "rate_limited", 429 },
  [VIGIL_HALL_ANSWER_ERROR_UNAVAILABLE] = { "unavailable", 503 },
  [VIGIL_HALL_ANSWER_ERROR_SFU_UNAVAILABLE] = { "sfu.unavailable", 503 },
  [VIGIL_HALL_ANSWER_ERROR_NO_SUCH_PRODUCER] = { "sfu.no_such_producer", 404 },
  [VIGIL_HALL_ANSWER_ERROR_NO_SUCH_TRANSPORT] = { "sfu.no_such_transport", 404 },
  [VIGIL_HALL_ANSWER_ERROR_NO_SUCH_CONSUMER] = { "sfu.no_such_consumer", 404 },
  [VIGIL_HALL_ANSWER_ERROR_CANNOT_CONSUME] = { "sfu.cannot_consume", 409 },
  [VIGIL_HALL_ANSWER_ERROR_STILL_NONE] = { "still.none", 404 },
};

const char *
vigil_hall_answer_error_to_code (VigilHallAnswerError error)
{
  return (guint) error < G_N_ELEMENTS (codes) ? codes[error].code : codes[0].code;
}

guint
vigil_hall_answer_error_to_status (VigilHallAnswerError error)
{
  return (guint) error < G_N_ELEMENTS (codes) ? codes[error].status : codes[0].status;
}

VigilHallAnswerError
vigil_hall_answer_error_from_code (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (strcmp (codes[i].code, code) == 0)
      return (VigilHallAnswerError) i;
  return VIGIL_HALL_ANSWER_ERROR_INTERNAL;
}

VigilHallAnswerError
vigil_hall_answer_error_from_status (guint status)
{
  /* Gateways of halls say these; the first entry with a status is its general one. */
  if (status == 502 || status == 504)
    return VIGIL_HALL_ANSWER_ERROR_UNAVAILABLE;
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i].status == status)
      return (VigilHallAnswerError) i;
  return status >= 400 && status < 500 ? VIGIL_HALL_ANSWER_ERROR_INVALID : VIGIL_HALL_ANSWER_ERROR_INTERNAL;
}

const char *
vigil_hall_answer_error_get_holder (const GError *error)
{
  return error && error->domain == VIGIL_HALL_ANSWER_ERROR ? vigil_hall_answer_error_get_private (error)->holder : NULL;
}

guint
vigil_hall_answer_error_get_retry_ms (const GError *error)
{
  return error && error->domain == VIGIL_HALL_ANSWER_ERROR ? vigil_hall_answer_error_get_private (error)->retry_ms : 0;
}

/* Who has it and when to come again is worth knowing; what else may be wrong with the details is not worth a second error. */
static void
read_details (JsonNode *node, GError *error)
{
  VigilMembers m, details;
  JsonNode *inner;

  if (!error || !vigil_members_init (&m, node, "error", NULL))
    return;
  inner = vigil_members_get_object (&m, "details", VIGIL_MEMBER_NULLABLE);
  if (!inner || !vigil_members_init (&details, inner, "details", NULL))
    return;
  vigil_hall_answer_error_get_private (error)->holder =
    g_strdup (vigil_members_get_text (&details, "claimedBy", VIGIL_MEMBER_NULLABLE, MAX_HOLDER));
  vigil_hall_answer_error_get_private (error)->retry_ms =
    (guint) vigil_members_get_int (&details, "retryAfterMs", VIGIL_MEMBER_NULLABLE, 0, MAX_RETRY_MS, 0);
}

/* Reads {code, message}; FALSE if @node is nothing of the sort. */
static gboolean
read_error (JsonNode *node, VigilHallAnswerError *code, const char **message)
{
  const char *text;
  VigilMembers m;

  if (!vigil_members_init (&m, node, "error", NULL))
    return FALSE;
  text = vigil_members_get_id (&m, "code", VIGIL_MEMBER_REQUIRED);
  if (!text)
    return FALSE;
  *code = vigil_hall_answer_error_from_code (text);
  *message = vigil_members_get_text (&m, "message", VIGIL_MEMBER_NULLABLE, MAX_MESSAGE);
  if (!*message || !**message)
    *message = text;
  return TRUE;
}

void
vigil_hall_answer_set_error (JsonNode *body, guint status, GError **error)
{
  JsonNode *node = body && JSON_NODE_HOLDS_OBJECT (body) ? json_object_get_member (json_node_get_object (body), "error") : NULL;
  VigilHallAnswerError code;
  const char *message;

  if (node && read_error (node, &code, &message))
    {
      g_set_error_literal (error, VIGIL_HALL_ANSWER_ERROR, (int) code, message);
      read_details (node, error ? *error : NULL);
    }
  else
    g_set_error (error, VIGIL_HALL_ANSWER_ERROR, (int) vigil_hall_answer_error_from_status (status),
                 "HTTP status %u", status);
}

gboolean
vigil_hall_answer_check_ack (JsonNode *ack, GError **error)
{
  VigilHallAnswerError code;
  const char *message;
  gboolean ok;
  VigilMembers m;

  if (!vigil_members_init (&m, ack, "acknowledgement", error))
    return FALSE;
  ok = vigil_members_get_bool (&m, "ok", VIGIL_MEMBER_REQUIRED, FALSE);
  if (!vigil_members_ok (&m))
    return FALSE;
  if (ok)
    return TRUE;
  if (!read_error (json_object_get_member (m.object, "error"), &code, &message))
    return vigil_members_fail (&m, "error", "missing or malformed");
  g_set_error_literal (error, VIGIL_HALL_ANSWER_ERROR, (int) code, message);
  read_details (json_object_get_member (m.object, "error"), error ? *error : NULL);
  return FALSE;
}

void
vigil_hall_answer_set_connect_error (JsonNode *payload, GError **error)
{
  VigilHallAnswerError code = VIGIL_HALL_ANSWER_ERROR_INTERNAL;
  const char *ignored;
  const char *message = NULL;
  VigilMembers m;

  if (payload && JSON_NODE_HOLDS_VALUE (payload) && json_node_get_value_type (payload) == G_TYPE_STRING)
    message = json_node_get_string (payload);
  else if (vigil_members_init (&m, payload, "connect error", NULL))
    {
      message = vigil_members_get_text (&m, "message", VIGIL_MEMBER_NULLABLE, MAX_MESSAGE);
      read_error (json_object_get_member (m.object, "data"), &code, &ignored);
    }
  g_set_error_literal (error, VIGIL_HALL_ANSWER_ERROR, (int) code, message && *message ? message : "refused without a reason");
}

gboolean
vigil_hall_answer_check_hall (JsonNode *body, char **hall_name, GError **error)
{
  const char *service, *name;
  gint64 version;
  VigilMembers m;

  if (!vigil_members_init (&m, body, "hall", NULL) ||
      !(service = vigil_members_get_id (&m, "service", VIGIL_MEMBER_REQUIRED)) ||
      strcmp (service, "vigil-hall") != 0)
    {
      g_set_error_literal (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_NOT_A_HALL, "the address answers, and is not a hall");
      return FALSE;
    }
  version = vigil_members_get_int (&m, "protocol", VIGIL_MEMBER_REQUIRED, 0, G_MAXINT32, -1);
  name = vigil_members_get_text (&m, "hall", VIGIL_MEMBER_REQUIRED, MAX_MESSAGE);
  if (version != PROTOCOL_VERSION || !name)
    {
      g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_UNSUPPORTED,
                   "the hall speaks protocol %" G_GINT64_FORMAT ", this program %d", version, PROTOCOL_VERSION);
      return FALSE;
    }
  if (hall_name)
    *hall_name = g_strdup (name);
  return TRUE;
}
