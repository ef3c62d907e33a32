/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One POST to a WHEP, with what may lie between it and an answer. Private to net/. */
#pragma once

#include "vigil-http.h"
#include "vigil-whep-answer.h"

G_BEGIN_DECLS

/** What a WHEP made for us. */
typedef struct
{
  char            *url;       /* of the resource, absolute; to be deleted */
  gboolean         trusted;   /* it is where the configuration leads to: the only place for our token */
  char            *sdp;       /* the answer; a secret */
  VigilWhepAnswer *answer;    /* what it says */
  char           **relays;    /* nullable; secrets */
  char            *offer;     /* ours; a secret */
  char            *etag;      /* nullable: as it was last heard, with its quotes */
  gboolean         patchable; /* it said that ICE candidates may follow */
} VigilWhepResource;

void vigil_whep_resource_free (VigilWhepResource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWhepResource, vigil_whep_resource_free)

/** @etag: (nullable). Whether it may be sent back: visible ASCII, and not too long. */
gboolean vigil_whep_etag_is_usable (const char *etag);

/** TURN servers among the @links of an answer; what is malformed is counted and none. Returns: (transfer full) (nullable). */
char **vigil_whep_read_relays (const char *links);

/** Ends the resource at @url, in the background: twice, if the server cannot the first time. @token: (nullable).
 *  The default GApplication, if it runs, is held for that, for 1.5 s at most. */
void   vigil_whep_delete (VigilHttp *http, const VigilNetLimits *limits, const char *url, const char *token);

/** Whether somebody still waits for the answer. */
typedef gboolean (*VigilWhepWanted) (gpointer user_data);

/** What a server that cannot serve now asked for. */
typedef struct
{
  guint    ms;        /* 0: nothing */
  gboolean throttled; /* because we ask too often (429): it is there, and this is no word of its being away */
} VigilWhepRest;

/**
 * vigil_whep_post_async:
 * @url: of the producer
 * @token: (nullable): for the origin of @url alone
 * @offer_sdp: ours
 * @wanted: asked with @user_data before anything is sent again
 *
 * Redirects (307, 308) are followed; a server that asks for a moment's patience (503, 429, Retry-After) gets it; a resource whose
 * answer is of no use is deleted again. It cannot be cancelled: a resource that nobody knows of would stay at the server.
 * Errors: VIGIL_SESSION_ERROR; _NO_PRODUCER for what is not produced. Thread: main.
 */
void               vigil_whep_post_async  (VigilHttp *http, const VigilNetLimits *limits, const char *url, const char *token,
                                           const char *offer_sdp, VigilWhepWanted wanted, GAsyncReadyCallback callback, gpointer user_data);
/** @rest: (out) (optional) */
VigilWhepResource *vigil_whep_post_finish (VigilHttp *http, GAsyncResult *result, VigilWhepRest *rest, GError **error);

G_END_DECLS
