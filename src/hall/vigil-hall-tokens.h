/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a token speaks for. Immutable entries; the hall's thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  VIGIL_HALL_ROLE_INVIGILATOR,
  VIGIL_HALL_ROLE_REVIEWER,
  VIGIL_HALL_ROLE_ADMIN,
  VIGIL_HALL_ROLE_CANDIDATE,
  VIGIL_HALL_N_ROLES
} VigilHallRole;

typedef struct
{
  gatomicrefcount  ref_count;
  char            *token;      /* a secret */
  char            *user;       /* of a candidate: the studentId */
  char            *exam_id;    /* of a candidate, else NULL */
  VigilHallRole    role;
  gint64           expires_at; /* ms; 0: never */
  double           http_budget; /* requests left in the token's bucket */
  gint64           http_filled; /* ms, when the bucket was last filled */
} VigilHallIdentity;

VigilHallIdentity *vigil_hall_identity_ref   (VigilHallIdentity *self);
void               vigil_hall_identity_unref (VigilHallIdentity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallIdentity, vigil_hall_identity_unref)

typedef struct _VigilHallTokens VigilHallTokens;

VigilHallTokens *vigil_hall_tokens_new  (void);
void             vigil_hall_tokens_free (VigilHallTokens *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallTokens, vigil_hall_tokens_free)

/** Adds a token; @token: (nullable): %NULL makes a random one. Returns: (transfer none): the entry. */
VigilHallIdentity *vigil_hall_tokens_add (VigilHallTokens *self,
                                          VigilHallRole    role,
                                          const char      *user,
                                          const char      *exam_id,
                                          const char      *token,
                                          gint64           expires_at);

/** Adds "ROLE=TOKEN", "ROLE:USER=TOKEN", either with "@SECONDS" of life at the end. */
gboolean vigil_hall_tokens_add_spec (VigilHallTokens *self, const char *spec, GError **error);

/** Gives every console role that has no token a random one. */
void vigil_hall_tokens_complete (VigilHallTokens *self);

/** Returns: (transfer none) (nullable): AUTH_INVALID or AUTH_EXPIRED in @error. */
VigilHallIdentity *vigil_hall_tokens_check (VigilHallTokens *self, const char *token, gint64 now, GError **error);

/** The first token of @role. Returns: (transfer none) (nullable). */
VigilHallIdentity *vigil_hall_tokens_find (VigilHallTokens *self, VigilHallRole role);

/** The token of a candidate, made when it is first asked for. Returns: (transfer none). */
VigilHallIdentity *vigil_hall_tokens_for_candidate (VigilHallTokens *self, const char *exam_id, const char *student_id);

/** Lets @token (all tokens, if NULL) end at @at. */
void vigil_hall_tokens_expire (VigilHallTokens *self, const char *token, gint64 at);

/** Takes one HTTP request from the identity's budget; RATE_LIMITED when it is empty. */
gboolean vigil_hall_identity_spend (VigilHallIdentity *self, guint per_second, gint64 now, GError **error);

const char *vigil_hall_role_to_nick   (VigilHallRole role);
gboolean    vigil_hall_role_from_nick (const char *nick, VigilHallRole *role);

G_END_DECLS
