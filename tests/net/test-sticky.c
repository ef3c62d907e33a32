/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sticky state: what a message omits stays as it was, null clears, false means false; in whatever order they come, twice,
 * about strangers, and about somebody who left and came back under the same id. From the wire's JSON to the roster. */
#include "sticky-fixture.h"
#include "vigil-hall-answer.h"
#include "vigil-hall-message.h"
#include "vigil-session-error.h"

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

static void
do_step (Fixture *f, const char *step)
{
  g_autofree char *text = NULL;

  switch (*step)
    {
    case 'r':
      answer_roster (f, step + 1, f->seq);
      break;
    case 'R': /* a page that was made before the deltas */
      answer_roster (f, step + 1, 0);
      break;
    case '2':
      take (f, vigil_hall_event_ref (f->last));
      break;
    case '-':
      f->seq++;
      g_free (f->missing);
      f->missing = step[1] != '\0' ? write_event (step[1], step + 2, f->seq) : g_strdup ("");
      break;
    case 'o': /* an old number once more */
      text = write_event ('u', step + 1, f->seq - 1);
      take (f, read_event (text));
      break;
    default:
      text = write_event (*step, step + 1, ++f->seq);
      take (f, read_event (text));
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
  Fixture f;
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
