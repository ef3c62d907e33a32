/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Picks a way to decode: libvpx for VP8, GStreamer's elements for the rest and for what is preferred. */
#include "vigil-decoder-chain.h"

#include "vigil-element-chain.h"
#include "vigil-key-gate.h"
#include "vigil-media-metrics.h"
#include "vigil-vp8-chain.h"

struct _VigilDecoderChain
{
  VigilKeyGate       gate;
  VigilVp8Chain     *vp8;      /* one of the two */
  VigilElementChain *elements;
  const char        *codec;     /* interned; with... */
  const char        *preferred; /* ...nullable: what is not the usual way */
  char              *origin;    /* with those */
  VigilCounter      *place;     /* nullable: the gauge that it is counted in */
};

/* With so many senders' videos what is preferred may fail before the usual way is used for good. One alone may be at
 * fault itself, however often. */
#define MAX_FAILURES 3

typedef struct
{
  const char *factory; /* interned */
  GHashTable *failed;  /* owned origins; MAX_FAILURES at most */
} Preferred;

static GMutex prefer_lock;
static GHashTable *preferred; /* codec -> Preferred; with prefer_lock */

static const char *
find_preferred (const char *codec)
{
  const char *factory = NULL;

  g_mutex_lock (&prefer_lock);
  if (preferred != NULL && codec != NULL)
    {
      const Preferred *found = g_hash_table_lookup (preferred, codec);

      factory = found != NULL && g_hash_table_size (found->failed) < MAX_FAILURES ? found->factory : NULL;
    }
  g_mutex_unlock (&prefer_lock);

  return factory != NULL && vigil_element_chain_supports (codec, factory) ? factory : NULL;
}

static void
preferred_free (gpointer data)
{
  Preferred *self = data;

  g_hash_table_unref (self->failed);
  g_free (self);
}

/* A driver that works in a trial may still run out of something. */
static void
note_failure (const char *codec,
              const char *factory,
              const char *origin)
{
  Preferred *found;

  g_mutex_lock (&prefer_lock);
  found = preferred != NULL ? g_hash_table_lookup (preferred, codec) : NULL;
  if (found != NULL && found->factory == factory && g_hash_table_size (found->failed) < MAX_FAILURES &&
      g_hash_table_add (found->failed, g_strdup (origin)) && g_hash_table_size (found->failed) == MAX_FAILURES)
    {
      g_warning ("%s failed with %d senders: no longer used for %s", factory, MAX_FAILURES, codec);
      vigil_counter_add (vigil_media_metrics ()->hardware_codecs, -1);
    }
  g_mutex_unlock (&prefer_lock);
  vigil_counter_add (vigil_media_metrics ()->hardware_failures, 1);
}

/**
 * vigil_decoder_chain_prefer:
 * @codec: "VP8" or "H264"
 * @factory: (nullable): the decoder element to use if it is installed; %NULL for the usual way
 *
 * For decoders to come. Thread: any.
 */
void
vigil_decoder_chain_prefer (const char *codec,
                            const char *factory)
{
  g_mutex_lock (&prefer_lock);
  if (preferred == NULL)
    preferred = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, preferred_free);
  if (factory != NULL)
    {
      Preferred *now = g_new0 (Preferred, 1);

      now->factory = g_intern_string (factory);
      now->failed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_replace (preferred, (gpointer) g_intern_string (codec), now);
    }
  else
    g_hash_table_remove (preferred, codec);
  g_mutex_unlock (&prefer_lock);
}

/**
 * vigil_decoder_chain_is_preferred:
 *
 * Returns: whether some other way than the usual is in use for that codec. Thread: any.
 */
gboolean
vigil_decoder_chain_is_preferred (const char *codec)
{
  return find_preferred (codec) != NULL;
}

/**
 * vigil_decoder_chain_supports:
 * @codec: (nullable): as in the consumer's parameters, upper case
 *
 * Returns: whether everything to decode it is installed. Thread: any.
 */
gboolean
vigil_decoder_chain_supports (const char *codec)
{
  return g_strcmp0 (codec, "VP8") == 0 || vigil_element_chain_supports (codec, NULL);
}

static VigilDecoderChain *
alloc (void)
{
  VigilDecoderChain *self = g_new0 (VigilDecoderChain, 1);

  vigil_counter_add (vigil_media_metrics ()->chains_live, 1);
  vigil_key_gate_init (&self->gate);
  return self;
}

static void
count_at (VigilDecoderChain *self,
          VigilCounter      *place)
{
  self->place = place;
  vigil_counter_add (place, 1);
}

/**
 * vigil_decoder_chain_new_preferred:
 * @codec: upper case
 * @origin: whose video it is
 * @func: gets each picture, from within vigil_decoder_chain_push()
 * @user_data: for @func
 *
 * Returns: (transfer full) (nullable): a chain with the decoder that is preferred for @codec; %NULL if none is, or it
 * cannot be had now
 */
VigilDecoderChain *
vigil_decoder_chain_new_preferred (const char        *codec,
                                   const char        *origin,
                                   VigilPictureFunc   func,
                                   gpointer           user_data)
{
  const char *factory = find_preferred (codec);
  g_autoptr (VigilDecoderChain) self = NULL;

  if (factory == NULL)
    return NULL;

  self = alloc ();
  self->elements = vigil_element_chain_new (codec, factory, &self->gate, func, user_data, NULL);
  if (self->elements == NULL)
    {
      note_failure (codec, factory, origin);
      return NULL;
    }
  self->codec = g_intern_string (codec);
  self->preferred = factory;
  self->origin = g_strdup (origin);
  count_at (self, vigil_media_metrics ()->chains_hardware);

  return g_steal_pointer (&self);
}

/**
 * vigil_decoder_chain_new:
 * @codec: upper case, as vigil_decoder_chain_supports() knows it
 * @func: gets each picture, from within vigil_decoder_chain_push()
 * @user_data: for @func
 * @error: %VIGIL_MEDIA_ERROR_CODEC
 *
 * The usual way, whatever is preferred.
 *
 * Returns: (transfer full) (nullable): a chain that waits for a key frame
 */
VigilDecoderChain *
vigil_decoder_chain_new (const char        *codec,
                         VigilPictureFunc   func,
                         gpointer           user_data,
                         GError           **error)
{
  g_autoptr (VigilDecoderChain) self = alloc ();

  count_at (self, vigil_media_metrics ()->chains_here);
  if (g_strcmp0 (codec, "VP8") == 0)
    self->vp8 = vigil_vp8_chain_new (&self->gate, func, user_data, error);
  else
    self->elements = vigil_element_chain_new (codec, NULL, &self->gate, func, user_data, error);

  return self->vp8 != NULL || self->elements != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * vigil_decoder_chain_free:
 *
 * Not from within the picture function.
 */
void
vigil_decoder_chain_free (VigilDecoderChain *self)
{
  g_clear_pointer (&self->vp8, vigil_vp8_chain_free);
  g_clear_pointer (&self->elements, vigil_element_chain_free);
  if (self->place != NULL)
    vigil_counter_add (self->place, -1);
  g_free (self->origin);
  g_free (self);
  vigil_counter_add (vigil_media_metrics ()->chains_live, -1);
}

/**
 * vigil_decoder_chain_set_caps:
 * @caps: of the packets that follow, as GStreamer writes them
 */
void
vigil_decoder_chain_set_caps (VigilDecoderChain *self,
                              const char        *caps)
{
  if (self->elements != NULL)
    vigil_element_chain_set_caps (self->elements, caps);
}

/**
 * vigil_decoder_chain_push:
 * @packet: an RTP packet, in order
 * @size: its bytes
 * @gap: whether packets before it are missing
 *
 * Returns: how things stand after it
 */
VigilChainStatus
vigil_decoder_chain_push (VigilDecoderChain *self,
                          const guint8      *packet,
                          gsize              size,
                          gboolean           gap)
{
  if (gap)
    vigil_key_gate_close (&self->gate);
  if (self->vp8 != NULL)
    vigil_vp8_chain_push (self->vp8, packet, size, gap);
  else if (!vigil_element_chain_push (self->elements, packet, size, gap))
    {
      if (self->preferred != NULL)
        note_failure (self->codec, self->preferred, self->origin);
      return VIGIL_CHAIN_FAILED;
    }

  return vigil_key_gate_take_withheld (&self->gate) ? VIGIL_CHAIN_WITHHELD : VIGIL_CHAIN_OK;
}

/**
 * vigil_decoder_chain_require_key:
 *
 * Withholds everything up to the next key frame.
 */
void
vigil_decoder_chain_require_key (VigilDecoderChain *self)
{
  vigil_key_gate_close (&self->gate);
}

/**
 * vigil_decoder_chain_get_preferred:
 *
 * Returns: whether it is one of vigil_decoder_chain_new_preferred()
 */
gboolean
vigil_decoder_chain_get_preferred (VigilDecoderChain *self)
{
  return self->preferred != NULL;
}

/**
 * vigil_decoder_chain_refuse:
 *
 * From within the picture function: the picture is not of a size that may be, and counts as refused. Nothing comes out
 * until the next key frame.
 */
void
vigil_decoder_chain_refuse (VigilDecoderChain *self)
{
  vigil_counter_add (vigil_media_metrics ()->frames_refused, 1);
  vigil_key_gate_fail (&self->gate);
}

/**
 * vigil_decoder_chain_get_wants_key:
 *
 * Returns: whether nothing comes out until a key frame goes in
 */
gboolean
vigil_decoder_chain_get_wants_key (VigilDecoderChain *self)
{
  return self->gate.wants_key;
}
