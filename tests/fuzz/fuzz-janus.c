/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Janus: 's' and SDP → its offer, and the two texts made of it; anything else → a message, as the link takes it. */
#include "fuzz.h"
#include "vigil-janus-message.h"
#include "vigil-janus-sdp.h"

/* Printable ASCII in whole lines: nothing of the server's gets out of its place. */
static void
check_text (const char *sdp)
{
  for (const char *p = sdp; *p; p++)
    {
      g_assert_true (*p == '\r' || *p == '\n' || (*p >= 0x20 && *p < 0x7f));
      g_assert_true (*p != '\r' || p[1] == '\n');
      g_assert_true (*p != '\n' || p[-1] == '\r');
    }
}

static void
fuzz_offer (const char *text, gsize len)
{
  static const char ours[] = "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=setup:active\r\na=fingerprint:sha-256 "
    "10:85:B7:FE:C7:3B:DB:77:03:3E:C5:E3:9F:2D:CB:9E:DB:98:47:22:6C:02:E6:13:8D:73:52:0A:49:BB:7A:3F\r\n";
  g_autofree char *sdp = g_strndup (text, len);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilJanusOffer) offer = vigil_janus_offer_parse (sdp, &error);
  g_autoptr (VigilRtpAnswer) answer = NULL;
  g_autofree char *fixed = NULL, *answer_sdp = NULL;

  if (!offer)
    {
      fuzz_assert_error (&error);
      return;
    }
  answer = vigil_rtp_answer_parse (ours, NULL);
  answer_sdp = vigil_janus_offer_dup_answer (offer, answer);
  check_text (answer_sdp);
  fixed = vigil_janus_offer_dup_static (offer, 0, &error);
  if (fixed)
    check_text (fixed);
  else
    fuzz_assert_error (&error);
}

static void
fuzz_data (JsonNode *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) publishers = NULL;
  guint n_skipped;
  g_autoptr (GPtrArray) feeds = vigil_janus_feeds_from_data (data, &publishers, &n_skipped, &error);
  g_autoptr (GPtrArray) slots = NULL;
  g_autofree char *gone = vigil_janus_dup_gone (data);

  if (!feeds)
    fuzz_assert_error (&error);
  for (guint i = 0; feeds && i < feeds->len; i++)
    {
      const VigilJanusFeed *feed = feeds->pdata[i];

      g_assert_true (feed->id.text && feed->mid && !strchr (feed->mid, '/') && g_str_has_prefix (feed->producer_id, feed->id.text));
    }
  slots = vigil_janus_slots_from_data (data, &n_skipped, &error);
  if (!slots)
    fuzz_assert_error (&error);
  g_assert_nonnull (vigil_janus_get_word (data));
  vigil_janus_get_private_id (data);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autofree char *lean = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilJanusMessage) message = NULL;

  fuzz_init ();
  if (size > 0 && text[0] == 's')
    {
      fuzz_offer (text + 1, size - 1);
      return 0;
    }
  lean = vigil_janus_text_dup_lean (text, size);
  message = vigil_janus_message_parse (lean, strlen (lean), &error);
  if (!message)
    fuzz_assert_error (&error);
  else if (message->data)
    fuzz_data (message->data);
  return 0;
}
