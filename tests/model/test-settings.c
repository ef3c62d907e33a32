/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The defaults of the design, ranges that hold, and no secret in the recent halls. */

#include "vigil-settings.h"

static void
test_defaults (void)
{
  static const struct
  {
    const char *key;
    int         value;
  } table[] = {
    { VIGIL_SETTING_MAX_LIVE, 48 }, { VIGIL_SETTING_MAX_WARM, 36 }, { VIGIL_SETTING_WARM_MARGIN, 12 },
    { VIGIL_SETTING_MAX_DECODE_CPU, 1500 }, { VIGIL_SETTING_MAX_DOWNLINK, 60000 }, { VIGIL_SETTING_MAX_PIXELS, 24000 },
    { VIGIL_SETTING_STREAM_STARTS, 30 }, { VIGIL_SETTING_LADDER_LOOP, 80 }, { VIGIL_SETTING_LADDER_FRAME, 120 }, { VIGIL_SETTING_LADDER_WAIT, 120 },
    { VIGIL_SETTING_LADDER_LOSS, 80 }, { VIGIL_SETTING_LADDER_QUEUE, 500 }, { VIGIL_SETTING_LADDER_PATIENCE, 5 }, { VIGIL_SETTING_LADDER_RECOVERY, 10 },
    { VIGIL_SETTING_GRACE, 45 }, { VIGIL_SETTING_WATCHDOG, 6 }, { VIGIL_SETTING_RETRIES, 2 },
    { VIGIL_SETTING_FAILED_RETRY, 60 }, { VIGIL_SETTING_CONSUMES, 32 }, { VIGIL_SETTING_JITTER_LATENCY, 50 },
    { VIGIL_SETTING_MAX_CONNECTIONS, 24 }, { VIGIL_SETTING_UNPAUSED_GRACE, 3 }, { VIGIL_SETTING_JANUS_SLOTS, 96 }, { VIGIL_SETTING_JANUS_SLOT_REST, 400 }, { VIGIL_SETTING_JANUS_KEEPALIVE, 15 },
    { VIGIL_SETTING_MEDIA_WATCHDOG, 5 }, { VIGIL_SETTING_CONNECT_WATCHDOG, 10 }, { VIGIL_SETTING_GATHER_EARLY, 150 }, { VIGIL_SETTING_REQUEST_TIMEOUT, 10 },
    { VIGIL_SETTING_RECONNECT_MIN, 500 }, { VIGIL_SETTING_RECONNECT_MAX, 30000 },
    { VIGIL_SETTING_STALE_SCORE, 30 }, { VIGIL_SETTING_STALE_VIDEO, 5 }, { VIGIL_SETTING_LATE_VIDEO, 2 },
    { VIGIL_SETTING_STILL_REFRESH, 1000 }, { VIGIL_SETTING_STILLS_IN_FLIGHT, 4 }, { VIGIL_SETTING_STILL_RATE, 40 },
    { VIGIL_SETTING_STILL_DELAY, 1500 }, { VIGIL_SETTING_STILL_CACHE, 8 }, { VIGIL_SETTING_STILL_MAX_SIZE, 1024 },
    { VIGIL_SETTING_STALE_STILL, 20 }, { VIGIL_SETTING_VIDEO_PACE, 50 }, { VIGIL_SETTING_LADDER_FEED, 3000 },
    { VIGIL_SETTING_RANK_INTERVAL, 5000 },
    { VIGIL_SETTING_RANK_HYSTERESIS, 8 }, { VIGIL_SETTING_PROMOTE_RISE, 25 }, { VIGIL_SETTING_TILE_WIDTH, 240 },
    { VIGIL_SETTING_MAX_CANDIDATES, 100000 }, { VIGIL_SETTING_VIOLATIONS_KEPT, 100 },
    { VIGIL_SETTING_EVIDENCE_CACHE, 32 }, { VIGIL_SETTING_EVIDENCE_MAX_SIZE, 16 },
    { VIGIL_SETTING_INCIDENT_WINDOW, 10000 }, { VIGIL_SETTING_INCIDENT_SETTLE, 1000 },
    { VIGIL_SETTING_INCIDENT_HOLD, 30000 }, { VIGIL_SETTING_INCIDENT_MEMBERS, 5 },
    { VIGIL_SETTING_INCIDENT_SHARE, 20 }, { VIGIL_SETTING_INCIDENT_EXAM_SHARE, 5 },
    { VIGIL_SETTING_INCIDENT_RARITY, 7 }, { VIGIL_SETTING_INCIDENT_BREAK, 300000 },
    { VIGIL_SETTING_INCIDENT_BREAK_SHARE, 60 }, { VIGIL_SETTING_INCIDENT_MARGIN, 10000 },
    { VIGIL_SETTING_INCIDENTS_KEPT, 200 },
    { VIGIL_SETTING_SCORE_COALESCE, 8 }, { VIGIL_SETTING_BEHIND_AFTER, 1000 }, { VIGIL_SETTING_MAX_WAITING_EVENTS, 50000 },
    { VIGIL_SETTING_COVERAGE_WARN, 600 }, { VIGIL_SETTING_COVERAGE_KEPT, 500 }, { VIGIL_SETTING_COVERAGE_DAYS, 14 },
    { VIGIL_SETTING_LISTEN_DUCK, 12 }, { VIGIL_SETTING_SOUND_DELAY, 80 },
    { VIGIL_SETTING_PATROL, 7 }, { VIGIL_SETTING_PATROL_WAIT, 5 }, { VIGIL_SETTING_PATROL_RESUME, 15 },
  };
  VigilSettings *settings = vigil_settings_new ();
  VigilStreamLimits limits;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      int min, max;

      g_assert_cmpint (vigil_settings_get_int (settings, table[i].key), ==, table[i].value);
      vigil_settings_get_range (settings, table[i].key, &min, &max);
      g_assert_cmpint (min, <=, table[i].value);
      g_assert_cmpint (max, >=, table[i].value);
      g_assert_cmpint (max, <, G_MAXINT);

      vigil_settings_set_int (settings, table[i].key, G_MAXINT);
      g_assert_cmpint (vigil_settings_get_int (settings, table[i].key), ==, max);
      vigil_settings_set_int (settings, table[i].key, G_MININT);
      g_assert_cmpint (vigil_settings_get_int (settings, table[i].key), ==, min);
      vigil_settings_set_int (settings, table[i].key, table[i].value);
    }

  vigil_settings_get_stream_limits (settings, &limits);
  g_assert_cmpuint (limits.max_live, ==, 48);
  g_assert_cmpuint (limits.max_warm, ==, 36);
  g_assert_cmpuint (limits.warm_margin, ==, 12);
  g_assert_cmpuint (limits.grace_ms, ==, 45000);
  g_assert_finalize_object (settings);
}

static void
test_incident_params (void)
{
  VigilSettings *settings = vigil_settings_new ();
  VigilIncidentParams defaults = VIGIL_INCIDENT_PARAMS_DEFAULT;
  VigilIncidentParams params;

  vigil_settings_get_incident_params (settings, &params);
  g_assert_cmpmem (&params, sizeof params, &defaults, sizeof defaults);
  g_assert_finalize_object (settings);
}

static void
changed_cb (char       **what,
            const char  *key)
{
  g_free (*what);
  *what = g_strdup (key);
}

static void
test_order (void)
{
  VigilSettings *settings = vigil_settings_new ();
  g_autofree char *what = NULL;

  g_signal_connect_swapped (settings, "changed", G_CALLBACK (changed_cb), &what);
  g_assert_cmpint (vigil_settings_get_order (settings), ==, VIGIL_ORDER_STABLE);
  for (VigilOrder order = VIGIL_N_ORDERS - 1; order > VIGIL_ORDER_STABLE; order--)
    {
      vigil_settings_set_order (settings, order);
      g_assert_cmpint (vigil_settings_get_order (settings), ==, order);
    }
  g_assert_cmpstr (what, ==, VIGIL_SETTING_ORDER);
  vigil_settings_set_order (settings, VIGIL_ORDER_STABLE);
  g_assert_finalize_object (settings);
}

static void
assert_halls (VigilSettings *settings,
              const char    *expected)
{
  g_auto (GStrv) halls = vigil_settings_dup_recent_halls (settings);
  g_autofree char *joined = g_strjoinv (" ", halls);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_recent_halls (void)
{
  VigilSettings *settings = vigil_settings_new ();

  assert_halls (settings, "");
  vigil_settings_add_recent_hall (settings, "https://a.example");
  vigil_settings_add_recent_hall (settings, "https://b.example:8443/hall");
  vigil_settings_add_recent_hall (settings, "https://a.example");
  assert_halls (settings, "https://a.example https://b.example:8443/hall");
  vigil_settings_remove_recent_hall (settings, "https://a.example");
  vigil_settings_remove_recent_hall (settings, "https://nobody.example");
  assert_halls (settings, "https://b.example:8443/hall");

  vigil_settings_add_recent_hall (settings, "https://user:secret@c.example/?token=secret#secret");
  vigil_settings_add_recent_hall (settings, "secret@d.example?token=secret");
  assert_halls (settings, "d.example https://c.example/ https://b.example:8443/hall");

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *address = g_strdup_printf ("https://h%u.example", i);

      vigil_settings_add_recent_hall (settings, address);
    }
  {
    g_auto (GStrv) halls = vigil_settings_dup_recent_halls (settings);

    g_assert_cmpuint (g_strv_length (halls), ==, 10);
    g_assert_cmpstr (halls[0], ==, "https://h29.example");
  }
  g_assert_finalize_object (settings);
}

static void
trouble_cb (VigilSettings *settings,
            const char    *key,
            GString       *log)
{
  const char *words = vigil_settings_get_trouble (settings, key);

  g_string_append_printf (log, "%s: %s. ", key, words != NULL ? words : "none");
}

static void
test_trouble (void)
{
  VigilSettings *settings = vigil_settings_new ();
  g_autoptr (GString) log = g_string_new (NULL);

  g_signal_connect (settings, "trouble-changed", G_CALLBACK (trouble_cb), log);
  g_assert_null (vigil_settings_get_trouble (settings, VIGIL_SETTING_METRICS_PORT));
  vigil_settings_set_trouble (settings, VIGIL_SETTING_METRICS_PORT, NULL);
  vigil_settings_set_trouble (settings, VIGIL_SETTING_METRICS_PORT, "taken");
  vigil_settings_set_trouble (settings, VIGIL_SETTING_METRICS_PORT, "taken");
  vigil_settings_set_trouble (settings, VIGIL_SETTING_METRICS_PORT, NULL);
  g_assert_cmpstr (log->str, ==, "metrics-port: taken. metrics-port: none. ");
  g_assert_finalize_object (settings);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/settings/defaults", test_defaults);
  g_test_add_func ("/model/settings/incident-params", test_incident_params);
  g_test_add_func ("/model/settings/order", test_order);
  g_test_add_func ("/model/settings/recent-halls", test_recent_halls);
  g_test_add_func ("/model/settings/trouble", test_trouble);
  return g_test_run ();
}
