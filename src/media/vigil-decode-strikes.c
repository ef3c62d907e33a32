/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several feeds may be in the helper's hands when it goes, and one of them is to blame: so the first time nobody is
 * held back, and who then delivers pictures for a while is forgiven one strike after the other. All at once would be an
 * invitation to deliver some in between. */
#include "vigil-decode-strikes.h"

#define FIRST_HOLD_US (1 * G_USEC_PER_SEC)
#define OUT_US        (60 * G_USEC_PER_SEC)
#define OUT_MAX_US    (30 * 60 * (gint64) G_USEC_PER_SEC)

/* So many pictures and so long after its last strike, or after it was forgiven one, a feed is forgiven one. */
#define FORGIVEN_AFTER    60u
#define FORGIVEN_AFTER_US (60 * G_USEC_PER_SEC)

/* A bound on what hostile feeds can make us remember; of more the one struck longest ago is forgotten. */
#define MAX_ORIGINS 1024u

typedef struct
{
  guint   n;
  guint   n_pictures;
  gint64  struck;     /* or forgiven one */
  gint64  held_until;
} Strike;

struct _VigilDecodeStrikes
{
  GHashTable *origins; /* owned string -> owned Strike */
};

/**
 * vigil_decode_strikes_new:
 *
 * Returns: (transfer full): a table without a feed
 */
VigilDecodeStrikes *
vigil_decode_strikes_new (void)
{
  VigilDecodeStrikes *self = g_new0 (VigilDecodeStrikes, 1);

  self->origins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/**
 * vigil_decode_strikes_free:
 */
void
vigil_decode_strikes_free (VigilDecodeStrikes *self)
{
  g_hash_table_unref (self->origins);
  g_free (self);
}

static void
forget_oldest (VigilDecodeStrikes *self)
{
  GHashTableIter iter;
  gpointer key, value;
  const char *oldest = NULL;
  gint64 struck = G_MAXINT64;

  g_hash_table_iter_init (&iter, self->origins);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (((Strike *) value)->struck < struck)
      {
        oldest = key;
        struck = ((Strike *) value)->struck;
      }
  if (oldest != NULL)
    g_hash_table_remove (self->origins, oldest);
}

static gint64
hold_of (guint n)
{
  if (n < 2)
    return 0;
  if (n < VIGIL_DECODE_STRIKES_OUT)
    return FIRST_HOLD_US;
  return MIN ((gint64) OUT_US << MIN (n - VIGIL_DECODE_STRIKES_OUT, 10), OUT_MAX_US);
}

/**
 * vigil_decode_strikes_add:
 * @origin: what was being decoded when the helper went
 * @now: monotonic microseconds
 *
 * Returns: how many strikes it has now
 */
guint
vigil_decode_strikes_add (VigilDecodeStrikes *self,
                          const char         *origin,
                          gint64              now)
{
  Strike *strike = g_hash_table_lookup (self->origins, origin);

  if (strike == NULL)
    {
      if (g_hash_table_size (self->origins) >= MAX_ORIGINS)
        forget_oldest (self);
      strike = g_new0 (Strike, 1);
      g_hash_table_insert (self->origins, g_strdup (origin), strike);
    }

  strike->n++;
  strike->n_pictures = 0;
  strike->struck = now;
  strike->held_until = now + hold_of (strike->n);
  return strike->n;
}

/**
 * vigil_decode_strikes_forgive:
 * @origin: one that delivers
 * @n_pictures: how many more it delivered
 * @now: monotonic microseconds
 */
void
vigil_decode_strikes_forgive (VigilDecodeStrikes *self,
                              const char         *origin,
                              guint               n_pictures,
                              gint64              now)
{
  Strike *strike = g_hash_table_lookup (self->origins, origin);

  if (strike == NULL)
    return;
  strike->n_pictures = MIN (strike->n_pictures + MIN (n_pictures, FORGIVEN_AFTER), FORGIVEN_AFTER);
  if (strike->n_pictures < FORGIVEN_AFTER || now - strike->struck < FORGIVEN_AFTER_US)
    return;

  strike->n_pictures = 0;
  strike->struck = now;
  if (--strike->n == 0)
    g_hash_table_remove (self->origins, origin);
}

/**
 * vigil_decode_strikes_get_held_until:
 *
 * Returns: monotonic microseconds before which the feed is not to be decoded; 0: no strike
 */
gint64
vigil_decode_strikes_get_held_until (VigilDecodeStrikes *self,
                                     const char         *origin)
{
  const Strike *strike = g_hash_table_lookup (self->origins, origin);

  return strike != NULL ? strike->held_until : 0;
}

/**
 * vigil_decode_strikes_is_out:
 * @now: monotonic microseconds
 *
 * Returns: whether it is held back as one that does it every time
 */
gboolean
vigil_decode_strikes_is_out (VigilDecodeStrikes *self,
                             const char         *origin,
                             gint64              now)
{
  const Strike *strike = g_hash_table_lookup (self->origins, origin);

  return strike != NULL && strike->n >= VIGIL_DECODE_STRIKES_OUT && now < strike->held_until;
}

/**
 * vigil_decode_strikes_get_n_origins:
 *
 * Returns: how many feeds have one
 */
guint
vigil_decode_strikes_get_n_origins (VigilDecodeStrikes *self)
{
  return g_hash_table_size (self->origins);
}
