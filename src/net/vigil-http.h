/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One bounded HTTP exchange at a time: in size, in time, in redirects. Private to net/. */
#pragma once

#include <gio/gio.h>

#include "vigil-net-limits.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_HTTP (vigil_http_get_type ())
G_DECLARE_FINAL_TYPE (VigilHttp, vigil_http, VIGIL, HTTP, GObject)

/**
 * VigilHttp:
 *
 * Runs on the main context with asynchronous calls only: names are resolved and TLS handshakes are
 * computed on GLib's worker threads, bodies arrive in pieces of 64 KiB, and nobody here parses them.
 */

/** What to ask. Strings are copied before vigil_http_send_async() returns. */
typedef struct
{
  const char *method;
  const char *url;             /* absolute; may be a secret (presigned) */
  const char *token;           /* (nullable): a secret; the caller has checked whose it is */
  const char *body;            /* (nullable): JSON, if nothing else is said */
  const char *content_type;    /* (nullable): of the body */
  const char *accept;          /* (nullable) */
  const char *if_match;        /* (nullable): with its quotes */
  const char *if_none_match;   /* (nullable) */
  const char *idempotency_key; /* (nullable) */
  const char *what;            /* for error messages: "the list of exams" */
  gsize       max_bytes;       /* of the answer's body, after decompression */
  guint       total_ms;        /* from when it has its turn; it waits four times as long for that at most */
  gboolean    reuse;           /* a POST may go over a connection that is there, and once more if that one turns out to be over */
  guint       max_redirects;   /* 0: an answer that redirects is returned as it is */
} VigilHttpRequest;

/** What came back. */
typedef struct
{
  guint   status;
  char   *etag;          /* nullable */
  char   *content_type;  /* nullable, without parameters */
  char   *location;      /* nullable */
  char   *accept_patch;  /* nullable */
  char   *links;         /* nullable: all Link headers; secrets may be in them */
  gint64  date_ms;       /* of the Date header, epoch; 0: none */
  gint64  modified_ms;   /* of Last-Modified, epoch; 0: none */
  gint64  captured_ms;   /* of Capture-At, epoch; 0: none */
  guint   retry_ms;      /* of Retry-After, not more than a minute; 0: none, or it is over */
  gint64  sent_us;       /* monotonic: when its turn came */
  gint64  rtt_us;        /* until the head of the answer was there */
  GBytes *body;          /* may be empty */
} VigilHttpAnswer;

void vigil_http_answer_free (VigilHttpAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHttpAnswer, vigil_http_answer_free)

/** @trust: (nullable): instead of the system's certificates. */
VigilHttp *vigil_http_new (const VigilNetLimits *limits, GTlsDatabase *trust);

/** Ends every exchange: each fails with VIGIL_SESSION_ERROR_CLOSED. New ones can be made. Thread: main. */
void vigil_http_abort (VigilHttp *self);

/**
 * vigil_http_send_async:
 *
 * Nothing is sent in clear, with a token or without, but to this machine itself: VIGIL_SESSION_ERROR_TLS.
 * Any status is an answer; errors are only what kept one from arriving whole: VIGIL_SESSION_ERROR_NETWORK,
 * _TLS, _ADDRESS, _TIMEOUT, _TOO_LARGE, _PROTOCOL, _CLOSED. Messages name @what and never the URL. Thread: main.
 */
void             vigil_http_send_async  (VigilHttp *self, const VigilHttpRequest *request, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
VigilHttpAnswer *vigil_http_send_finish (VigilHttp *self, GAsyncResult *result, GError **error);

G_END_DECLS
