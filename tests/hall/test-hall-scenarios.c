/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What many candidates do at once: who, how many, within what time, and that they come back. */
#include "hall-console.h"

#include <string.h>

#include "vigil-hall-control.h"
#include "vigil-hall-names.h"

#define SEAT_COUNT 40

typedef struct
{
  VigilHallOptions  options;
  HallFixture      *hall;
  HallConsole      *console;
  guint             mark;    /* events before it are of no interest */
} Fixture;

static void
set_up (Fixture *f, gconstpointer publish)
{
  hall_test_options (&f->options);
  f->options.candidates = SEAT_COUNT;
  f->options.publish = publish != NULL ? -1 : 0;
  f->options.events_interval_ms = 500;
  f->hall = hall_fixture_new (&f->options);
  f->console = hall_console_new (f->hall, "invigilator");
}

static void
tear_down (Fixture *f, gconstpointer publish)
{
  hall_console_free (f->console);
  hall_fixture_free (f->hall);
  vigil_hall_options_clear (&f->options);
}

static JsonNode *
order (Fixture *f, const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');

  f->mark = f->console->events->len;
  return hall_control (f->hall, json);
}

/* How many different candidates an event of @name with @member (a boolean @value) has been about. */
static GHashTable *
who (Fixture *f, const char *name, const char *member, gboolean value)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = f->mark; i < f->console->events->len; i++)
    {
      JsonNode *event = g_ptr_array_index (f->console->events, i);
      JsonNode *node = hall_member (event, "1");

      if (!g_str_equal (hall_string (event, "0"), name))
        continue;
      if (member && (!hall_member (node, member) || hall_bool (node, member) != value))
        continue;
      g_hash_table_add (ids, g_strdup (hall_string (node, "studentId")));
    }
  return ids;
}

static guint
wait_for (Fixture *f, guint n, const char *name, const char *member, gboolean value, guint ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;

  for (;;)
    {
      g_autoptr(GHashTable) ids = who (f, name, member, value);

      if (g_hash_table_size (ids) >= n || g_get_monotonic_time () > until)
        return g_hash_table_size (ids);
      hall_run (10);
    }
}

static JsonNode *
read_roster (Fixture *f)
{
  g_autofree char *path = g_strdup_printf ("/exams/%s/candidates", f->hall->exam);
  g_autoptr(HallAnswer) answer = hall_http (f->hall, "reviewer", "GET", path, NULL, NULL);

  return g_steal_pointer (&answer->json);
}

static guint
count_in (JsonNode *roster, const char *member, const char *value)
{
  JsonArray *items = json_node_get_array (hall_member (roster, "items"));
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (items); i++)
    n += g_strcmp0 (hall_string (json_array_get_element (items, i), member), value) == 0;
  return n;
}

/* Rooms, networks and workers are three different ways to divide the same people. */
static void
test_places (void)
{
  static const guint seats = 400;

  for (guint seed = 1; seed <= 3; seed++)
    {
      guint both[4][4] = { { 0 } };

      for (guint i = 0; i < seats; i++)
        {
          const char *network = vigil_hall_names_get_network (seed, i, 4);
          const char *worker = vigil_hall_names_get_worker (seed, i, 4);

          g_assert_true (network == vigil_hall_names_get_network (seed, i, 4));
          g_assert_true (g_str_has_prefix (network, "campus-"));
          both[network[7] - '1'][worker[0] - '1']++;
        }
      for (guint n = 0; n < 4; n++)
        for (guint w = 0; w < 4; w++)
          {
            g_assert_cmpuint (both[n][w], >, seats / 16 / 2);
            g_assert_cmpuint (both[n][w], <, seats / 16 * 2);
          }
    }
  g_assert_cmpstr (vigil_hall_names_get_network (1, 7, 1), ==, "campus-1");
}

static void
test_wire (Fixture *f, gconstpointer publish)
{
  g_autoptr(JsonNode) roster = read_roster (f);
  g_autoptr(JsonNode) gone = NULL;
  g_autoptr(JsonNode) back = NULL;
  JsonNode *produced;
  const char *worker = hall_string (roster, "items.3.producers.0.worker");

  g_assert_true (g_str_has_prefix (hall_string (roster, "items.3.network"), "campus-"));
  g_assert_nonnull (worker);
  gone = order (f, "{'op':'unproduce','studentId':'s-00004'}");
  back = order (f, "{'op':'produce','studentId':'s-00004'}");
  produced = hall_console_wait_event (f->console, "new_producer", "s-00004", f->mark, 3000);
  g_assert_cmpstr (hall_string (produced, "worker"), ==, worker);
}

/* They lose their feeds and stay connected; then they have them again. */
static void
test_worker_kill (Fixture *f, gconstpointer publish)
{
  g_autoptr(JsonNode) roster = read_roster (f);
  guint on_it = count_in (roster, "producers.0.worker", "2");
  g_autoptr(JsonNode) done = order (f, "{'op':'worker_kill','worker':'2','ms':1500}");
  g_autoptr(JsonNode) after = NULL;
  g_autoptr(GHashTable) closed = NULL;

  g_assert_cmpuint (on_it, >, 4);
  g_assert_cmpint (hall_int (done, "candidates"), ==, on_it);
  g_assert_cmpuint (wait_for (f, on_it, "session_update", "isStreaming", FALSE, 3000), ==, on_it);
  closed = who (f, "producer_closed", NULL, FALSE);
  g_assert_cmpuint (g_hash_table_size (closed), ==, on_it);
  g_assert_cmpuint (wait_for (f, 1, "session_update", "connected", FALSE, 0), ==, 0);
  g_assert_cmpuint (wait_for (f, on_it, "new_producer", NULL, FALSE, 8000), ==, on_it);
  g_assert_cmpuint (wait_for (f, on_it, "session_update", "isStreaming", TRUE, 2000), ==, on_it);
  after = read_roster (f);
  g_assert_cmpuint (count_in (after, "producers.0.worker", "2"), ==, on_it);
}

static void
test_cuts (Fixture *f, gconstpointer publish)
{
  g_autoptr(JsonNode) roster = read_roster (f);
  guint in_room = count_in (roster, "room", "B");
  guint in_network = count_in (roster, "network", "campus-3");
  g_autoptr(JsonNode) room = order (f, "{'op':'room_cut','room':'B','ms':1000}");
  g_autoptr(JsonNode) network = NULL;

  g_assert_cmpuint (in_room, ==, 8);
  g_assert_cmpint (hall_int (room, "candidates"), ==, in_room);
  g_assert_cmpuint (wait_for (f, in_room, "session_update", "connected", FALSE, 2000), ==, in_room);
  g_assert_cmpuint (wait_for (f, in_room, "session_update", "connected", TRUE, 6000), ==, in_room);
  network = order (f, "{'op':'network_cut','network':'campus-3','ms':1000}");
  g_assert_cmpint (hall_int (network, "candidates"), ==, in_network);
  g_assert_cmpuint (wait_for (f, in_network, "session_update", "connected", FALSE, 2000), ==, in_network);
  g_assert_cmpuint (wait_for (f, in_network, "session_update", "connected", TRUE, 6000), ==, in_network);
}

static void
test_lookaways (Fixture *f, gconstpointer publish)
{
  g_autoptr(JsonNode) done = order (f, "{'op':'lookaways','count':30,'overMs':600,'type':'head_turned'}");
  g_autoptr(JsonNode) counts = NULL;
  JsonNode *first;

  g_assert_cmpint (hall_int (done, "candidates"), ==, 30);
  g_assert_cmpuint (wait_for (f, 30, "violation", NULL, FALSE, 5000), ==, 30);
  first = hall_console_wait_event (f->console, "violation", NULL, f->mark, 0);
  g_assert_cmpstr (hall_string (first, "type"), ==, "head_turned");
  counts = order (f, "{'op':'counts'}");
  g_assert_cmpint (hall_int (counts, "violations"), ==, 30);
}

/* Whatever is inside its TTL: as many as were asked for, and each of them counted. */
static void
test_violations (Fixture *f, gconstpointer publish)
{
  g_autoptr(JsonNode) before = order (f, "{'op':'counts'}");
  g_autoptr(JsonNode) done = order (f, "{'op':'violations','count':100,'type':'multiple_faces','perCandidate':5}");
  g_autoptr(JsonNode) after = NULL;
  g_autofree char *path = g_strdup_printf ("/exams/%s/flags?state=open&limit=1000", f->hall->exam);
  g_autoptr(HallAnswer) flags = NULL;
  gint64 last = 0;

  g_assert_cmpint (hall_int (done, "violations"), ==, 100);
  g_assert_cmpint (hall_int (done, "candidates"), ==, 20);
  g_assert_cmpuint (wait_for (f, 20, "violation", NULL, FALSE, 3000), ==, 20);
  after = order (f, "{'op':'counts'}");
  g_assert_cmpint (hall_int (before, "violations"), ==, 0);
  g_assert_cmpint (hall_int (after, "violations"), ==, 100);
  g_assert_cmpint (hall_int (after, "seq"), >=, hall_int (before, "seq") + 200);
  g_assert_cmpint (hall_int (after, "epoch"), ==, hall_int (before, "epoch"));
  flags = hall_http (f->hall, "reviewer", "GET", path, NULL, NULL);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (hall_member (flags->json, "items"))), ==, 100);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *at = g_strdup_printf ("items.%u.at", i);

      g_assert_cmpint (hall_int (flags->json, at), >, last);
      last = hall_int (flags->json, at);
    }
}

static void
test_break (Fixture *f, gconstpointer publish)
{
  g_autoptr(JsonNode) done = order (f, "{'op':'break','ms':2000}");
  guint rising = (guint) hall_int (done, "candidates");
  g_autoptr(GHashTable) left = NULL;

  g_assert_cmpuint (rising, >, SEAT_COUNT * 7 / 10);
  g_assert_cmpuint (wait_for (f, rising, "violation", NULL, FALSE, 4000), ==, rising);
  g_assert_cmpuint (wait_for (f, 1, "session_update", "connected", TRUE, 8000), >=, 1);
  left = who (f, "session_update", "connected", FALSE);
  g_assert_cmpuint (g_hash_table_size (left), <, rising * 6 / 10);
  g_assert_cmpuint (wait_for (f, g_hash_table_size (left), "session_update", "connected", TRUE, 8000), ==,
                    g_hash_table_size (left));
}

/* One after the other: at no time a crowd. */
static void
test_drift (Fixture *f, gconstpointer publish)
{
  g_autoptr(JsonNode) done = order (f, "{'op':'drift','count':10,'overMs':1500}");
  gint64 began = g_get_monotonic_time ();

  g_assert_cmpint (hall_int (done, "candidates"), ==, 10);
  g_assert_cmpuint (wait_for (f, 5, "session_update", "isStreaming", FALSE, 4000), ==, 5);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 550 * 1000);
  g_assert_cmpuint (wait_for (f, 10, "session_update", "isStreaming", FALSE, 4000), ==, 10);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 1300 * 1000);
  g_assert_cmpuint (wait_for (f, 1, "session_update", "connected", FALSE, 0), ==, 0);
}

static void
test_refused (Fixture *f, gconstpointer publish)
{
  static const char *const bad[] = {
    "worker_kill", "worker_kill,worker=99", "room-cut", "room-cut,room=Attic", "network-cut,network=8", "lookaways",
    "lookaways,count=0", "lookaways,count=1000", "violations,count=0", "violations,count=4,type={}", "drift,count=1",
    "break,ms=-1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_false (vigil_hall_apply_fault (f->hall->hall, bad[i], &error));
      g_assert_nonnull (error);
    }
  /* Of a --fault, "2" is a number. */
  g_assert_true (vigil_hall_apply_fault (f->hall->hall, "worker-kill,worker=2,ms=100", NULL));
}

static void
test_help (void)
{
  static const char *const ops[] = {
    "drop", "counts", "sfu-kill", "produce", "worker-kill", "room-cut", "network-cut", "lookaways", "break", "drift",
    "violations",
  };
  g_autofree char *help = vigil_hall_control_dup_help ();

  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    {
      g_autofree char *line = g_strdup_printf ("\n  %s ", ops[i]);

      g_assert_nonnull (strstr (help, line));
    }
}

#define ADD(name, publish, func) g_test_add ("/hall/scenarios/" name, Fixture, publish, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall/scenarios/places", test_places);
  g_test_add_func ("/hall/scenarios/help", test_help);
  ADD ("wire", "all", test_wire);
  ADD ("worker-kill", "all", test_worker_kill);
  ADD ("cuts", NULL, test_cuts);
  ADD ("lookaways", NULL, test_lookaways);
  ADD ("violations", NULL, test_violations);
  ADD ("break", NULL, test_break);
  ADD ("drift", "all", test_drift);
  ADD ("refused", NULL, test_refused);
  return g_test_run ();
}
