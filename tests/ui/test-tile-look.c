/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tile says of a candidate, as a table: no display needed. */
#include <string.h>

#include "vigil-stream-private.h"
#include "vigil-tile-look.h"
#include "vigil-words.h"

#define NOW_US (G_GINT64_CONSTANT (1000) * G_USEC_PER_SEC)
#define NOW_MS G_GINT64_CONSTANT (1763805600000)

static VigilCandidate
somebody (void)
{
  return (VigilCandidate) { .id = (char *) "s-1", .name = (char *) "Aïcha Benali", .joined_at_ms = NOW_MS - 60000,
                            .present = TRUE, .connected = TRUE, .is_streaming = TRUE };
}

static VigilTileLook
look_at (VigilCandidate *candidate, VigilScore score, gint64 frame_us)
{
  g_autoptr (VigilScoringPolicy) policy = vigil_scoring_policy_new_default ();
  VigilTileLook look;
  VigilTileInputs in = { .candidate = candidate, .score = &score, .policy = policy, .frame_us = frame_us, .still_age_us = -1, .now_us = NOW_US,
                         .hall_ms = NOW_MS, .stale_score_us = 30 * G_USEC_PER_SEC, .stale_video_us = 5 * G_USEC_PER_SEC };

  vigil_tile_look_compute (&look, &in);
  return look;
}

static void
test_scores (void)
{
  static const struct { int score; VigilBand band; } cases[] = {
    { -1, VIGIL_BAND_LOW }, { 0, VIGIL_BAND_LOW }, { 24, VIGIL_BAND_LOW }, { 25, VIGIL_BAND_MEDIUM }, { 50, VIGIL_BAND_HIGH },
    { 75, VIGIL_BAND_CRITICAL }, { 100, VIGIL_BAND_CRITICAL },
  };
  VigilCandidate candidate = somebody ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VigilTileLook look = look_at (&candidate, (VigilScore) { .score = (gint16) cases[i].score, .received_us = NOW_US }, 0);

      g_assert_cmpint (look.score, ==, cases[i].score);
      g_assert_cmpint (look.band, ==, cases[i].band);
      g_assert_cmpint (look.score_age_s, ==, -1);
    }
}

static void
test_stale_score (void)
{
  VigilCandidate candidate = somebody ();
  VigilTileLook fresh = look_at (&candidate, (VigilScore) { .score = 10, .received_us = NOW_US - 29 * G_USEC_PER_SEC }, 0);
  VigilTileLook stale = look_at (&candidate, (VigilScore) { .score = 10, .received_us = NOW_US - 40 * G_USEC_PER_SEC }, 0);
  VigilTileLook missing = look_at (&candidate, (VigilScore) { .score = -1, .received_us = 0 }, 0);

  g_assert_cmpint (fresh.score_age_s, ==, -1);
  g_assert_cmpint (stale.score_age_s, ==, 40);
  g_assert_cmpint (missing.score_age_s, ==, -1);
}

/* However it came about, a tile whose score is old says so, in words too; only who has left has no fresh score to miss. */
static void
test_stale_in_every_state (void)
{
  static const struct { const char *what; gboolean streaming; gint64 at_ms, received_s; const char *words; } cases[] = {
    { "nothing came for 40 s", TRUE, NOW_MS - 40000, 40, "Score is 40 s old" },
    { "it came just now, and was on its way for 40 s", TRUE, NOW_MS - 40000, 0, "Score is 40 s old" },
    { "its time stamp is of tomorrow", TRUE, NOW_MS + 86400000, 40, "Score is 40 s old" },
    { "read after a reconnect, of an hour ago", TRUE, NOW_MS - 3600000, 900, "Score is 1 h old" },
    { "the camera is off too", FALSE, NOW_MS - 40000, 40, "Score 40 s old · No camera picture" },
    { "fresh", TRUE, NOW_MS - 1000, 1, "s-1" },
    { "fresh, its time stamp is of tomorrow", TRUE, NOW_MS + 86400000, 1, "s-1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VigilCandidate candidate = somebody ();
      VigilScore score = { .score = 10, .at_ms = cases[i].at_ms, .received_us = NOW_US - cases[i].received_s * G_USEC_PER_SEC };
      gboolean stale = strstr (cases[i].words, "old") != NULL;
      g_autofree char *words = NULL, *name = NULL;
      VigilTileLook look;

      g_test_message ("%s", cases[i].what);
      candidate.is_streaming = cases[i].streaming;
      look = look_at (&candidate, score, 0);
      g_assert_cmpint (look.score_age_s >= 0, ==, stale);
      words = vigil_tile_look_describe (&look, &candidate);
      g_assert_cmpstr (words, ==, cases[i].words);
      name = vigil_tile_look_accessible_name (&look, &candidate);
      g_assert_cmpint (strstr (name, "the score is old") != NULL, ==, stale);
    }
}

/* A bypass or an action hides the words, and not that the score is old: the badge and the name still say so. */
static void
test_stale_beside_bypass (void)
{
  g_autoptr (VigilBypass) bypass = vigil_bypass_new ();
  VigilCandidate candidate = somebody ();
  g_autofree char *name = NULL;
  VigilTileLook look;

  bypass->active = TRUE;
  candidate.bypass = bypass;
  look = look_at (&candidate, (VigilScore) { .score = 10, .at_ms = NOW_MS, .received_us = NOW_US - 40 * G_USEC_PER_SEC }, NOW_US - 60 * G_USEC_PER_SEC);
  g_assert_cmpint (look.score_age_s, ==, 40);
  g_assert_cmpint (look.picture, ==, VIGIL_PICTURE_STALE);
  g_assert_cmpint (look.picture_age_s, ==, 60);
  name = vigil_tile_look_accessible_name (&look, &candidate);
  g_assert_cmpstr (name, ==, "Aïcha Benali, score 10, low, Bypassed until revoked, the score is old, the picture is not live");
}

/* Without a playing stream no picture is live, however young. */
static void
test_frozen_never_live (void)
{
  VigilCandidate candidate = somebody ();
  VigilTileLook look = look_at (&candidate, (VigilScore) { .score = 0, .received_us = NOW_US }, NOW_US - 1000);

  g_assert_cmpint (look.picture, ==, VIGIL_PICTURE_STALE);
  g_assert_cmpint (look.picture_age_s, ==, 0);
  g_assert_cmpint (look.glyph, !=, VIGIL_GLYPH_LIVE);
}

static void
test_gone (void)
{
  VigilCandidate candidate = somebody ();
  g_autofree char *words = NULL;
  VigilTileLook look;

  candidate.connected = FALSE;
  candidate.is_streaming = FALSE;
  candidate.left_at_ms = NOW_MS - 125000;
  look = look_at (&candidate, (VigilScore) { .score = 10, .received_us = NOW_US }, NOW_US - 130 * G_USEC_PER_SEC);
  g_assert_cmpint (look.picture, ==, VIGIL_PICTURE_LAST);
  g_assert_cmpint (look.glyph, ==, VIGIL_GLYPH_GONE);
  g_assert_false (look.spinner);
  words = vigil_tile_look_describe (&look, &candidate);
  g_assert_cmpstr (words, ==, "Left 2 min ago");
}

static void
test_no_camera (void)
{
  VigilCandidate candidate = somebody ();
  g_autofree char *words = NULL;
  VigilTileLook look;

  candidate.is_streaming = FALSE;
  look = look_at (&candidate, (VigilScore) { .score = 10, .received_us = NOW_US }, 0);
  words = vigil_tile_look_describe (&look, &candidate);
  g_assert_cmpint (look.picture, ==, VIGIL_PICTURE_NONE);
  g_assert_cmpint (look.glyph, ==, VIGIL_GLYPH_SCORE_ONLY);
  g_assert_cmpstr (words, ==, "No camera picture");
}

static void
test_bypass (void)
{
  g_autoptr (VigilBypass) bypass = vigil_bypass_new ();
  VigilCandidate candidate = somebody ();
  VigilTileLook look;

  bypass->active = TRUE;
  bypass->expires_at_ms = NOW_MS + 24 * 60000 + 30000;
  candidate.bypass = bypass;
  look = look_at (&candidate, (VigilScore) { .score = -1 }, 0);
  g_assert_true (look.bypassed);
  g_assert_cmpint (look.bypass_s, ==, 24 * 60);

  bypass->expires_at_ms = NOW_MS + 90000; /* near its end it counts seconds */
  look = look_at (&candidate, (VigilScore) { .score = -1 }, 0);
  g_assert_cmpint (look.bypass_s, ==, 90);

  bypass->expires_at_ms = 0;
  look = look_at (&candidate, (VigilScore) { .score = -1 }, 0);
  g_assert_cmpint (look.bypass_s, ==, G_MAXINT);

  bypass->expires_at_ms = NOW_MS - 1;
  look = look_at (&candidate, (VigilScore) { .score = -1 }, 0);
  g_assert_false (look.bypassed);
}

static void
test_border (void)
{
  VigilCandidate candidate = somebody ();
  VigilTileLook look;

  candidate.worst_open = VIGIL_BAND_CRITICAL;
  look = look_at (&candidate, (VigilScore) { .score = 30, .received_us = NOW_US }, 0);
  g_assert_cmpint (look.border, ==, VIGIL_BAND_MEDIUM); /* attended to: the score alone counts */
  candidate.open_flags = 1;
  look = look_at (&candidate, (VigilScore) { .score = 30, .received_us = NOW_US }, 0);
  g_assert_cmpint (look.border, ==, VIGIL_BAND_CRITICAL);
}

/* Two looks of the same moment are equal bytewise: what is compared decides what is redrawn. */
static void
test_comparable (void)
{
  VigilCandidate candidate = somebody ();
  VigilTileLook a = look_at (&candidate, (VigilScore) { .score = 30, .received_us = NOW_US }, NOW_US);
  VigilTileLook b = look_at (&candidate, (VigilScore) { .score = 30, .received_us = NOW_US - G_USEC_PER_SEC }, NOW_US);

  g_assert_cmpmem (&a, sizeof a, &b, sizeof b);
}

static void
test_accessible_name (void)
{
  VigilCandidate candidate = somebody ();
  g_autofree char *name = NULL;
  VigilTileLook look;

  candidate.open_flags = 2;
  candidate.room = (char *) "B";
  look = look_at (&candidate, (VigilScore) { .score = 62, .received_us = NOW_US }, 0);
  name = vigil_tile_look_accessible_name (&look, &candidate);
  g_assert_cmpstr (name, ==, "Aïcha Benali, score 62, high, 2 open flags, Room B");
}

static void
test_empty (void)
{
  VigilTileLook look = look_at (NULL, (VigilScore) { .score = 62, .received_us = NOW_US }, NOW_US);

  g_assert_cmpint (look.picture, ==, VIGIL_PICTURE_NONE);
  g_assert_cmpint (look.score, ==, -1);
}

static void
test_hostile_words (void)
{
  g_autofree char *override = vigil_words_clean ("ab\u202egnp.exe\u2066x\u2069");
  g_autofree char *lines = vigil_words_clean ("  a\nb\t\x01 c ");
  g_autofree char *broken = vigil_words_clean ("a\xff\xfe");
  g_autofree char *nothing = vigil_words_clean (NULL);
  g_autofree char *arabic = vigil_words_clean ("محمد <b>x</b>");

  g_assert_cmpstr (override, ==, "abgnp.exex");
  g_assert_cmpstr (lines, ==, "a b c");
  g_assert_true (g_utf8_validate (broken, -1, NULL));
  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpstr (arabic, ==, "محمد <b>x</b>"); /* shown as text, so markup stays what it is */
}

static void
test_ages (void)
{
  static const struct { gint64 seconds; const char *words; } cases[] = {
    { -5, "0 s" }, { 0, "0 s" }, { 59, "59 s" }, { 60, "1 min" }, { 3599, "59 min" }, { 3600, "1 h" }, { 172800, "2 d" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = vigil_words_age (cases[i].seconds);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

/* Each cause of a failed connection has words of its own. */
static void
test_error_words (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  static const int codes[] = { VIGIL_SESSION_ERROR_ADDRESS, VIGIL_SESSION_ERROR_NETWORK, VIGIL_SESSION_ERROR_TLS,
                               VIGIL_SESSION_ERROR_NOT_A_HALL, VIGIL_SESSION_ERROR_AUTH, VIGIL_SESSION_ERROR_EXPIRED,
                               VIGIL_SESSION_ERROR_FORBIDDEN, VIGIL_SESSION_ERROR_TIMEOUT, VIGIL_SESSION_ERROR_UNAVAILABLE,
                               VIGIL_SESSION_ERROR_NO_TRANSPORT, VIGIL_SESSION_ERROR_ABANDONED };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (VIGIL_SESSION_ERROR, codes[i], "secret detail");
      g_autofree char *body = vigil_words_error_body (error);
      const char *title = vigil_words_error_title (error);

      g_assert_true (g_hash_table_add (seen, (gpointer) title));
      g_assert_null (strstr (body, "secret detail"));
    }
}

#define SECONDS(n) ((gint64) (n) * G_USEC_PER_SEC)

/* The best there is: live video, a still, the score alone; and which of them. A hall with a capture each half minute is calm
 * with one of that age (the threshold is the hall's). */
static void
test_stills (void)
{
  static const struct
  {
    const char *what;
    gint64 still_s, frame_s;      /* ages; −1: none */
    gboolean no_video, streaming, here;
    VigilRung rung;
    VigilTilePicture picture;
    VigilTileGlyph glyph;
    gboolean capture;
    int age_s;
    const char *words;            /* in the strip */
    const char *name;             /* said of the picture */
  } cases[] = {
    { "a new one", 1, -1, TRUE, FALSE, TRUE, VIGIL_RUNG_STILL, VIGIL_PICTURE_STILL, VIGIL_GLYPH_STILL, TRUE, 5, "s-1", "a still, not live video" },
    { "as old as they get", 30, -1, TRUE, FALSE, TRUE, VIGIL_RUNG_STILL, VIGIL_PICTURE_STILL, VIGIL_GLYPH_STILL, TRUE, 30, "s-1", "a still, not live video" },
    { "too old", 70, -1, TRUE, FALSE, TRUE, VIGIL_RUNG_STILL, VIGIL_PICTURE_STALE, VIGIL_GLYPH_STILL, TRUE, 60, "s-1", "the picture is not live" },
    { "none yet", -1, -1, TRUE, FALSE, TRUE, VIGIL_RUNG_STILL, VIGIL_PICTURE_NONE, VIGIL_GLYPH_SCORE_ONLY, FALSE, -1, "No picture yet", NULL },
    { "video was newer", 30, 8, FALSE, TRUE, TRUE, VIGIL_RUNG_LIVE, VIGIL_PICTURE_STALE, VIGIL_GLYPH_STILL, FALSE, 8, "s-1", "the picture is not live" },
    { "video is older", 3, 8, FALSE, TRUE, TRUE, VIGIL_RUNG_LIVE, VIGIL_PICTURE_STILL, VIGIL_GLYPH_STILL, TRUE, 5, "s-1", "a still, not live video" },
    { "the camera is not sent", 3, -1, FALSE, FALSE, TRUE, VIGIL_RUNG_LIVE, VIGIL_PICTURE_STILL, VIGIL_GLYPH_STILL, TRUE, 5, "s-1", "a still, not live video" },
    { "nor is there a still", -1, -1, FALSE, FALSE, TRUE, VIGIL_RUNG_LIVE, VIGIL_PICTURE_NONE, VIGIL_GLYPH_SCORE_ONLY, FALSE, -1, "No camera picture", NULL },
    { "who left", 3, 8, FALSE, FALSE, FALSE, VIGIL_RUNG_LIVE, VIGIL_PICTURE_LAST, VIGIL_GLYPH_GONE, TRUE, -1, "Not connected", NULL },
    { "who left, live until then", 30, 8, FALSE, FALSE, FALSE, VIGIL_RUNG_LIVE, VIGIL_PICTURE_LAST, VIGIL_GLYPH_GONE, FALSE, -1, "Not connected", NULL },
    { "scores only", 3, 8, FALSE, TRUE, TRUE, VIGIL_RUNG_SCORE, VIGIL_PICTURE_NONE, VIGIL_GLYPH_SCORE_ONLY, FALSE, -1, "s-1", NULL },
    { "stills only", 3, 8, FALSE, TRUE, TRUE, VIGIL_RUNG_STILL, VIGIL_PICTURE_STILL, VIGIL_GLYPH_STILL, TRUE, 5, "s-1", "a still, not live video" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VigilCandidate candidate = somebody ();
      VigilScore score = { .score = 10, .at_ms = NOW_MS, .received_us = NOW_US };
      VigilTileInputs in = { .candidate = &candidate, .score = &score, .now_us = NOW_US, .hall_ms = NOW_MS,
                             .frame_us = cases[i].frame_s >= 0 ? NOW_US - SECONDS (cases[i].frame_s) : 0,
                             .still_age_us = cases[i].still_s >= 0 ? SECONDS (cases[i].still_s) : -1,
                             .stale_score_us = SECONDS (30), .stale_video_us = SECONDS (5), .stale_still_us = SECONDS (62),
                             .rung = cases[i].rung, .no_video = cases[i].no_video };
      g_autofree char *words = NULL, *name = NULL, *why = NULL;
      VigilTileLook look;

      g_test_message ("%s", cases[i].what);
      candidate.is_streaming = cases[i].streaming;
      candidate.connected = cases[i].here;
      vigil_tile_look_compute (&look, &in);
      g_assert_cmpint (look.picture, ==, cases[i].picture);
      g_assert_cmpint (look.glyph, ==, cases[i].glyph);
      g_assert_cmpint (look.capture, ==, cases[i].capture);
      g_assert_cmpint (look.picture_age_s, ==, cases[i].age_s);
      g_assert_false (look.spinner);
      words = vigil_tile_look_describe (&look, &candidate);
      g_assert_cmpstr (words, ==, cases[i].words);
      name = vigil_tile_look_accessible_name (&look, &candidate);
      if (cases[i].name != NULL)
        g_assert_nonnull (strstr (name, cases[i].name));
      else
        g_assert_null (strstr (name, "live"));
      why = vigil_tile_look_explain (&look, NULL);
      if (cases[i].picture == VIGIL_PICTURE_STILL)
        g_assert_nonnull (strstr (why, "not live video"));
      if (cases[i].no_video)
        g_assert_nonnull (strstr (why, "This hall has no live video."));
    }
}

/* A stream that is held back on screen is attached and paused, perhaps for minutes: no spinner, and nothing is starting.
 * One that is to be live does start, and where it cannot the tooltip says why, not that it is live. */
static void
test_held_back (void)
{
  VigilCandidate candidate = somebody ();
  VigilScore score = { .score = 10, .at_ms = NOW_MS, .received_us = NOW_US };
  g_autoptr (VigilStream) stream = vigil_stream_new (1, VIGIL_SOURCE_WEBCAM);
  VigilTileInputs in = { .candidate = &candidate, .score = &score, .stream = stream, .now_us = NOW_US, .hall_ms = NOW_MS,
                         .still_age_us = -1, .stale_score_us = SECONDS (30), .stale_video_us = SECONDS (5), .stale_still_us = SECONDS (62) };

  candidate.is_streaming = TRUE;
  vigil_stream_enter (stream, VIGIL_PHASE_CHECKING, "test");
  vigil_stream_enter (stream, VIGIL_PHASE_CREATING_CONSUMER, "test");
  vigil_stream_enter (stream, VIGIL_PHASE_ATTACHING, "test");
  for (guint i = 0; i < 4; i++)
    {
      gboolean live = i % 2 == 1;
      g_autofree char *words = NULL;
      g_autofree char *why = NULL;
      VigilTileLook look;

      in.frame_us = i < 2 ? 0 : NOW_US - SECONDS (60);
      vigil_stream_set_mode (stream, live ? VIGIL_MODE_LIVE : VIGIL_MODE_WARM, live ? VIGIL_WHY_VISIBLE : VIGIL_WHY_OVER_LOAD);
      vigil_tile_look_compute (&look, &in);
      words = vigil_tile_look_describe (&look, &candidate);
      why = vigil_tile_look_explain (&look, stream);
      g_test_message ("%s, %s picture: %s (%s)", live ? "live" : "held back", i < 2 ? "no" : "an old", words, why);
      g_assert_cmpint (look.spinner, ==, live);
      g_assert_cmpint (look.glyph == VIGIL_GLYPH_CONNECTING, ==, live);
      g_assert_cmpint (g_strcmp0 (words, vigil_words_phase (VIGIL_PHASE_ATTACHING)) == 0, ==, live);
    }

  vigil_stream_enter (stream, VIGIL_PHASE_IDLE, "test");
  vigil_stream_set_mode (stream, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  {
    VigilTileLook look;
    g_autofree char *why = NULL;

    vigil_tile_look_compute (&look, &in);
    why = vigil_tile_look_explain (&look, stream);
    g_assert_null (strstr (why, vigil_words_mode_reason (VIGIL_WHY_VISIBLE)));
  }
}

/* Upwards and in steps: none is called newer than it is, and a wall of them stands still. */
static void
test_still_ages (void)
{
  static const struct { gint64 us; int step; } table[] = {
    { 0, 5 }, { 1, 5 }, { SECONDS (5), 5 }, { SECONDS (5) + 1, 10 }, { SECONDS (10), 10 }, { SECONDS (54), 55 }, { SECONDS (55), 55 },
    { SECONDS (56), 60 }, { SECONDS (60), 60 }, { SECONDS (61), 120 }, { SECONDS (120), 120 }, { SECONDS (3600), 3600 }, { SECONDS (3601), 7200 },
  };
  VigilCandidate candidate = somebody ();
  VigilScore score = { .score = 10, .received_us = NOW_US };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      VigilTileInputs in = { .candidate = &candidate, .score = &score, .now_us = NOW_US, .hall_ms = NOW_MS, .still_age_us = table[i].us,
                             .stale_score_us = SECONDS (30), .stale_still_us = SECONDS (9999), .rung = VIGIL_RUNG_STILL };
      VigilTileLook look;

      vigil_tile_look_compute (&look, &in);
      g_assert_cmpint (look.picture_age_s, ==, table[i].step);
    }
  {
    VigilTileLook look = { .picture = VIGIL_PICTURE_STILL, .picture_age_s = 15 };
    g_autofree char *words = vigil_tile_look_age_words (&look);

    g_assert_cmpstr (words, ==, "Still, 15 s old");
  }
}

/* Live, and of some seconds ago: it says so, by glyph, by words and to a screen reader, and not by turns. */
static void
test_late (void)
{
  static const struct { gint64 behind_ms; int late_s; const char *words; } day[] = {
    { 0, -1, NULL }, { 1999, -1, NULL }, { 2000, 2, "Live, 2 s late" }, { 2001, 3, "Live, 3 s late" }, { 1500, 2, "Live, 2 s late" },
    { 1000, 1, "Live, 1 s late" }, { 999, -1, NULL }, { 1500, -1, NULL }, { 5001, 10, "Live, 10 s late" }, { 61000, 65, "Live, 1 min late" },
    { 600000, 600, "Live, 10 min late" }, { 0, -1, NULL },
  };
  VigilCandidate candidate = somebody ();
  VigilScore score = { .score = 10, .at_ms = NOW_MS, .received_us = NOW_US };
  g_autoptr (VigilStream) stream = vigil_stream_new (1, VIGIL_SOURCE_WEBCAM);
  VigilTileInputs in = { .candidate = &candidate, .score = &score, .stream = stream, .frame_us = NOW_US, .now_us = NOW_US, .hall_ms = NOW_MS,
                         .still_age_us = -1, .stale_score_us = SECONDS (30), .stale_video_us = SECONDS (5), .stale_still_us = SECONDS (62) };

  candidate.is_streaming = TRUE;
  vigil_stream_enter (stream, VIGIL_PHASE_CHECKING, "test");
  vigil_stream_enter (stream, VIGIL_PHASE_CREATING_CONSUMER, "test");
  vigil_stream_enter (stream, VIGIL_PHASE_ATTACHING, "test");
  vigil_stream_enter (stream, VIGIL_PHASE_PLAYING, "test");
  vigil_stream_set_mode (stream, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  for (guint i = 0; i < G_N_ELEMENTS (day); i++)
    {
      g_autofree char *words = NULL, *why = NULL, *name = NULL;
      VigilTileLook look;

      vigil_stream_set_behind (stream, day[i].behind_ms * 1000, SECONDS (2));
      vigil_tile_look_compute (&look, &in);
      g_assert_cmpint (look.picture, ==, VIGIL_PICTURE_LIVE);
      g_assert_cmpint (look.picture_age_s, ==, day[i].late_s);
      words = vigil_tile_look_age_words (&look);
      g_assert_cmpstr (words, ==, day[i].words);
      why = vigil_tile_look_explain (&look, stream);
      name = vigil_tile_look_accessible_name (&look, &candidate);
      g_assert_cmpint (strstr (why, "late") != NULL, ==, day[i].late_s > 0);
      g_assert_cmpint (strstr (name, "the video comes late") != NULL, ==, day[i].late_s > 0);
    }

  /* Nobody knows of another feed; and what is not live has an age of its own. */
  vigil_stream_set_behind (stream, 3000 * 1000, SECONDS (2));
  vigil_stream_set_picture (stream, NULL, 7);
  g_assert_cmpuint (vigil_stream_get_late_s (stream), ==, 0);
  vigil_stream_set_behind (stream, 3000 * 1000, SECONDS (2));
  in.frame_us = NOW_US - SECONDS (60);
  {
    VigilTileLook look;

    vigil_tile_look_compute (&look, &in);
    g_assert_cmpint (look.picture, ==, VIGIL_PICTURE_STALE);
    g_assert_cmpint (look.picture_age_s, ==, 60);
    g_assert_null (vigil_tile_look_age_words (&look));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/look/scores", test_scores);
  g_test_add_func ("/ui/look/stale-score", test_stale_score);
  g_test_add_func ("/ui/look/stale-in-every-state", test_stale_in_every_state);
  g_test_add_func ("/ui/look/stale-beside-bypass", test_stale_beside_bypass);
  g_test_add_func ("/ui/look/frozen-never-live", test_frozen_never_live);
  g_test_add_func ("/ui/look/gone", test_gone);
  g_test_add_func ("/ui/look/no-camera", test_no_camera);
  g_test_add_func ("/ui/look/bypass", test_bypass);
  g_test_add_func ("/ui/look/border", test_border);
  g_test_add_func ("/ui/look/comparable", test_comparable);
  g_test_add_func ("/ui/look/accessible-name", test_accessible_name);
  g_test_add_func ("/ui/look/empty", test_empty);
  g_test_add_func ("/ui/words/hostile", test_hostile_words);
  g_test_add_func ("/ui/words/ages", test_ages);
  g_test_add_func ("/ui/words/errors", test_error_words);
  g_test_add_func ("/ui/look/stills", test_stills);
  g_test_add_func ("/ui/look/held-back", test_held_back);
  g_test_add_func ("/ui/look/still-ages", test_still_ages);
  g_test_add_func ("/ui/look/late", test_late);
  return g_test_run ();
}
