/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoders that call themselves hardware: used only if they really work. They are tricks of trick-decoders.c. */
#include <string.h>

#include "media-clip.h"
#include "media-rig.h"
#include "vigil-decoder-trial.h"
#include "vigil-feed-chain.h"
#include "vigil-hardware-decoders.h"
#include "vigil-media-error.h"
#include "vigil-media-metrics.h"

#define TIMEOUT_MS 4000

static void
quit_cb (VigilHardwareDecoders *hardware, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

/* Which elements the plugin has is said by the environment, of this process and of the probe. */
static VigilHardwareDecoders *
try_tricks (const char *program)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  VigilHardwareDecoders *hardware = vigil_hardware_decoders_new (program);

  g_signal_connect (hardware, "done", G_CALLBACK (quit_cb), loop);
  vigil_hardware_decoders_try (hardware, TIMEOUT_MS);
  g_main_loop_run (loop);
  return hardware;
}

static void
test_tricks (void)
{
  static const struct
  {
    const char *factory;
    const char *verdict; /* begins so */
  } cases[] = {
    { "trickabsent", "the decoder for VP8 cannot start" },
    { "tricksilent", "0 pictures of" },
    { "tricklate", "60 pictures of 80 frames" }, /* no decoder gives its first */
    { "trickwrong", "other pictures than were sent" },
    { "trickhangs", "hung for 4000 ms" },
    { "trickcrashes", "crashed (signal 6)" },
    { "trickworks", "works, but costs" },
  };
  g_autoptr (VigilHardwareDecoders) hardware = try_tricks (DECODER_PROBE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *verdict = vigil_hardware_decoders_get_verdict (hardware, cases[i].factory);

      g_test_message ("%s: %s", cases[i].factory, verdict != NULL ? verdict : "not tried");
      g_assert_nonnull (verdict);
      g_assert_true (g_str_has_prefix (verdict, cases[i].verdict));
    }
  /* Software is not asked. */
  g_assert_null (vigil_hardware_decoders_get_verdict (hardware, "vp8dec"));
  g_assert_null (vigil_hardware_decoders_get_used (hardware, "VP8"));
  g_assert_cmpint (vigil_counter_get (vigil_media_metrics ()->hardware_codecs), ==, 0);
}

/* A probe that lies cannot be told from one that does not; one that says nonsense can. */
static void
test_verdict_of_probe (void)
{
  g_autoptr (VigilHardwareDecoders) nonsense = try_tricks ("/bin/echo");
  g_autoptr (VigilHardwareDecoders) none = NULL;

  g_assert_cmpstr (vigil_hardware_decoders_get_verdict (nonsense, "trickworks"), ==, "its trial said nothing that can be understood");
  none = try_tricks ("/nonexistent/probe");
  g_assert_nonnull (strstr (vigil_hardware_decoders_get_verdict (none, "trickworks"), "/nonexistent/probe"));
  g_assert_null (vigil_hardware_decoders_get_used (none, "VP8"));
}

static void
box_cb (gpointer user_data, guint *width, guint *height)
{
  *width = *height = 0;
}

static VigilFrame *
offer_cb (gpointer user_data, guint width, guint height)
{
  return NULL;
}

static void
told_cb (gpointer user_data, guint width, guint height, VigilFrame *frame)
{
  guint *n_pictures = user_data;

  (*n_pictures)++;
}

static const VigilRemoteFuncs feed_funcs = { .get_box = box_cb, .offer = offer_cb, .picture = told_cb };

static void
push_clip (VigilFeedChain *chain, guint look, guint n)
{
  g_autoptr (MediaClip) clip = media_clip_new (look, 320, 180, 15);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GPtrArray) packets = media_clip_frame (clip, i);

      for (guint j = 0; j < packets->len; j++)
        {
          VigilPacket packet = { .buffer = packets->pdata[j] };
          VigilFeedPush push = { .chain = chain, .packets = &packet, .n_packets = 1 };

          vigil_feed_chain_push (&push, 1);
          g_assert_cmpint (push.result.status, ==, VIGIL_CHAIN_OK);
        }
    }
}

/* What works in its trial and fails in use is given up once it failed with several senders: one alone, however often,
 * takes it from nobody. Each feed goes on in software. */
static void
test_fails_in_use (void)
{
  static const char *const origins[] = { "one", "one", "one", "one", "one", "two", "three", "four" };
  VigilCounter *failures = vigil_media_metrics ()->hardware_failures;
  gint64 before = vigil_counter_get (failures);
  guint n_pictures = 0;

  g_test_expect_message ("vigil-media", G_LOG_LEVEL_WARNING, "*trickabsent failed with 3 senders*");
  vigil_counter_add (vigil_media_metrics ()->hardware_codecs, 1);
  vigil_decoder_chain_prefer ("VP8", "trickabsent");
  for (guint i = 0; i < G_N_ELEMENTS (origins); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilFeedChain) chain = NULL;

      g_assert_cmpint (vigil_counter_get (vigil_media_metrics ()->hardware_codecs), ==, i < 7);
      chain = vigil_feed_chain_new (NULL, "VP8", origins[i], &feed_funcs, &n_pictures, &error);
      g_assert_no_error (error);
      g_assert_cmpint (vigil_counter_get (vigil_media_metrics ()->chains_here), ==, 1);
      g_assert_cmpint (vigil_counter_get (vigil_media_metrics ()->chains_hardware), ==, 0);
      push_clip (chain, 0, 4);
    }
  g_test_assert_expected_messages ();
  g_assert_cmpuint (n_pictures, ==, 4 * G_N_ELEMENTS (origins));
  g_assert_cmpint (vigil_counter_get (failures) - before, ==, 7);
  g_assert_cmpint (vigil_counter_get (vigil_media_metrics ()->hardware_codecs), ==, 0);
  vigil_decoder_chain_prefer ("VP8", NULL);
}

/* Where videos are decoded apart, a hardware decoder that fails is no way around that. */
static void
test_fails_apart (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilDecodeHelper) helper = vigil_decode_helper_new ("/nonexistent/vigil-decoder", "VP8", 2, &error);
  g_autoptr (VigilFeedChain) chain = NULL;
  guint n_pictures = 0;

  g_assert_no_error (error);
  vigil_decoder_chain_prefer ("VP8", "trickabsent");
  chain = vigil_feed_chain_new (helper, "VP8", "one", &feed_funcs, &n_pictures, &error);
  g_assert_no_error (error);
  g_assert_true (vigil_feed_chain_is_remote (chain));
  g_assert_cmpint (vigil_counter_get (vigil_media_metrics ()->chains_here), ==, 0);
  g_assert_cmpint (vigil_counter_get (vigil_media_metrics ()->chains_apart), ==, 1);
  vigil_decoder_chain_prefer ("VP8", NULL);
}

/* The interleaved chroma of hardware gives the same picture as software, to the byte. */
static void
test_nv12 (void)
{
  g_auto (VigilDecoderTrial) ours = { 0 }, theirs = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (vigil_decoder_trial_run ("VP8", NULL, 1, &ours, &error));
  g_assert_true (vigil_decoder_trial_run ("VP8", "trickworks", 1, &theirs, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (ours.pictures, ==, 20);
  g_assert_cmpuint (theirs.pictures, ==, 20);
  g_assert_cmpstr (ours.digest, ==, theirs.digest);
}

/* Both codecs, by what this machine has; and what there is not. */
static void
test_software (void)
{
  static const char *const ways[][2] = { { "VP8", NULL }, { "VP8", "vp8dec" }, { "H264", NULL } };
  g_auto (VigilDecoderTrial) none = { 0 };
  g_autoptr (GError) missing = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_auto (VigilDecoderTrial) trial = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (vigil_decoder_trial_run (ways[i][0], ways[i][1], 2, &trial, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (trial.pictures, ==, 40);
    }
  g_assert_false (vigil_decoder_trial_run ("VP8", "nosuchdecoder", 1, &none, &missing));
  g_assert_error (missing, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/media/hardware-decoders/tricks", test_tricks);
  g_test_add_func ("/media/hardware-decoders/verdict-of-probe", test_verdict_of_probe);
  g_test_add_func ("/media/hardware-decoders/fails-in-use", test_fails_in_use);
  g_test_add_func ("/media/hardware-decoders/fails-apart", test_fails_apart);
  g_test_add_func ("/media/hardware-decoders/nv12", test_nv12);
  g_test_add_func ("/media/hardware-decoders/software", test_software);
  return g_test_run ();
}
