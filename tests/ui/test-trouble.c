/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said to be wrong, in which order, since when, and that it goes away by itself. */
#include <string.h>

#include "ui-fixture.h"
#include "vigil-clock.h"
#include "vigil-trouble.h"
#include "vigil-words.h"

#define NOW_US vigil_clock_monotonic_us ()

typedef struct
{
  UiFixture base;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  ui_fixture_set_up (&f->base, 6);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vigil_clock_freeze (-1, -1);
  vigil_clock_forget_hall ();
  ui_fixture_tear_down (&f->base);
}

static void
say (Fixture *f, const char *part, gboolean degraded, const char *reason, gint64 ago_s)
{
  VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_SYSTEM);

  event->part = g_strdup (part);
  event->degraded = degraded;
  event->reason = g_strdup (reason);
  event->since_ms = ago_s >= 0 ? vigil_clock_hall_ms () - ago_s * 1000 : 0;
  vigil_fake_feed_deliver (f->base.feed, event);
}

/* Titles, separated by " | ". */
static char *
titles (Fixture *f, gboolean needs_token)
{
  g_autoptr (GPtrArray) list = vigil_trouble_list (f->base.session, needs_token, NOW_US);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " | " : "", ((VigilTrouble *) g_ptr_array_index (list, i))->title);
  return g_string_free (text, FALSE);
}

#define assert_titles(f, needs_token, expected) \
  G_STMT_START { \
    g_autofree char *found = titles (f, needs_token); \
    g_assert_cmpstr (found, ==, expected); \
  } G_STMT_END

static void
test_several (Fixture *f, gconstpointer data)
{
  assert_titles (f, FALSE, "");
  say (f, "evidence", TRUE, "disk is full", 60);
  say (f, "gpu-farm\n\u202e", TRUE, NULL, -1);
  say (f, "counting", TRUE, "the cache is down.", 200);
  say (f, "feed", TRUE, "", 5);
  assert_titles (f, FALSE, "Scores from the hall are late or incomplete | The hall is not counting violations at the moment | "
                           "The hall’s evidence store has trouble | The hall reports trouble with “gpu-farm”");

  say (f, "feed", FALSE, NULL, -1);
  say (f, "evidence", FALSE, NULL, -1);
  assert_titles (f, FALSE, "The hall is not counting violations at the moment | The hall reports trouble with “gpu-farm”");
  say (f, "counting", FALSE, NULL, -1);
  say (f, "gpu-farm\n\u202e", FALSE, NULL, -1);
  assert_titles (f, FALSE, "");
}

static void
test_words (Fixture *f, gconstpointer data)
{
  static const struct { const char *reason, *text; } cases[] = {
    { NULL, "Scores and video are live." },
    { "", "Scores and video are live." },
    { "the cache is down", "Scores and video are live. The cache is down." },
    { "The cache is down.", "Scores and video are live. The cache is down." },
    { "a\n\tb \u202ec", "Scores and video are live. A b c." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) list = NULL;
      const VigilTrouble *trouble;

      say (f, "counting", TRUE, cases[i].reason, 0);
      list = vigil_trouble_list (f->base.session, FALSE, NOW_US);
      g_assert_cmpuint (list->len, ==, 1);
      trouble = g_ptr_array_index (list, 0);
      g_assert_cmpstr (trouble->text, ==, cases[i].text);
      g_assert_false (trouble->severe);
      g_assert_cmpint (trouble->remedy, ==, VIGIL_REMEDY_NONE);
    }
}

/* No more is said to be live than is. */
static void
test_goes_on (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) list = NULL;

  say (f, "store", TRUE, NULL, 0);
  vigil_settings_set_pictures (f->base.settings, VIGIL_RUNG_STILL);
  list = vigil_trouble_list (f->base.session, FALSE, NOW_US);
  g_assert_cmpstr (((VigilTrouble *) g_ptr_array_index (list, 0))->text, ==, "What you decide may have to wait; it is not lost. Scores are live.");
  vigil_settings_set_pictures (f->base.settings, VIGIL_RUNG_LIVE);
}

/* By the clock of the desk, however wrong the hall's is. */
static void
test_since (Fixture *f, gconstpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_seconds (now, -185);
  g_autofree char *time = g_date_time_format (then, g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now) ? "%H:%M" : "%x %H:%M");
  g_autofree char *expected = g_strdup_printf ("since %s, 3 min", time);
  g_autofree char *words = NULL;
  g_autoptr (GPtrArray) list = NULL;

  vigil_clock_set_hall (-G_GINT64_CONSTANT (5) * G_TIME_SPAN_HOUR, 1000);
  say (f, "sfu", TRUE, NULL, 185);
  list = vigil_trouble_list (f->base.session, FALSE, NOW_US);
  g_assert_cmpuint (list->len, ==, 1);
  words = vigil_trouble_describe_since (g_ptr_array_index (list, 0), NOW_US);
  g_assert_cmpstr (words, ==, expected);
}

/* What only follows from something graver is not listed; what was said over a connection that is gone is not known. */
static void
test_gravest (Fixture *f, gconstpointer data)
{
  g_autofree char *lost = NULL;

  say (f, "counting", TRUE, NULL, 0);
  assert_titles (f, TRUE, "Your token has expired");
  vigil_fake_feed_drop (f->base.feed, VIGIL_SESSION_ERROR_NETWORK);
  lost = titles (f, FALSE);
  g_assert_true (g_str_has_prefix (lost, "We lost the connection to the hall"));
  g_assert_null (strchr (lost, '|'));

  vigil_fake_feed_connect (f->base.feed, 1, 0);
  ui_fixture_answer_roster (&f->base, 3, 1);
  vigil_fake_spin ();
  assert_titles (f, FALSE, "");
}

static void
test_quiet (Fixture *f, gconstpointer data)
{
  gint64 us = vigil_clock_monotonic_us () + 60 * G_USEC_PER_SEC, ms = vigil_clock_wall_ms () + 60000;
  g_autoptr (GPtrArray) list = NULL;
  const VigilTrouble *trouble;

  vigil_clock_freeze (us, ms);
  ui_fixture_score (&f->base, 1, 20);
  assert_titles (f, FALSE, "");
  vigil_clock_freeze (us + 14 * G_USEC_PER_SEC, ms + 14000);
  for (int i = 0; i < 5000 && vigil_session_get_quiet_seconds (f->base.session) == 0; i++)
    vigil_fake_run (1);
  say (f, "counting", TRUE, NULL, 0);
  assert_titles (f, FALSE, "No scores have come for 14 s | The hall is not counting violations at the moment");
  list = vigil_trouble_list (f->base.session, FALSE, NOW_US);
  trouble = g_ptr_array_index (list, 0);
  g_assert_true (trouble->severe);
  g_assert_true (g_str_has_prefix (trouble->text, "The connection is up;"));

  ui_fixture_score (&f->base, 2, 20);
  for (int i = 0; i < 5000 && vigil_session_get_quiet_seconds (f->base.session) > 0; i++)
    vigil_fake_run (1);
  assert_titles (f, FALSE, "The hall is not counting violations at the moment");
}

static gboolean
load_is_said (gpointer data)
{
  g_autofree char *found = titles (data, FALSE);

  return g_str_has_prefix (found, "This computer is too busy");
}

static gboolean
nothing_is_said (gpointer data)
{
  g_autofree char *found = titles (data, FALSE);

  return found[0] == 0;
}

/* Fewer videos for our sake: said as ours, with since when, and gone by itself. */
static void
test_load (Fixture *f, gconstpointer data)
{
  VigilStreamController *streams = vigil_session_get_streams (f->base.session);
  g_autoptr (GPtrArray) list = NULL;
  VigilTrouble *trouble;

  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_LADDER_PATIENCE, 1);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_LADDER_RECOVERY, 1);
  ui_engine_set_wait_ms (f->base.engine, 400);
  for (guint i = 0; i < 6; i++)
    vigil_stream_controller_set_visible (streams, ui_fixture_handle (&f->base, i), TRUE);
  g_assert_true (vigil_fake_wait (load_is_said, f, 8000));
  list = vigil_trouble_list (f->base.session, FALSE, NOW_US);
  trouble = list->pdata[0];
  g_assert_nonnull (strstr (trouble->text, "Scores are live."));
  g_assert_true (trouble->has_since);
  g_assert_cmpint (NOW_US - trouble->since_us, <, 8 * G_USEC_PER_SEC);
  g_assert_false (trouble->severe);

  ui_engine_set_wait_ms (f->base.engine, 0);
  g_assert_true (vigil_fake_wait (nothing_is_said, f, 60000));
  for (guint i = 0; i < 6; i++)
    vigil_stream_controller_set_visible (streams, ui_fixture_handle (&f->base, i), FALSE);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_LADDER_PATIENCE, 5);
  vigil_settings_set_int (f->base.settings, VIGIL_SETTING_LADDER_RECOVERY, 10);
}

/* What a kind of SFU cannot do is said where its state is, and nothing where it can do everything. */
static void
test_sfu_limits (Fixture *f, gconstpointer data)
{
  const VigilSfuAbilities all = { .can_pause = TRUE, .keeps_many = TRUE, .has_layers = TRUE, .has_sound = TRUE };
  const VigilSfuAbilities whep = { .own_connections = TRUE, .has_sound = TRUE };
  const VigilSfuAbilities quiet = { .can_pause = TRUE, .has_layers = TRUE };
  g_autofree char *none = vigil_trouble_describe_sfu_limits (&all);
  g_autofree char *many = vigil_trouble_describe_sfu_limits (&whep);
  g_autofree char *one = vigil_trouble_describe_sfu_limits (&quiet);
  g_auto (GStrv) lines = g_strsplit (many, "\n", -1);

  g_assert_null (none);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_nonnull (strstr (lines[0], "a connection for each video"));
  g_assert_nonnull (strstr (lines[1], "cannot pause"));
  g_assert_nonnull (strstr (lines[2], "small tiles"));
  g_assert_cmpstr (one, ==, "The video server gives out no sound.");
}

int
main (int argc, char *argv[])
{
  ui_fixture_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/ui/trouble/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("several", test_several);
  ADD ("words", test_words);
  ADD ("goes-on", test_goes_on);
  ADD ("since", test_since);
  ADD ("gravest", test_gravest);
  ADD ("quiet", test_quiet);
  ADD ("sfu-limits", test_sfu_limits);
  g_test_add ("/ui/trouble/load", Fixture, NULL, set_up, test_load, tear_down);
  return g_test_run ();
}
