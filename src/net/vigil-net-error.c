/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors of GIO, TLS, libsoup, the parsers and the hall itself, in the words of session/. */
#include "vigil-net-error.h"

#include <libsoup/soup.h>

#include "vigil-hall-answer.h"
#include "vigil-protocol-error.h"
#include "vigil-redact.h"

#define MAX_MESSAGE 300

static VigilSessionError
code_of_hall_error (int code)
{
  switch ((VigilHallAnswerError) code)
    {
    case VIGIL_HALL_ANSWER_ERROR_AUTH_INVALID:
      return VIGIL_SESSION_ERROR_AUTH;
    case VIGIL_HALL_ANSWER_ERROR_AUTH_EXPIRED:
      return VIGIL_SESSION_ERROR_EXPIRED;
    case VIGIL_HALL_ANSWER_ERROR_AUTH_FORBIDDEN:
      return VIGIL_SESSION_ERROR_FORBIDDEN;
    case VIGIL_HALL_ANSWER_ERROR_NOT_FOUND:
    case VIGIL_HALL_ANSWER_ERROR_GONE:
    case VIGIL_HALL_ANSWER_ERROR_NO_SUCH_CONSUMER:
      return VIGIL_SESSION_ERROR_NOT_FOUND;
    case VIGIL_HALL_ANSWER_ERROR_NO_SUCH_TRANSPORT:
      return VIGIL_SESSION_ERROR_NO_TRANSPORT;
    case VIGIL_HALL_ANSWER_ERROR_NO_SUCH_PRODUCER:
      return VIGIL_SESSION_ERROR_NO_PRODUCER;
    case VIGIL_HALL_ANSWER_ERROR_CONFLICT:
    case VIGIL_HALL_ANSWER_ERROR_PRECONDITION:
    case VIGIL_HALL_ANSWER_ERROR_CANNOT_CONSUME:
      return VIGIL_SESSION_ERROR_CONFLICT;
    case VIGIL_HALL_ANSWER_ERROR_TOO_LARGE:
      return VIGIL_SESSION_ERROR_TOO_LARGE;
    case VIGIL_HALL_ANSWER_ERROR_INVALID:
      return VIGIL_SESSION_ERROR_INVALID;
    case VIGIL_HALL_ANSWER_ERROR_INTERNAL:
    case VIGIL_HALL_ANSWER_ERROR_RATE_LIMITED:
    case VIGIL_HALL_ANSWER_ERROR_UNAVAILABLE:
    case VIGIL_HALL_ANSWER_ERROR_SFU_UNAVAILABLE:
    default:
      return VIGIL_SESSION_ERROR_UNAVAILABLE;
    }
}

VigilSessionError
vigil_net_error_code_from_status (guint status)
{
  return code_of_hall_error (vigil_hall_answer_error_from_status (status));
}

static GError *
make_error (VigilSessionError code, const char *what, const char *message)
{
  g_autofree char *clean = vigil_redact (message);
  g_autofree char *shown = g_utf8_make_valid (clean, MIN (strlen (clean), MAX_MESSAGE));

  return g_error_new (VIGIL_SESSION_ERROR, code, "%s: %s", what, shown);
}

static char *
describe_certificate (GTlsCertificateFlags flags, const char *message)
{
  static const struct { GTlsCertificateFlags flag; const char *text; } parts[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "signed by an authority that this computer does not trust" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "made out to another name" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "not valid yet" },
    { G_TLS_CERTIFICATE_EXPIRED, "expired" },
    { G_TLS_CERTIFICATE_REVOKED, "revoked" },
    { G_TLS_CERTIFICATE_INSECURE, "made with a method that is no longer safe" },
  };
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if ((flags & parts[i].flag) != 0)
      g_ptr_array_add (found, (gpointer) parts[i].text);
  if (found->len == 0)
    return g_strdup (message);

  g_ptr_array_add (found, NULL);
  {
    g_autofree char *list = g_strjoinv (", ", (char **) found->pdata);

    return g_strdup_printf ("the certificate is %s", list);
  }
}

static VigilSessionError
code_of_io_error (int code)
{
  switch (code)
    {
    case G_IO_ERROR_TIMED_OUT:
      return VIGIL_SESSION_ERROR_TIMEOUT;
    case G_IO_ERROR_HOST_NOT_FOUND:
    case G_IO_ERROR_INVALID_ARGUMENT:
      return VIGIL_SESSION_ERROR_ADDRESS;
    case G_IO_ERROR_MESSAGE_TOO_LARGE:
    case G_IO_ERROR_NO_SPACE:
      return VIGIL_SESSION_ERROR_TOO_LARGE;
    case G_IO_ERROR_INVALID_DATA:
      return VIGIL_SESSION_ERROR_PROTOCOL;
    default:
      return VIGIL_SESSION_ERROR_NETWORK;
    }
}

static VigilSessionError
code_of_protocol_error (int code)
{
  return code == VIGIL_PROTOCOL_ERROR_NOT_A_HALL ? VIGIL_SESSION_ERROR_NOT_A_HALL : VIGIL_SESSION_ERROR_PROTOCOL;
}

static VigilSessionError
code_of (const GError *cause)
{
  if (cause->domain == G_TLS_ERROR)
    return VIGIL_SESSION_ERROR_TLS;
  if (cause->domain == G_RESOLVER_ERROR)
    return VIGIL_SESSION_ERROR_ADDRESS;
  if (cause->domain == G_IO_ERROR)
    return code_of_io_error (cause->code);
  if (cause->domain == VIGIL_HALL_ANSWER_ERROR)
    return code_of_hall_error (cause->code);
  if (cause->domain == VIGIL_PROTOCOL_ERROR)
    return code_of_protocol_error (cause->code);
  if (cause->domain == SOUP_WEBSOCKET_ERROR)
    return cause->code == SOUP_WEBSOCKET_CLOSE_TOO_BIG ? VIGIL_SESSION_ERROR_TOO_LARGE : VIGIL_SESSION_ERROR_PROTOCOL;
  if (cause->domain == SOUP_SESSION_ERROR)
    return VIGIL_SESSION_ERROR_PROTOCOL;
  return VIGIL_SESSION_ERROR_NETWORK;
}

GError *
vigil_net_error_translate (const GError *cause, const char *what, GTlsCertificateFlags tls_errors)
{
  g_autofree char *message = NULL;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED) || cause->domain == VIGIL_SESSION_ERROR)
    return g_error_copy (cause);

  if (tls_errors != 0)
    {
      message = describe_certificate (tls_errors, cause->message);
      return make_error (VIGIL_SESSION_ERROR_TLS, what, message);
    }
  {
    GError *error = make_error (code_of (cause), what, cause->message);

    vigil_session_error_set_holder (error, vigil_hall_answer_error_get_holder (cause));
    return error;
  }
}

/* What common token middleware of socket.io says instead of the protocol's codes. */
static gboolean
guess_code (const char *word, VigilSessionError *code)
{
  static const struct { const char *word; VigilSessionError code; } words[] = {
    { "unauthorized", VIGIL_SESSION_ERROR_AUTH },
    { "invalid_token", VIGIL_SESSION_ERROR_AUTH },
    { "token_expired", VIGIL_SESSION_ERROR_EXPIRED },
    { "forbidden", VIGIL_SESSION_ERROR_FORBIDDEN },
    { "Invalid namespace", VIGIL_SESSION_ERROR_NOT_FOUND }, /* socket.io's own */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i].word, word) == 0)
      {
        *code = words[i].code;
        return TRUE;
      }
  return FALSE;
}

static const char *
peek_string (JsonNode *node, const char *name)
{
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *member = object != NULL ? json_object_get_member (object, name) : NULL;

  return member != NULL && JSON_NODE_HOLDS_VALUE (member) && json_node_get_value_type (member) == G_TYPE_STRING
         ? json_node_get_string (member) : NULL;
}

GError *
vigil_net_error_from_refusal (JsonNode *payload)
{
  JsonNode *data = payload != NULL && JSON_NODE_HOLDS_OBJECT (payload)
                   ? json_object_get_member (json_node_get_object (payload), "data") : NULL;
  const char *word = peek_string (data, "code");
  g_autoptr (GError) error = NULL;
  VigilSessionError code;

  if (word == NULL)
    word = peek_string (payload, "message");
  if (guess_code (word, &code))
    return make_error (code, "the hall refused the connection", word);

  vigil_hall_answer_set_connect_error (payload, &error);
  return vigil_net_error_translate (error, "the hall refused the connection", 0);
}

gboolean
vigil_net_error_is_final (const GError *error)
{
  if (error->domain != VIGIL_SESSION_ERROR)
    return FALSE;

  switch ((VigilSessionError) error->code)
    {
    case VIGIL_SESSION_ERROR_ADDRESS:
    case VIGIL_SESSION_ERROR_TLS:
    case VIGIL_SESSION_ERROR_NOT_A_HALL:
    case VIGIL_SESSION_ERROR_AUTH:
    case VIGIL_SESSION_ERROR_EXPIRED:
    case VIGIL_SESSION_ERROR_FORBIDDEN:
    case VIGIL_SESSION_ERROR_NOT_FOUND:
    case VIGIL_SESSION_ERROR_INVALID:
      return TRUE;
    case VIGIL_SESSION_ERROR_NETWORK:
    case VIGIL_SESSION_ERROR_NO_PRODUCER:
    case VIGIL_SESSION_ERROR_CONFLICT:
    case VIGIL_SESSION_ERROR_UNAVAILABLE:
    case VIGIL_SESSION_ERROR_TIMEOUT:
    case VIGIL_SESSION_ERROR_PROTOCOL:
    case VIGIL_SESSION_ERROR_TOO_LARGE:
    case VIGIL_SESSION_ERROR_CLOSED:
    case VIGIL_SESSION_ERROR_NO_TRANSPORT:
    case VIGIL_SESSION_ERROR_ABANDONED:
    case VIGIL_SESSION_ERROR_FULL:
    default:
      return FALSE;
    }
}
