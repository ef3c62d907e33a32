/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue's words as they are in English: every kind of incident, ages and counts. */
#include <locale.h>

#include "vigil-incident-private.h"
#include "vigil-words.h"
#include "vigil-words-triage.h"

#define T0 G_GINT64_CONSTANT (1700000000000)

static VigilIncident *
make_incident (VigilLost lost, VigilShared shared, const char *name, guint n)
{
  VigilIncidentGroups groups = { { 1, 1, 1 } };
  VigilIncident *incident = vigil_incident_new (1, shared, shared == VIGIL_SHARED_EXAM ? 0 : 1);

  for (guint i = 0; i < n; i++)
    vigil_incident_join (incident, i, &groups, lost, T0 + i * 100);
  incident->lost = lost;
  if (name != NULL)
    vigil_incident_set_name (incident, shared, name);
  return incident;
}

static void
test_titles (void)
{
  static const struct
  {
    VigilLost   lost;
    VigilShared shared;
    const char *name;
    const char *one, *many;
  } cases[] = {
    { VIGIL_LOST_VIDEO, VIGIL_SHARED_WORKER, "2", "1 candidate on SFU worker 2 lost video", "41 candidates on SFU worker 2 lost video" },
    { VIGIL_LOST_VIDEO, VIGIL_SHARED_ROOM, "B", "1 candidate of room B lost video", "41 candidates of room B lost video" },
    { VIGIL_LOST_VIDEO, VIGIL_SHARED_NETWORK, "10.1", "1 candidate on network 10.1 lost video", "41 candidates on network 10.1 lost video" },
    { VIGIL_LOST_VIDEO, VIGIL_SHARED_EXAM, NULL, "1 candidate lost video", "41 candidates all over the exam lost video" },
    { VIGIL_LOST_FACE, VIGIL_SHARED_WORKER, "2", "1 candidate on SFU worker 2: no face seen", "41 candidates on SFU worker 2: no face seen" },
    { VIGIL_LOST_FACE, VIGIL_SHARED_ROOM, "B", "1 candidate of room B: no face seen", "41 candidates of room B: no face seen" },
    { VIGIL_LOST_FACE, VIGIL_SHARED_NETWORK, "10.1", "1 candidate on network 10.1: no face seen", "41 candidates on network 10.1: no face seen" },
    { VIGIL_LOST_FACE, VIGIL_SHARED_EXAM, NULL, "1 candidate: no face seen", "41 candidates all over the exam: no face seen" },
    { VIGIL_LOST_HEARTBEAT, VIGIL_SHARED_WORKER, "2", "1 candidate on SFU worker 2 lost the connection", "41 candidates on SFU worker 2 lost the connection" },
    { VIGIL_LOST_HEARTBEAT, VIGIL_SHARED_ROOM, "B", "1 candidate of room B lost the connection", "41 candidates of room B lost the connection" },
    { VIGIL_LOST_HEARTBEAT, VIGIL_SHARED_NETWORK, "10.1", "1 candidate on network 10.1 lost the connection",
      "41 candidates on network 10.1 lost the connection" },
    { VIGIL_LOST_HEARTBEAT, VIGIL_SHARED_EXAM, NULL, "1 candidate lost the connection", "41 candidates all over the exam lost the connection" },
  };

  g_assert_cmpuint (G_N_ELEMENTS (cases), ==, VIGIL_N_LOST * VIGIL_N_SHARED);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VigilIncident) single = make_incident (cases[i].lost, cases[i].shared, cases[i].name, 1);
      g_autoptr (VigilIncident) several = make_incident (cases[i].lost, cases[i].shared, cases[i].name, 41);
      g_autofree char *one = vigil_words_incident_title (single);
      g_autofree char *many = vigil_words_incident_title (several);

      g_assert_cmpstr (one, ==, cases[i].one);
      g_assert_cmpstr (many, ==, cases[i].many);
    }
}

/* A room is called what it is called. */
static void
test_hostile_name (void)
{
  g_autoptr (VigilIncident) incident = make_incident (VIGIL_LOST_VIDEO, VIGIL_SHARED_ROOM, "%n<b>\n%s", 7);
  g_autofree char *title = vigil_words_incident_title (incident);

  g_assert_nonnull (strstr (title, "%n<b>"));
  g_assert_nonnull (strstr (title, "%s"));
  g_assert_null (strchr (title, '\n'));
}

static void
test_detail (void)
{
  g_autoptr (VigilIncident) incident = make_incident (VIGIL_LOST_VIDEO, VIGIL_SHARED_ROOM, "B", 21);
  g_autofree char *all = NULL, *some = NULL, *none = NULL;

  all = vigil_words_incident_detail (incident);
  g_assert_cmpstr (all, ==, "within 2 s · 21 not back yet");
  vigil_incident_set_name (incident, VIGIL_SHARED_WORKER, "2");
  for (guint i = 0; i < 20; i++)
    vigil_incident_recover (incident, i, VIGIL_LOST_VIDEO, T0 + 9000);
  some = vigil_words_incident_detail (incident);
  g_assert_cmpstr (some, ==, "within 2 s · SFU worker 2 · 1 not back yet");
  vigil_incident_recover (incident, 20, VIGIL_LOST_VIDEO, T0 + 9000);
  none = vigil_words_incident_detail (incident);
  g_assert_cmpstr (none, ==, "within 2 s · SFU worker 2 · all are back");
}

static void
test_ages (void)
{
  static const struct
  {
    gint64      age_ms;
    const char *words;
  } cases[] = {
    { -5000, "0 s" }, { 0, "0 s" }, { 59999, "59 s" }, { 60000, "1 min" }, { 179999, "2 min" }, { 180000, "3 min, overdue" },
    { 3600000, "1 h, overdue" }, { 48 * 3600000, "2 d, overdue" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VigilTriageQueue) queue = vigil_triage_queue_new ();
      g_autoptr (VigilViolation) violation = vigil_violation_new ();
      g_autofree char *words = NULL;

      violation->id = g_strdup ("v");
      violation->student_id = g_strdup ("s");
      violation->type = g_strdup ("multiple_faces");
      violation->severity = VIGIL_BAND_HIGH; /* three minutes */
      violation->at_ms = T0 - cases[i].age_ms;
      vigil_triage_queue_advance (queue, T0);
      vigil_triage_queue_take (queue, violation);
      words = vigil_words_triage_age (vigil_triage_queue_lookup (queue, "v"), T0);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_counts (void)
{
  g_autofree char *until = vigil_words_time (T0);
  g_autofree char *snoozed = g_strdup_printf ("2 snoozed, the next until %s", until);
  g_autofree char *everything = g_strdup_printf ("1 incident · 12 wait, 3 overdue · 2 with colleagues · %s · 7 more at the hall", snoozed);
  const struct
  {
    VigilTriageCounts counts;
    const char       *words;
  } cases[] = {
    { { 0 }, "Nothing waits" },
    { { .waiting = 1 }, "1 waits" },
    { { .waiting = 12 }, "12 wait" },
    { { .waiting = 1, .over = 1 }, "1 waits, 1 overdue" },
    { { .incidents = 2 }, "2 incidents" },
    { { .colleagues = 3 }, "3 with colleagues" },
    { { .snoozed = 2, .next_until_ms = T0 }, snoozed },
    { { .beyond = 5 }, "5 more at the hall" },
    { { .incidents = 1, .waiting = 12, .over = 3, .colleagues = 2, .snoozed = 2, .next_until_ms = T0, .beyond = 7 }, everything },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = vigil_words_triage_counts (&cases[i].counts);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/queue-words/titles", test_titles);
  g_test_add_func ("/ui/queue-words/hostile-name", test_hostile_name);
  g_test_add_func ("/ui/queue-words/detail", test_detail);
  g_test_add_func ("/ui/queue-words/ages", test_ages);
  g_test_add_func ("/ui/queue-words/counts", test_counts);
  return g_test_run ();
}
