/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The refusals of docs/protocol.md, section 4, as GErrors. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_HALL_ERROR (vigil_hall_error_quark ())
GQuark vigil_hall_error_quark (void);

typedef enum
{
  VIGIL_HALL_ERROR_AUTH_INVALID,
  VIGIL_HALL_ERROR_AUTH_EXPIRED,
  VIGIL_HALL_ERROR_AUTH_FORBIDDEN,
  VIGIL_HALL_ERROR_NOT_FOUND,
  VIGIL_HALL_ERROR_METHOD,       /* a known route with the wrong method */
  VIGIL_HALL_ERROR_CONFLICT,
  VIGIL_HALL_ERROR_GONE,
  VIGIL_HALL_ERROR_PRECONDITION,
  VIGIL_HALL_ERROR_TOO_LARGE,
  VIGIL_HALL_ERROR_INVALID,
  VIGIL_HALL_ERROR_RATE_LIMITED,
  VIGIL_HALL_ERROR_INTERNAL,
  VIGIL_HALL_ERROR_UNAVAILABLE,
  VIGIL_HALL_ERROR_SFU_UNAVAILABLE,
  VIGIL_HALL_ERROR_SFU_NO_PRODUCER,
  VIGIL_HALL_ERROR_SFU_NO_TRANSPORT,
  VIGIL_HALL_ERROR_SFU_NO_CONSUMER,
  VIGIL_HALL_ERROR_SFU_CANNOT_CONSUME,
  VIGIL_HALL_ERROR_STILL_NONE,
  VIGIL_HALL_N_ERRORS
} VigilHallError;

/** Sets @error to "@field: @what" with details.field. Always returns FALSE. */
gboolean vigil_hall_error_invalid (GError **error, const char *field, const char *what);

/** Sets @error to a 412 whose details.current is @current (JSON). Always returns FALSE. */
gboolean vigil_hall_error_precondition (GError **error, const char *what, const char *current);

/** Sets @error to a 409 whose details.claimedBy is @by. Always returns FALSE. */
gboolean vigil_hall_error_claimed (GError **error, const char *by);

/** Sets @error to a 429 to be tried again after @ms. Always returns FALSE. */
gboolean vigil_hall_error_rate_limited (GError **error, guint ms);

/** Sets @error to a 503 that names the @part. Always returns FALSE. */
gboolean vigil_hall_error_unavailable (GError **error, const char *part);

/** HTTP status of @error; 400 for protocol errors, 500 for foreign ones. */
guint vigil_hall_error_get_status (const GError *error);

/** Wire code of @error: "auth.invalid". */
const char *vigil_hall_error_get_code (const GError *error);

/** Seconds for Retry-After; 0: none. */
guint vigil_hall_error_get_retry_after (const GError *error);

/** Appends {"code","message","details"?} as the member @name. */
void vigil_hall_error_write (GString *out, const char *name, const GError *error);

G_END_DECLS
