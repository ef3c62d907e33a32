/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hall's HTTP interface: makes sure that it is one, asks with the token, parses off the main thread.
 * Private to net/. */
#pragma once

#include "vigil-hall-address.h"
#include "vigil-hall-clock.h"
#include "vigil-http.h"
#include "vigil-profile.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_HALL_API (vigil_hall_api_get_type ())
G_DECLARE_FINAL_TYPE (VigilHallApi, vigil_hall_api, VIGIL, HALL_API, GObject)

/** Turns a whole answer into something; runs on a worker thread. NULL: @error is set. */
typedef gpointer (*VigilApiParseFunc) (JsonNode *root, GError **error);

/** Makes something of an answer of any status but a redirect, 304 included; runs on a worker thread. @refusal: the body of
 *  a status from 400 on, if it is JSON; (nullable). NULL: @error is set. */
typedef gpointer (*VigilApiReadFunc) (const VigilHttpAnswer *answer, JsonNode *refusal, GError **error);

/** One call. Strings are copied before vigil_hall_api_call_async() returns. */
typedef struct
{
  const char        *method;
  const char        *path;            /* below the API's prefix, escaped, perhaps with a query */
  JsonNode          *body;            /* (nullable): in the words of docs/protocol.md */
  const char        *if_match;        /* (nullable) */
  const char        *if_none_match;   /* (nullable) */
  const char        *idempotency_key; /* (nullable) */
  const char        *what;            /* static: for error messages */
  VigilApiParseFunc  parse;           /* (nullable): the answer's body does not matter */
  VigilApiReadFunc   read;            /* (nullable): instead of parse, for what is not JSON */
  gsize              max_bytes;       /* of the body; 0: as the limits have it */
  GDestroyNotify     free_result;
  gboolean           lenient;         /* what the hall says it has done is done, whatever the answer's body: %NULL then */
} VigilApiCall;

/** Monotonic µs. */
typedef struct
{
  gint64 sent_us;
  gint64 rtt_us;
  guint  retry_ms; /* the hall asks to be left alone for so long; 0: it does not */
} VigilApiTiming;

/** @profile: (nullable). Main thread only. */
VigilHallApi *vigil_hall_api_new (VigilHallAddress *address, VigilProfile *profile, VigilHttp *http, const VigilNetLimits *limits);

/** @token: (nullable): a secret. */
void vigil_hall_api_set_token (VigilHallApi *self, const char *token);

/**
 * vigil_hall_api_probe_async:
 *
 * Whether the address is a hall, asked without the token and only until it was answered once.
 * Errors: VIGIL_SESSION_ERROR_NOT_A_HALL, and what may happen on the way.
 */
void     vigil_hall_api_probe_async  (VigilHallApi *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean vigil_hall_api_probe_finish (VigilHallApi *self, GAsyncResult *result, GError **error);

/** Probes if need be, then calls. No redirect is followed: the token stays here. */
void     vigil_hall_api_call_async  (VigilHallApi *self, const VigilApiCall *call, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
/**
 * vigil_hall_api_call_finish:
 * @etag: (out) (optional) (nullable) (transfer full)
 * @timing: (out) (optional): when it was asked and answered; zeroed if it was not
 * @error: VIGIL_SESSION_ERROR
 *
 * Returns: what the parse function made; %TRUE as a pointer where there is none; %NULL with an error,
 * and without one after a lenient call whose answer made no sense.
 */
gpointer vigil_hall_api_call_finish (VigilHallApi *self, GAsyncResult *result, char **etag, VigilApiTiming *timing, GError **error);

/** What is known of the hall's clock; fed by the answers' Date, and better by who knows better. (transfer none) */
VigilHallClock *vigil_hall_api_get_clock (VigilHallApi *self);

/** An id as a segment of a path; %NULL for one that cannot be one ("." and ".."). Returns: (transfer full). */
char *vigil_hall_api_escape (const char *id);

G_END_DECLS
