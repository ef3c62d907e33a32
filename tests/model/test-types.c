/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every nick there and back, and what is none. */

#include "vigil-hall-event.h"
#include "vigil-types.h"

static void
test_round_trips (void)
{
  for (VigilSource value = 0; value < VIGIL_N_SOURCES; value++)
    {
      VigilSource back = VIGIL_N_SOURCES;

      g_assert_true (vigil_source_from_nick (vigil_source_to_nick (value), &back));
      g_assert_cmpint (back, ==, value);
    }
  for (VigilBand value = 0; value < VIGIL_N_BANDS; value++)
    {
      VigilBand back = VIGIL_N_BANDS;

      g_assert_true (vigil_band_from_nick (vigil_band_to_nick (value), &back));
      g_assert_cmpint (back, ==, value);
    }
  for (VigilRole value = VIGIL_ROLE_INVIGILATOR; value <= VIGIL_ROLE_ADMIN; value++)
    {
      VigilRole back = VIGIL_ROLE_NONE;

      g_assert_true (vigil_role_from_nick (vigil_role_to_nick (value), &back));
      g_assert_cmpint (back, ==, value);
    }
}

static void
test_refusals (void)
{
  static const char *const words[] = { "", "Webcam", "low ", "none", "candidate", "unknown", "🙂" };
  VigilSource source = VIGIL_SOURCE_SCREEN;
  VigilBand band = VIGIL_BAND_HIGH;
  VigilRole role = VIGIL_ROLE_REVIEWER;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_assert_false (vigil_source_from_nick (words[i], &source));
      g_assert_false (vigil_band_from_nick (words[i], &band));
      g_assert_false (vigil_role_from_nick (words[i], &role));
    }
  g_assert_false (vigil_source_from_nick (NULL, &source));
  g_assert_cmpint (source, ==, VIGIL_SOURCE_SCREEN);
  g_assert_cmpint (band, ==, VIGIL_BAND_HIGH);
  g_assert_cmpint (role, ==, VIGIL_ROLE_REVIEWER);
  g_assert_cmpstr (vigil_band_to_nick (99), ==, "unknown");
  g_assert_cmpstr (vigil_stream_phase_to_nick (VIGIL_N_PHASES), ==, "unknown");
}

static void
test_event_kinds (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (int kind = VIGIL_HALL_EVENT_SESSION_UPDATE; kind <= VIGIL_HALL_EVENT_SESSION_EXPIRED; kind++)
    {
      g_autoptr (VigilHallEvent) event = vigil_hall_event_new (kind);

      g_assert_cmpint (event->seq, ==, -1);
      g_assert_cmpint (event->open_flags, ==, -1);
      g_assert_cmpint (event->spatial_layer, ==, -1);
      g_assert_true (g_hash_table_add (seen, (gpointer) vigil_hall_event_kind_to_nick (kind)));
    }
  g_assert_false (g_hash_table_contains (seen, "unknown"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/types/round-trips", test_round_trips);
  g_test_add_func ("/model/types/refusals", test_refusals);
  g_test_add_func ("/model/types/event-kinds", test_event_kinds);
  return g_test_run ();
}
