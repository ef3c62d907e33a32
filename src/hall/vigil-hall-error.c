/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors of the hall, with what the wire wants to know beside the message. */
#include "vigil-hall-error.h"

#include <string.h>

#include "vigil-hall-writer.h"
#include "vigil-protocol-error.h"

typedef struct
{
  char  *details;     /* JSON object, nullable */
  guint  retry_after; /* seconds */
} VigilHallErrorPrivate;

static void
vigil_hall_error_private_init (VigilHallErrorPrivate *priv)
{
}

static void
vigil_hall_error_private_copy (const VigilHallErrorPrivate *from, VigilHallErrorPrivate *to)
{
  to->details = g_strdup (from->details);
  to->retry_after = from->retry_after;
}

static void
vigil_hall_error_private_clear (VigilHallErrorPrivate *priv)
{
  g_free (priv->details);
}

G_DEFINE_EXTENDED_ERROR (VigilHallError, vigil_hall_error)

static const struct
{
  const char *code;
  guint       status;
} wire[VIGIL_HALL_N_ERRORS] = {
  [VIGIL_HALL_ERROR_AUTH_INVALID] = { "auth.invalid", 401 },
  [VIGIL_HALL_ERROR_AUTH_EXPIRED] = { "auth.expired", 401 },
  [VIGIL_HALL_ERROR_AUTH_FORBIDDEN] = { "auth.forbidden", 403 },
  [VIGIL_HALL_ERROR_NOT_FOUND] = { "not_found", 404 },
  [VIGIL_HALL_ERROR_METHOD] = { "invalid", 405 },
  [VIGIL_HALL_ERROR_CONFLICT] = { "conflict", 409 },
  [VIGIL_HALL_ERROR_GONE] = { "gone", 410 },
  [VIGIL_HALL_ERROR_PRECONDITION] = { "precondition_failed", 412 },
  [VIGIL_HALL_ERROR_TOO_LARGE] = { "too_large", 413 },
  [VIGIL_HALL_ERROR_INVALID] = { "invalid", 400 },
  [VIGIL_HALL_ERROR_RATE_LIMITED] = { "rate_limited", 429 },
  [VIGIL_HALL_ERROR_INTERNAL] = { "internal", 500 },
  [VIGIL_HALL_ERROR_UNAVAILABLE] = { "unavailable", 503 },
  [VIGIL_HALL_ERROR_SFU_UNAVAILABLE] = { "sfu.unavailable", 503 },
  [VIGIL_HALL_ERROR_SFU_NO_PRODUCER] = { "sfu.no_such_producer", 404 },
  [VIGIL_HALL_ERROR_SFU_NO_TRANSPORT] = { "sfu.no_such_transport", 404 },
  [VIGIL_HALL_ERROR_SFU_NO_CONSUMER] = { "sfu.no_such_consumer", 404 },
  [VIGIL_HALL_ERROR_SFU_CANNOT_CONSUME] = { "sfu.cannot_consume", 409 },
  [VIGIL_HALL_ERROR_STILL_NONE] = { "still.none", 404 },
};

static void
set_details (GError *error, const char *name, const char *text, const char *json)
{
  GString *out = g_string_new ("{");

  if (text)
    vigil_hall_write_string (out, name, text);
  else
    vigil_hall_write_raw (out, name, json);
  vigil_hall_write_end_object (out);
  vigil_hall_error_get_private (error)->details = g_string_free (out, FALSE);
}

/* Only where somebody wants the error: details need the GError itself. */
static GError *
make (GError **error, VigilHallError code, const char *message)
{
  if (!error)
    return NULL;
  *error = g_error_new_literal (VIGIL_HALL_ERROR, code, message);
  return *error;
}

gboolean
vigil_hall_error_invalid (GError **error, const char *field, const char *what)
{
  g_autofree char *message = g_strdup_printf ("%s: %s", field, what);
  GError *made = make (error, VIGIL_HALL_ERROR_INVALID, message);

  if (made)
    set_details (made, "field", field, NULL);
  return FALSE;
}

gboolean
vigil_hall_error_precondition (GError **error, const char *what, const char *current)
{
  GError *made = make (error, VIGIL_HALL_ERROR_PRECONDITION, what);

  if (made)
    set_details (made, "current", NULL, current);
  return FALSE;
}

gboolean
vigil_hall_error_claimed (GError **error, const char *by)
{
  g_autofree char *message = g_strdup_printf ("%s holds it", by);
  GError *made = make (error, VIGIL_HALL_ERROR_CONFLICT, message);

  if (made)
    set_details (made, "claimedBy", by, NULL);
  return FALSE;
}

gboolean
vigil_hall_error_rate_limited (GError **error, guint ms)
{
  GError *made = make (error, VIGIL_HALL_ERROR_RATE_LIMITED, "too many requests");
  g_autofree char *wait = g_strdup_printf ("%u", ms);

  if (made)
    {
      set_details (made, "retryAfterMs", NULL, wait);
      vigil_hall_error_get_private (made)->retry_after = MAX (1, (ms + 999) / 1000);
    }
  return FALSE;
}

gboolean
vigil_hall_error_unavailable (GError **error, const char *part)
{
  gboolean sfu = strcmp (part, "sfu") == 0;
  g_autofree char *message = g_strdup_printf ("%s is down", part);
  GError *made = make (error, sfu ? VIGIL_HALL_ERROR_SFU_UNAVAILABLE : VIGIL_HALL_ERROR_UNAVAILABLE, message);

  if (made)
    {
      set_details (made, "part", part, NULL);
      vigil_hall_error_get_private (made)->retry_after = 2;
    }
  return FALSE;
}

static gboolean
is_ours (const GError *error)
{
  return error->domain == VIGIL_HALL_ERROR && error->code >= 0 && error->code < VIGIL_HALL_N_ERRORS;
}

static VigilHallError
code_of (const GError *error)
{
  if (is_ours (error))
    return (VigilHallError) error->code;
  if (error->domain == VIGIL_PROTOCOL_ERROR)
    return error->code == VIGIL_PROTOCOL_ERROR_LIMIT ? VIGIL_HALL_ERROR_TOO_LARGE : VIGIL_HALL_ERROR_INVALID;
  return VIGIL_HALL_ERROR_INTERNAL;
}

guint
vigil_hall_error_get_status (const GError *error)
{
  return wire[code_of (error)].status;
}

const char *
vigil_hall_error_get_code (const GError *error)
{
  return wire[code_of (error)].code;
}

guint
vigil_hall_error_get_retry_after (const GError *error)
{
  return is_ours (error) ? vigil_hall_error_get_private ((GError *) error)->retry_after : 0;
}

/* The readers of the protocol say "where: member: what". */
static char *
dup_field (const GError *error)
{
  g_auto(GStrv) parts = NULL;

  if (error->domain != VIGIL_PROTOCOL_ERROR || error->code != VIGIL_PROTOCOL_ERROR_FIELD)
    return NULL;
  parts = g_strsplit (error->message, ": ", 3);
  return g_strv_length (parts) == 3 ? g_strdup (parts[1]) : NULL;
}

void
vigil_hall_error_write (GString *out, const char *name, const GError *error)
{
  g_autofree char *field = dup_field (error);

  vigil_hall_write_begin_object (out, name);
  vigil_hall_write_string (out, "code", vigil_hall_error_get_code (error));
  vigil_hall_write_string (out, "message", error->message);
  if (is_ours (error) && vigil_hall_error_get_private ((GError *) error)->details)
    vigil_hall_write_raw (out, "details", vigil_hall_error_get_private ((GError *) error)->details);
  else if (field)
    {
      vigil_hall_write_begin_object (out, "details");
      vigil_hall_write_string (out, "field", field);
      vigil_hall_write_end_object (out);
    }
  vigil_hall_write_end_object (out);
}
