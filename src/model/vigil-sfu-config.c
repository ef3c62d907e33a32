/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which SFU an exam's video comes through, and how it is reached. */

#include "vigil-sfu-config.h"

#include <string.h>

#include "vigil-origin.h"

G_DEFINE_BOXED_TYPE (VigilSfuConfig, vigil_sfu_config, vigil_sfu_config_ref, vigil_sfu_config_unref)

static const char *const kind_nicks[] = {
  [VIGIL_SFU_MEDIASOUP] = "mediasoup",
  [VIGIL_SFU_JANUS] = "janus",
  [VIGIL_SFU_WHEP] = "whep",
  [VIGIL_SFU_NONE] = "none",
};

VigilSfuConfig *
vigil_sfu_config_new (VigilSfuKind kind)
{
  VigilSfuConfig *self = g_new0 (VigilSfuConfig, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  return self;
}

VigilSfuConfig *
vigil_sfu_config_ref (VigilSfuConfig *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/* A secret's memory is not left for whoever reads it next. */
static void
free_secret (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

void
vigil_sfu_config_unref (VigilSfuConfig *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->url);
  g_free (self->room);
  free_secret (self->pin);
  free_secret (self->token);
  g_free (self->reason);
  g_free (self);
}

VigilSfuKind
vigil_sfu_config_get_kind (const VigilSfuConfig *self)
{
  return self != NULL ? self->kind : VIGIL_SFU_MEDIASOUP;
}

gboolean
vigil_sfu_config_equal (const VigilSfuConfig *a,
                        const VigilSfuConfig *b)
{
  if (vigil_sfu_config_get_kind (a) != vigil_sfu_config_get_kind (b))
    return FALSE;
  if (a == b || a == NULL || b == NULL)
    return TRUE;

  return g_strcmp0 (a->url, b->url) == 0 && g_strcmp0 (a->room, b->room) == 0 &&
         a->room_is_text == b->room_is_text && g_strcmp0 (a->pin, b->pin) == 0 &&
         g_strcmp0 (a->token, b->token) == 0;
}

gboolean
vigil_sfu_kind_from_nick (const char   *nick,
                          VigilSfuKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kind_nicks); i++)
    if (g_strcmp0 (kind_nicks[i], nick) == 0)
      {
        *kind = (VigilSfuKind) i;
        return TRUE;
      }

  return FALSE;
}

char *
vigil_sfu_config_dup_whep_url (const VigilSfuConfig *self,
                               const char           *producer_id)
{
  g_autoptr (GString) url = NULL;

  g_return_val_if_fail (producer_id != NULL, NULL);

  if (vigil_sfu_config_get_kind (self) != VIGIL_SFU_WHEP)
    return NULL;

  url = g_string_new (self->url);
  g_string_append_uri_escaped (url, producer_id, NULL, FALSE);
  /* Whatever a producer calls itself, it must not lead (a token) to another server. */
  if (!vigil_origin_is_same (self->url, url->str))
    return NULL;
  return g_string_free (g_steal_pointer (&url), FALSE);
}
