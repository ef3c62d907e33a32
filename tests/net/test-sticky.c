/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sticky state: what a message omits stays as it was, null clears, false means false; in whatever order they come, twice,
 * about strangers, and about somebody who left and came back under the same id. From the wire's JSON to the roster. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "vigil-event-order.h"
#include "vigil-hall-answer.h"
#include "vigil-hall-message.h"
#include "vigil-json.h"
#include "vigil-roster-sync.h"
#include "vigil-session-error.h"
#include "vigil-fake-directory.h"

#define A "\"studentId\":\"a\""
#define ROW(name, room, streaming, producers, hand, claimed, flags) \
  "{" A ",\"name\":\"" name "\",\"room\":" room ",\"joinedAt\":1000,\"lastSeenAt\":2000,\"connected\":true," \
  "\"isStreaming\":" streaming ",\"score\":null,\"scoreAt\":null,\"flags\":[],\"openFlags\":" flags "," \
  "\"producers\":[" producers "],\"bypass\":null,\"claimedBy\":" claimed ",\"handRaised\":" hand ",\"version\":1}"
#define CAM(id) "{\"producerId\":\"" id "\",\"source\":\"webcam\",\"kind\":\"video\"}"
#define ANN ROW ("Ann", "\"A\"", "true", CAM ("p1"), "true", "\"me\"", "2")

/* Steps, by their first letter: "u" session_update with these members, "n" new_producer and "c" producer_closed of the id,
 * "2" the last event once more, "r" a roster with these rows, "-" the number of an event that never comes, and its answer
 * (empty: the hall cannot say). Everything is about "a" unless it names somebody else. */
typedef struct
{
  const char *name;
  const char *steps[8];
  const char *want; /* present connected streaming hand room claimed flags webcam name */
} Case;

static const Case cases[] = {
  { "omitted", { "r" ANN, "u\"lastSeenAt\":3000" }, "+ + + + A me 2 p1 Ann" },
  { "false", { "r" ANN, "u\"isStreaming\":false", "u\"handRaised\":false" }, "+ + - - A me 2 p1 Ann" },
  { "null-clears", { "r" ANN, "u\"room\":null,\"claimedBy\":null" }, "+ + + + - - 2 p1 Ann" },
  { "null-where-it-may-not", { "r" ANN, "u\"isStreaming\":null", "u\"openFlags\":null", "u\"producers\":null" }, "+ + + + A me 2 p1 Ann" },
  { "null-refuses-all-of-it", { "r" ANN, "u\"room\":\"B\",\"connected\":null" }, "+ + + + A me 2 p1 Ann" },
  { "zero", { "r" ANN, "u\"openFlags\":0" }, "+ + + + A me 0 p1 Ann" },
  { "empty-list", { "r" ANN, "u\"producers\":[]" }, "+ + + + A me 2 - Ann" },
  { "empty-object", { "r" ANN, "u" }, "+ + + + A me 2 p1 Ann" },
  { "unknown-member", { "r" ANN, "u\"mood\":{\"x\":[null]}" }, "+ + + + A me 2 p1 Ann" },
  { "duplicated", { "r" ANN, "u\"isStreaming\":false", "2", "2" }, "+ + - + A me 2 p1 Ann" },
  { "duplicated-and-outdated", { "r" ANN, "u\"isStreaming\":false", "u\"isStreaming\":true", "o\"isStreaming\":false" }, "+ + + + A me 2 p1 Ann" },
  { "member-twice", { "r" ANN, "u\"isStreaming\":true,\"isStreaming\":false" }, "+ + - + A me 2 p1 Ann" },
  { "reordered", { "r" ANN, "-u\"isStreaming\":false", "u\"isStreaming\":true" }, "+ + + + A me 2 p1 Ann" },
  { "reordered-producer", { "r" ANN, "-cp1", "np2" }, "+ + + + A me 2 p2 Ann" },
  { "reordered-the-other-way", { "r" ANN, "-np2", "cp2" }, "+ + + + A me 2 - Ann" },
  { "missing-for-good", { "r" ANN, "-", "u\"room\":\"C\"" }, "+ + + + C me 2 p1 Ann" },
  { "late-close-of-the-former", { "r" ANN, "np2", "cp1" }, "+ + + + A me 2 p2 Ann" },
  { "before-the-row", { "u\"isStreaming\":false", "np2", "R" ANN }, "+ + - + A me 2 p2 Ann" },
  { "stranger", { "r", "u\"isStreaming\":true,\"connected\":true" }, "+ + + - - - 0 - a" },
  { "stranger-with-a-name", { "r", "u\"name\":\"Ann\",\"connected\":true" }, "+ + - - - - 0 - Ann" },
  { "stranger-by-producer", { "r", "np2" }, "+ - - - - - 0 p2 a" },
  { "left", { "r" ANN, "cp1", "u\"connected\":false,\"isStreaming\":false,\"leftAt\":5000" }, "+ - - + A me 2 - Ann" },
  { "left-and-back", { "r" ANN, "cp1", "u\"connected\":false,\"isStreaming\":false,\"leftAt\":5000",
                       "u\"connected\":true,\"leftAt\":null", "np9", "u\"isStreaming\":true" }, "+ + + + A me 2 p9 Ann" },
  { "gone-from-the-roster", { "r" ANN, "r" }, "- - - + A me 2 - Ann" },
  { "gone-and-back", { "r" ANN, "r", "u\"name\":\"Ann Two\",\"connected\":true,\"isStreaming\":false,\"producers\":[],\"openFlags\":0,"
                                     "\"claimedBy\":null,\"handRaised\":false,\"room\":null" }, "+ + - - - - 0 - Ann Two" },
  { "gone-and-back-by-roster", { "r" ANN, "r", "r" ROW ("Ann Two", "null", "false", "", "false", "null", "0") }, "+ + - - - - 0 - Ann Two" },
};

typedef struct
{
  VigilFakeLog       *log;
  VigilScoreStore    *store;
  VigilRoster        *roster;
  VigilFakeDirectory *directory;
  VigilEventOrder    *order;
  VigilRosterSync    *sync;
  gint64              seq;
  VigilHallEvent     *last;
  char               *missing; /* an event that the hall sent and nobody got */
} Fixture;

static void
event_cb (Fixture *f, VigilHallEvent *event)
{
  vigil_roster_sync_take (f->sync, event);
}

static void
lost_cb (Fixture *f, gint64 seq, gboolean away)
{
  vigil_roster_sync_skip_to (f->sync, seq);
}

static void
set_up (Fixture *f)
{
  f->log = vigil_fake_log_new ();
  f->store = vigil_score_store_new (100);
  f->roster = vigil_roster_new (f->store);
  f->directory = vigil_fake_directory_new (f->log);
  f->order = vigil_event_order_new (VIGIL_HALL_DIRECTORY (f->directory));
  f->sync = vigil_roster_sync_new (f->roster, VIGIL_HALL_DIRECTORY (f->directory));
  g_signal_connect_swapped (f->order, "event", G_CALLBACK (event_cb), f);
  g_signal_connect_swapped (f->order, "lost", G_CALLBACK (lost_cb), f);
  vigil_event_order_set_exam (f->order, "e");
  vigil_roster_sync_set_exam (f->sync, "e");
  vigil_event_order_joined (f->order, 5, 0);
  vigil_roster_sync_joined (f->sync, 5, 0);
}

static void
tear_down (Fixture *f)
{
  vigil_event_order_set_exam (f->order, NULL);
  vigil_roster_sync_stop (f->sync);
  while (vigil_fake_directory_get_n_waiting (f->directory) > 0)
    vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_CLOSED);
  vigil_fake_spin ();
  g_clear_pointer (&f->last, vigil_hall_event_unref);
  g_clear_pointer (&f->missing, g_free);
  g_assert_finalize_object (f->sync);
  g_assert_finalize_object (f->order);
  g_assert_finalize_object (f->directory);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  vigil_fake_log_unref (f->log);
}

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = vigil_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return node;
}

/* As "changes" and the socket have it: ["session_update",{…}] */
static char *
write_event (char kind, const char *rest, gint64 seq)
{
  const char *head = "\"epoch\":5,\"seq\"";

  if (kind == 'n' || kind == 'c')
    return g_strdup_printf ("[\"%s\",{%s:%" G_GINT64_FORMAT "," A ",\"producerId\":\"%s\",\"source\":\"webcam\",\"kind\":\"video\"}]",
                            kind == 'n' ? "new_producer" : "producer_closed", head, seq, rest);
  return g_strdup_printf ("[\"session_update\",{%s:%" G_GINT64_FORMAT "," A "%s%s}]", head, seq, *rest != '\0' ? "," : "", rest);
}

static VigilHallEvent *
read_event (const char *text)
{
  g_autoptr (JsonNode) node = parse (text);
  JsonArray *pair = json_node_get_array (node);
  VigilHallEvent *event = vigil_hall_message_parse (json_array_get_string_element (pair, 0), json_array_get_element (pair, 1), NULL);

  return event != NULL ? event : vigil_hall_message_parse_position (json_array_get_element (pair, 1));
}

static void
take (Fixture *f, VigilHallEvent *event)
{
  vigil_hall_event_ref (event);
  g_clear_pointer (&f->last, vigil_hall_event_unref);
  f->last = event;
  vigil_event_order_take (f->order, event);
}

/* The hall tells of the event that did not come, if it can. */
static void
answer_changes (Fixture *f)
{
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (VigilWirePage) page = NULL;
  VigilChanges *changes;

  if (!vigil_event_order_is_healing (f->order))
    return;
  if (*f->missing == '\0')
    {
      vigil_fake_directory_fail_to (f->directory, VIGIL_DIRECTORY_CHANGES, VIGIL_SESSION_ERROR_NOT_FOUND);
      vigil_fake_spin ();
      return;
    }
  text = g_strdup_printf ("{\"items\":[%s],\"next\":null,\"epoch\":5,\"seq\":%" G_GINT64_FORMAT "}", f->missing, f->seq);
  node = parse (text);
  page = vigil_wire_page_from_json (node, VIGIL_PAGE_CHANGES, NULL);
  g_assert_nonnull (page);
  changes = g_new0 (VigilChanges, 1);
  changes->events = g_ptr_array_ref (page->items);
  changes->epoch = page->epoch;
  changes->seq = page->seq;
  vigil_fake_directory_answer_to (f->directory, VIGIL_DIRECTORY_CHANGES, changes, (GDestroyNotify) vigil_changes_free);
  vigil_fake_spin ();
}

static gboolean
is_asked (gpointer data)
{
  return vigil_roster_sync_is_loading (data);
}

/* The hall's roster as it was at @seq; read again if it was read before. */
static void
answer_roster (Fixture *f, const char *rows, gint64 seq)
{
  g_autofree char *text = g_strdup_printf ("{\"items\":[%s],\"next\":null,\"total\":1,\"epoch\":5,\"seq\":%" G_GINT64_FORMAT "}", rows, seq);
  g_autoptr (JsonNode) node = parse (text);
  g_autoptr (VigilWirePage) wire = vigil_wire_page_from_json (node, VIGIL_PAGE_CANDIDATES, NULL);
  VigilRosterPage *page = vigil_fake_page_new (NULL, 0, 5, seq);

  g_assert_nonnull (wire);
  g_ptr_array_unref (page->candidates);
  page->candidates = g_ptr_array_ref (wire->items);
  if (!vigil_roster_sync_is_loading (f->sync))
    vigil_roster_sync_request (f->sync, "the test says so");
  g_assert_true (vigil_fake_wait (is_asked, f->sync, 3000));
  vigil_fake_directory_answer (f->directory, page, (GDestroyNotify) vigil_roster_page_free);
  vigil_fake_spin ();
}

static void
do_step (Fixture *f, const char *step)
{
  g_autofree char *text = NULL;
  g_autoptr (VigilHallEvent) event = NULL;

  switch (*step)
    {
    case 'r':
      answer_roster (f, step + 1, f->seq);
      break;
    case 'R': /* a page that was made before the deltas */
      answer_roster (f, step + 1, 0);
      break;
    case '2':
      take (f, f->last);
      break;
    case '-':
      f->seq++;
      g_free (f->missing);
      f->missing = step[1] != '\0' ? write_event (step[1], step + 2, f->seq) : g_strdup ("");
      break;
    case 'o': /* an old number once more */
      text = write_event ('u', step + 1, f->seq - 1);
      event = read_event (text);
      take (f, event);
      break;
    default:
      text = write_event (*step, step + 1, ++f->seq);
      event = read_event (text);
      take (f, event);
      answer_changes (f);
      break;
    }
}

static const char *
or_none (const char *text)
{
  return text != NULL ? text : "-";
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  Fixture f = { 0 };
  const VigilCandidate *a;
  g_autofree char *got = NULL;

  set_up (&f);
  for (guint i = 0; i < G_N_ELEMENTS (c->steps) && c->steps[i] != NULL; i++)
    do_step (&f, c->steps[i]);
  a = vigil_roster_lookup (f.roster, "a");
  g_assert_nonnull (a);
  got = g_strdup_printf ("%c %c %c %c %s %s %u %s %s", a->present ? '+' : '-', a->connected ? '+' : '-', a->is_streaming ? '+' : '-',
                         a->hand_raised ? '+' : '-', or_none (a->room), or_none (a->claimed_by), a->open_flags,
                         or_none (a->producer_ids[VIGIL_SOURCE_WEBCAM]), a->name);
  g_assert_cmpstr (got, ==, c->want);
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/sticky/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}
