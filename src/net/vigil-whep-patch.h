/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ICE candidates for a resource of a WHEP, with what may lie between them and an answer. Private to net/. */
#pragma once

#include "vigil-whep-post.h"

G_BEGIN_DECLS

/** What a WHEP answered. */
typedef struct
{
  char  *etag;       /* nullable: the resource's from now on */
  char **candidates; /* nullable: of the server */
} VigilWhepPatched;

void vigil_whep_patched_free (VigilWhepPatched *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWhepPatched, vigil_whep_patched_free)

/** What it said besides an error. */
typedef struct
{
  VigilWhepRest rest;
  gboolean      unsupported; /* it takes no candidates after an offer, not of this resource and not of others */
} VigilWhepPatchWord;

/**
 * vigil_whep_patch_async:
 * @resource: whose; what is needed of it is copied
 * @token: (nullable): goes with it: the caller knows whether it may
 * @body: an application/trickle-ice-sdpfrag; a secret
 *
 * `If-Match` is the resource's ETag, if it has one. A server that says that it has another by now (412, 428) and names it is asked
 * once more with that one; one that asks for a moment's patience (429, 503) gets it; one that does not answer is asked once more.
 * Errors: VIGIL_SESSION_ERROR; transient ones may be tried again. Thread: main.
 */
void              vigil_whep_patch_async  (VigilHttp *http, const VigilNetLimits *limits, const VigilWhepResource *resource, const char *token,
                                           const char *body, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** @word: (out) */
VigilWhepPatched *vigil_whep_patch_finish (VigilHttp *http, GAsyncResult *result, VigilWhepPatchWord *word, GError **error);

G_END_DECLS
