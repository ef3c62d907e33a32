/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hall's tokens. */
#include "vigil-hall-tokens.h"

#include <string.h>

#include "vigil-clock.h"
#include "vigil-hall-error.h"
#include "vigil-hall-random.h"

/* A page load of a console is a burst; the rate is what counts over time. */
#define BURST_SECONDS 3

struct _VigilHallTokens
{
  GHashTable *by_token; /* token → identity (owned) */
  GPtrArray  *order;    /* of identities, borrowed */
};

static const char *const role_nicks[VIGIL_HALL_N_ROLES] = { "invigilator", "reviewer", "admin", "candidate" };
static const char *const role_users[] = { "i.okafor", "r.lindqvist", "m.ortiz" };

VigilHallIdentity *
vigil_hall_identity_ref (VigilHallIdentity *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_hall_identity_unref (VigilHallIdentity *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->token);
  g_free (self->user);
  g_free (self->exam_id);
  g_free (self);
}

const char *
vigil_hall_role_to_nick (VigilHallRole role)
{
  return role_nicks[role];
}

gboolean
vigil_hall_role_from_nick (const char *nick, VigilHallRole *role)
{
  for (guint i = 0; i < VIGIL_HALL_N_ROLES; i++)
    if (g_str_equal (nick, role_nicks[i]))
      {
        *role = (VigilHallRole) i;
        return TRUE;
      }
  return FALSE;
}

VigilHallTokens *
vigil_hall_tokens_new (void)
{
  VigilHallTokens *self = g_new0 (VigilHallTokens, 1);

  self->by_token = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                          (GDestroyNotify) vigil_hall_identity_unref);
  self->order = g_ptr_array_new ();
  return self;
}

void
vigil_hall_tokens_free (VigilHallTokens *self)
{
  g_hash_table_unref (self->by_token);
  g_ptr_array_unref (self->order);
  g_free (self);
}

VigilHallIdentity *
vigil_hall_tokens_add (VigilHallTokens *self,
                       VigilHallRole    role,
                       const char      *user,
                       const char      *exam_id,
                       const char      *token,
                       gint64           expires_at)
{
  VigilHallIdentity *identity = token ? g_hash_table_lookup (self->by_token, token) : NULL;

  if (identity)
    g_ptr_array_remove (self->order, identity);
  identity = g_new0 (VigilHallIdentity, 1);
  g_atomic_ref_count_init (&identity->ref_count);
  identity->token = token ? g_strdup (token) : vigil_hall_random_hex (24);
  identity->user = g_strdup (user);
  identity->exam_id = g_strdup (exam_id);
  identity->role = role;
  identity->expires_at = expires_at;
  /* replace, not insert: the key belongs to the identity that leaves. */
  g_hash_table_replace (self->by_token, identity->token, identity);
  g_ptr_array_add (self->order, identity);
  return identity;
}

gboolean
vigil_hall_tokens_add_spec (VigilHallTokens *self, const char *spec, GError **error)
{
  g_auto(GStrv) parts = g_strsplit (spec, "=", 2);
  g_auto(GStrv) who = g_strsplit (parts[0] ? parts[0] : "", ":", 2);
  g_autofree char *token = g_strdup (parts[0] ? parts[1] : NULL);
  char *at = token ? strrchr (token, '@') : NULL;
  gint64 expires_at = 0;
  gint64 seconds = 0;
  VigilHallRole role;

  if (!token || !*token || !vigil_hall_role_from_nick (who[0], &role) || role == VIGIL_HALL_ROLE_CANDIDATE)
    return vigil_hall_error_invalid (error, "--token", "write invigilator=…, reviewer=… or admin=…");
  if (at && g_ascii_string_to_signed (at + 1, 10, 0, G_MAXINT32, &seconds, NULL))
    {
      *at = '\0';
      expires_at = vigil_clock_wall_ms () + seconds * 1000;
    }
  vigil_hall_tokens_add (self, role, who[1] ? who[1] : role_users[role], NULL, token, expires_at);
  return TRUE;
}

VigilHallIdentity *
vigil_hall_tokens_find (VigilHallTokens *self, VigilHallRole role)
{
  for (guint i = 0; i < self->order->len; i++)
    {
      VigilHallIdentity *identity = g_ptr_array_index (self->order, i);

      if (identity->role == role)
        return identity;
    }
  return NULL;
}

void
vigil_hall_tokens_complete (VigilHallTokens *self)
{
  for (guint role = 0; role < VIGIL_HALL_ROLE_CANDIDATE; role++)
    if (!vigil_hall_tokens_find (self, role))
      vigil_hall_tokens_add (self, role, role_users[role], NULL, NULL, 0);
}

VigilHallIdentity *
vigil_hall_tokens_for_candidate (VigilHallTokens *self, const char *exam_id, const char *student_id)
{
  for (guint i = 0; i < self->order->len; i++)
    {
      VigilHallIdentity *identity = g_ptr_array_index (self->order, i);

      if (identity->role == VIGIL_HALL_ROLE_CANDIDATE && g_str_equal (identity->user, student_id) &&
          g_str_equal (identity->exam_id, exam_id))
        return identity;
    }
  return vigil_hall_tokens_add (self, VIGIL_HALL_ROLE_CANDIDATE, student_id, exam_id, NULL, 0);
}

VigilHallIdentity *
vigil_hall_tokens_check (VigilHallTokens *self, const char *token, gint64 now, GError **error)
{
  VigilHallIdentity *identity = token ? g_hash_table_lookup (self->by_token, token) : NULL;

  if (!identity)
    {
      g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_AUTH_INVALID,
                           token ? "no such token" : "a token is needed");
      return NULL;
    }
  if (identity->expires_at > 0 && identity->expires_at <= now)
    {
      g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_AUTH_EXPIRED, "the token has expired");
      return NULL;
    }
  return identity;
}

void
vigil_hall_tokens_expire (VigilHallTokens *self, const char *token, gint64 at)
{
  for (guint i = 0; i < self->order->len; i++)
    {
      VigilHallIdentity *identity = g_ptr_array_index (self->order, i);

      if (!token || g_str_equal (identity->token, token))
        identity->expires_at = at;
    }
}

gboolean
vigil_hall_identity_spend (VigilHallIdentity *self, guint per_second, gint64 now, GError **error)
{
  double full = (double) per_second * BURST_SECONDS;
  double since = (double) MAX (0, now - self->http_filled);

  if (per_second == 0)
    return TRUE;
  self->http_budget = self->http_filled == 0 ? full : MIN (full, self->http_budget + since * per_second / 1000);
  self->http_filled = now;
  if (self->http_budget < 1)
    return vigil_hall_error_rate_limited (error, 1000);
  self->http_budget -= 1;
  return TRUE;
}
