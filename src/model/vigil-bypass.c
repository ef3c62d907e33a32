/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bypass: proctoring (or some signals of it) switched off for one candidate by an admin. */

#include "vigil-bypass.h"

G_DEFINE_BOXED_TYPE (VigilBypass, vigil_bypass, vigil_bypass_ref, vigil_bypass_unref)

/** An inactive bypass without any member set, for its maker to fill. Returns: (transfer full). */
VigilBypass *
vigil_bypass_new (void)
{
  VigilBypass *self = g_new0 (VigilBypass, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

VigilBypass *
vigil_bypass_ref (VigilBypass *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_bypass_unref (VigilBypass *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->reason);
  g_free (self->category);
  g_strfreev (self->signals);
  g_free (self->bypassed_by);
  g_free (self->etag);
  g_free (self);
}

gboolean
vigil_bypass_is_in_force (const VigilBypass *self,
                          gint64             hall_ms)
{
  return self->active && (self->expires_at_ms <= 0 || hall_ms < self->expires_at_ms);
}

gint64
vigil_bypass_get_version (const VigilBypass *self)
{
  const char *text = self->etag;
  char *end;
  guint64 version;

  if (text == NULL)
    return 0;
  if (*text == '"')
    text++;
  version = g_ascii_strtoull (text, &end, 10);
  return end != text && (*end == '\0' || *end == '"') && version <= G_MAXINT64 ? (gint64) version : 0;
}

static gboolean
same_signals (char **a,
              char **b)
{
  static char *none[] = { NULL };

  return g_strv_equal ((const char *const *) (a != NULL ? a : none), (const char *const *) (b != NULL ? b : none));
}

gboolean
vigil_bypass_equal (const VigilBypass *a,
                    const VigilBypass *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return a->active == b->active &&
         g_strcmp0 (a->reason, b->reason) == 0 &&
         g_strcmp0 (a->category, b->category) == 0 &&
         same_signals (a->signals, b->signals) &&
         g_strcmp0 (a->bypassed_by, b->bypassed_by) == 0 &&
         g_strcmp0 (a->etag, b->etag) == 0 &&
         a->created_at_ms == b->created_at_ms &&
         a->expires_at_ms == b->expires_at_ms;
}
