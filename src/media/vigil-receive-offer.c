/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other way round: where each feed has a connection of its own it is we who offer, and the server who answers. One
 * line of video or of sound, no data channel, nothing sent. Worker thread only. */
#include "vigil-receive-transport-private.h"

#include <nice/agent.h>
#include <nice/interfaces.h>
#include <string.h>

#include "vigil-decoder-chain.h"
#include "vigil-media-error.h"
#include "vigil-media-metrics.h"
#include "vigil-offer.h"

/* How long candidates are waited for. Our own are there at once; only a TURN server takes time, and one that does not
 * answer must not keep a picture away that does without it. Where nothing can follow it gets two round trips halfway
 * round the world; where it can, those that are near: vigil_receive_transport_set_gather_early(). */
#define GATHER_US (1 * G_USEC_PER_SEC)

/* What is offered, the cheapest to decode first. */
static const struct
{
  const char *codec;
  const char *caps;
} codecs[] = {
  { "VP8", "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000,"
           "rtcp-fb-nack=true,rtcp-fb-nack-pli=true" },
  { "H264", "application/x-rtp,media=video,encoding-name=H264,payload=97,clock-rate=90000,"
            "packetization-mode=(string)1,profile-level-id=(string)42e01f,level-asymmetry-allowed=(string)1,"
            "rtcp-fb-nack=true,rtcp-fb-nack-pli=true" },
};

#define SOUND_CAPS "application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000,encoding-params=(string)2"

static GstCaps *
create_caps (VigilOfferFlags flags)
{
  GstCaps *caps = (flags & VIGIL_OFFER_SOUND) != 0 ? gst_caps_from_string (SOUND_CAPS) : gst_caps_new_empty ();

  for (guint i = 0; (flags & VIGIL_OFFER_SOUND) == 0 && i < G_N_ELEMENTS (codecs); i++)
    if (vigil_decoder_chain_supports (codecs[i].codec))
      gst_caps_append (caps, gst_caps_from_string (codecs[i].caps));

  return caps;
}

static gboolean
add_line (VigilReceiveTransport  *self,
          VigilOfferFlags         flags,
          GError                **error)
{
  g_autoptr (GstCaps) caps = create_caps (flags);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  if (gst_caps_is_empty (caps))
    {
      g_set_error_literal (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC, "no video decoder is installed");
      return FALSE;
    }

  g_signal_emit_by_name (self->webrtc, "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps,
                         &transceiver);
  if (transceiver == NULL)
    g_set_error_literal (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_FAILED, "webrtcbin makes no transceiver");
  return transceiver != NULL;
}

/* To name addresses is to name them all: libnice looks for none then. */
static char **
dup_addresses (void)
{
  GPtrArray *addresses = g_ptr_array_new ();
  GList *all = nice_interfaces_get_local_ips (TRUE);

  for (GList *l = all; l != NULL; l = l->next)
    if (g_str_has_prefix (l->data, "fe80:"))
      g_free (l->data); /* of one link, and nobody's address on this machine */
    else
      g_ptr_array_add (addresses, l->data);
  g_list_free (all);
  g_ptr_array_add (addresses, NULL);

  return (char **) g_ptr_array_free (addresses, FALSE);
}

static void
gathering_cb (GObject    *webrtc,
              GParamSpec *pspec,
              gpointer    user_data)
{
  VigilReceiveTransport *self = user_data;
  GstWebRTCICEGatheringState state;

  g_object_get (webrtc, "ice-gathering-state", &state, NULL);
  if (state != GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    return;

  g_mutex_lock (&self->lock);
  if (self->early && self->offered != NULL && !self->gathered)
    vigil_receive_transport_post_candidate (self, NULL);
  self->gathered = TRUE;
  g_cond_signal (&self->gathered_cond);
  g_mutex_unlock (&self->lock);
}

/* Whether @sdp has that very line. */
static gboolean
has_line (const char *sdp,
          const char *candidate)
{
  gsize length = strlen (candidate);

  for (const char *at = strstr (sdp, candidate); at != NULL; at = strstr (at + 1, candidate))
    if (at[length] == '\r' || at[length] == '\n' || at[length] == '\0')
      return TRUE;
  return FALSE;
}

/* webrtcbin puts a candidate into the description before it tells of it, so each is in the offer, or comes here after it. */
static gboolean
follow_locked (VigilReceiveTransport *self,
               const char            *candidate)
{
  if (has_line (self->offered, candidate))
    return FALSE;

  vigil_counter_add (vigil_media_metrics ()->candidates_late, 1);
  if (self->early)
    vigil_receive_transport_post_candidate (self, candidate);
  return self->early;
}

static void
candidate_cb (GObject    *webrtc,
              guint       line,
              const char *text,
              gpointer    user_data)
{
  VigilReceiveTransport *self = user_data;
  const char *candidate = g_str_has_prefix (text, "a=") ? text + 2 : text;

  if (!g_str_has_prefix (candidate, "candidate:"))
    return;

  g_mutex_lock (&self->lock);
  if (self->offered != NULL)
    follow_locked (self, candidate);
  else
    g_ptr_array_add (self->found, g_strdup (candidate));
  g_mutex_unlock (&self->lock);
}

static void
note_offered (VigilReceiveTransport *self,
              const char            *offer)
{
  gboolean followed = FALSE;

  g_mutex_lock (&self->lock);
  self->offered = g_strdup (offer);
  for (guint i = 0; i < self->found->len; i++)
    followed |= follow_locked (self, self->found->pdata[i]);
  /* Else the end of gathering says so, and it came before the offer had a name. */
  if (followed && self->gathered)
    vigil_receive_transport_post_candidate (self, NULL);
  g_ptr_array_set_size (self->found, 0);
  if (!self->gathered)
    vigil_counter_add (vigil_media_metrics ()->offers_early, 1);
  g_mutex_unlock (&self->lock);
}

static void
wait_for_candidates (VigilReceiveTransport *self)
{
  gint64 begin = g_get_monotonic_time ();
  gint64 end = begin + (self->early ? self->gather_early_us : GATHER_US);

  g_mutex_lock (&self->lock);
  while (!self->gathered && !g_atomic_int_get (&self->closing) &&
         g_cond_wait_until (&self->gathered_cond, &self->lock, end))
    ;
  g_mutex_unlock (&self->lock);
  vigil_histogram_add (vigil_media_metrics ()->gather, (g_get_monotonic_time () - begin) / 1000.0);
}

static char *
dup_local_description (VigilReceiveTransport  *self,
                       GError                **error)
{
  g_autoptr (GstWebRTCSessionDescription) local = NULL;

  g_object_get (self->webrtc, "local-description", &local, NULL);
  if (local == NULL)
    {
      g_set_error_literal (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_FAILED, "webrtcbin has lost its offer");
      return NULL;
    }

  return gst_sdp_message_as_text (local->sdp);
}

/**
 * vigil_receive_transport_offer:
 * @flags: where the server is, what the line is for, and whether to do without candidates that are slow in coming; those follow by
 *   "local-candidate"
 *
 * Returns: (transfer full) (nullable): an offer with our ICE candidates, a secret. Worker thread.
 */
char *
vigil_receive_transport_offer (VigilReceiveTransport  *self,
                               VigilOfferFlags         flags,
                               GError                **error)
{
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_auto (GStrv) addresses = (flags & VIGIL_OFFER_NEARBY) != 0 ? dup_addresses () : NULL;
  char *text;

  self->early = (flags & VIGIL_OFFER_EARLY) != 0;
  self->found = g_ptr_array_new_with_free_func (g_free);

  vigil_receive_transport_set_up_ice (self, FALSE, (const char *const *) addresses);
  vigil_receive_transport_connect (self, self->webrtc, "notify::ice-gathering-state", G_CALLBACK (gathering_cb));
  vigil_receive_transport_connect (self, self->webrtc, "on-ice-candidate", G_CALLBACK (candidate_cb));
  if (!add_line (self, flags, error))
    return NULL;

  offer = vigil_receive_transport_create_description (self, "offer", error);
  if (offer == NULL || !vigil_receive_transport_set_description (self, "set-local-description", offer, error))
    return NULL;

  wait_for_candidates (self);
  text = dup_local_description (self, error);
  if (text != NULL)
    note_offered (self, text);
  return text;
}

/**
 * vigil_receive_transport_take_answer:
 * @answer_sdp: the server's
 *
 * The server knows our fingerprint already, but reaches nobody before ICE has its side's secrets, which it gets here; a
 * packet that is faster than the guards finds the feed's pad all the same, and no other. Worker thread.
 */
gboolean
vigil_receive_transport_take_answer (VigilReceiveTransport  *self,
                                     const char             *answer_sdp,
                                     GError                **error)
{
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  GstSDPMessage *message = vigil_offer_parse (answer_sdp, error);

  if (message == NULL)
    {
      g_prefix_error (error, "the answer to our ");
      return FALSE;
    }

  answer = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ANSWER, message);
  vigil_receive_transport_note_answered (self);
  if (!vigil_receive_transport_set_description (self, "set-remote-description", answer, error) ||
      !vigil_receive_transport_guard (self, error))
    return FALSE;

  vigil_receive_transport_shorten (self);
  vigil_receive_transport_widen_rtcp (self);
  return TRUE;
}

/**
 * vigil_receive_transport_take_candidates:
 * @candidates: more of the server's
 *
 * Worker thread.
 */
void
vigil_receive_transport_take_candidates (VigilReceiveTransport *self,
                                         const char *const     *candidates)
{
  for (guint i = 0; candidates[i] != NULL; i++)
    if (g_str_has_prefix (candidates[i], "candidate:"))
      g_signal_emit_by_name (self->webrtc, "add-ice-candidate", 0u, candidates[i]);
}
