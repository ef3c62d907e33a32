/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every member of a candidate × every way in which something can be said of it, expected against got. test-sticky.c has
 * the stories; this is the table, from the wire's JSON to the roster. */
#include <string.h>

#include "sticky-fixture.h"
#include "vigil-hall-message.h"

/* A member of a row: what stands in the row, what a delta says, how both read in the roster, what "nothing" is. */
typedef struct
{
  const char *name;    /* as in the JSON */
  const char *row;     /* members of the row: "room":"A" */
  const char *delta;   /* the other value */
  const char *third;   /* and another */
  const char *cleared; /* null; what is not nullable refuses the whole message */
  const char *empty;   /* false, 0, "", [] */
  const char *got_row, *got_delta, *got_third, *got_cleared, *got_empty;
  const char *blank;   /* of one of whom nothing is known */
} Member;

#define CAM(id) "\"producers\":[{\"producerId\":\"" id "\",\"source\":\"webcam\",\"kind\":\"video\"}]"
#define BYPASS(reason, active) \
  "\"bypass\":{\"active\":" active ",\"reason\":\"" reason "\",\"category\":\"technical\",\"signals\":[],\"expiresAt\":null," \
  "\"bypassedBy\":\"x\",\"createdAt\":1,\"version\":1}"
#define SCORE(score, at, flags) "\"score\":" score ",\"scoreAt\":" at ",\"flags\":[" flags "]"

static const Member members[] = {
  { "name", "\"name\":\"Ann\"", "\"name\":\"Bea\"", "\"name\":\"Cy\"", "\"name\":null", "\"name\":\"\"",
    "Ann", "Bea", "Cy", "Ann", "a", "a" },
  { "room", "\"room\":\"A\"", "\"room\":\"B\"", "\"room\":\"C\"", "\"room\":null", "\"room\":\"\"", "A", "B", "C", "-", "", "-" },
  { "platform", "\"platform\":\"A\"", "\"platform\":\"B\"", "\"platform\":\"C\"", "\"platform\":null", "\"platform\":\"\"",
    "A", "B", "C", "-", "", "-" },
  { "claimedBy", "\"claimedBy\":\"A\"", "\"claimedBy\":\"B\"", "\"claimedBy\":\"C\"", "\"claimedBy\":null", "\"claimedBy\":\"\"",
    "A", "B", "C", "-", "", "-" },
  { "joinedAt", "\"joinedAt\":10", "\"joinedAt\":20", "\"joinedAt\":30", "\"joinedAt\":null", "\"joinedAt\":0", "10", "20", "30", "0", "0", "0" },
  { "lastSeenAt", "\"lastSeenAt\":10", "\"lastSeenAt\":20", "\"lastSeenAt\":30", "\"lastSeenAt\":null", "\"lastSeenAt\":0",
    "10", "20", "30", "0", "0", "0" },
  { "leftAt", "\"leftAt\":10", "\"leftAt\":20", "\"leftAt\":30", "\"leftAt\":null", "\"leftAt\":0", "10", "20", "30", "0", "0", "0" },
  { "connected", "\"connected\":true", "\"connected\":false", "\"connected\":true", "\"connected\":null", "\"connected\":false",
    "true", "false", "true", "true", "false", "false" },
  { "isStreaming", "\"isStreaming\":true", "\"isStreaming\":false", "\"isStreaming\":true", "\"isStreaming\":null", "\"isStreaming\":false",
    "true", "false", "true", "true", "false", "false" },
  { "handRaised", "\"handRaised\":true", "\"handRaised\":false", "\"handRaised\":true", "\"handRaised\":null", "\"handRaised\":false",
    "true", "false", "true", "true", "false", "false" },
  { "openFlags", "\"openFlags\":2", "\"openFlags\":3", "\"openFlags\":4", "\"openFlags\":null", "\"openFlags\":0", "2", "3", "4", "2", "0", "0" },
  { "producers", CAM ("p1"), CAM ("p2"), CAM ("p3"), "\"producers\":null", "\"producers\":[]", "p1", "p2", "p3", "p1", "-", "-" },
  { "bypass", BYPASS ("r1", "true"), BYPASS ("r2", "true"), BYPASS ("r3", "true"), "\"bypass\":null", BYPASS ("r4", "false"),
    "r1", "r2", "r3", "-", "-", "-" },
  /* Scores have a time of their own, by which the newest counts: null without one says nothing, and neither does the past. */
  { "score", SCORE ("10", "100", ""), SCORE ("20", "200", ""), SCORE ("30", "300", ""), "\"score\":null,\"scoreAt\":null", SCORE ("0", "400", ""),
    "10", "20", "30", "10", "0", "-1" },
  { "flags", SCORE ("10", "100", "\"no_face\""), SCORE ("10", "200", "\"gaze_away\""), SCORE ("10", "300", "\"tab_switch\""),
    "\"score\":1,\"scoreAt\":400,\"flags\":null", SCORE ("10", "400", ""), "no_face", "gaze_away", "tab_switch", "no_face", "-", "-" },
};

/* What a row needs besides the member it is about. */
static const char *const rest[][2] = {
  { "name", "\"name\":\"Ann\"" }, { "joinedAt", "\"joinedAt\":1" }, { "lastSeenAt", "\"lastSeenAt\":1" },
  { "connected", "\"connected\":true" }, { "isStreaming", "\"isStreaming\":true" }, { "openFlags", "\"openFlags\":0" },
  { "producers", "\"producers\":[]" }, { "bypass", "\"bypass\":null" }, { "claimedBy", "\"claimedBy\":null" },
};

static char *
make_row (const Member *member)
{
  GString *text = g_string_new ("{\"studentId\":\"a\",\"version\":1,");

  for (guint i = 0; i < G_N_ELEMENTS (rest); i++)
    if (!g_str_equal (rest[i][0], member->name))
      g_string_append_printf (text, "%s,", rest[i][1]);
  if (strstr (member->row, "\"score\"") == NULL)
    g_string_append (text, "\"score\":null,\"scoreAt\":null,\"flags\":[],");
  g_string_append_printf (text, "%s}", member->row);
  return g_string_free (text, FALSE);
}

static VigilHallEvent *
make_delta (const char *said, gint64 seq)
{
  g_autofree char *text = g_strdup_printf ("{\"epoch\":5,\"seq\":%" G_GINT64_FORMAT ",\"studentId\":\"a\"%s%s}", seq, *said != '\0' ? "," : "", said);
  g_autoptr (JsonNode) node = parse (text);
  VigilHallEvent *event = vigil_hall_message_parse ("session_update", node, NULL);

  return event != NULL ? event : vigil_hall_message_parse_position (node);
}

static void
say (Fixture *f, const char *said)
{
  take (f, make_delta (said, ++f->seq));
}

/* The second of two comes first; the hall is asked for the other. */
static void
say_reordered (Fixture *f, const char *first, const char *second)
{
  VigilChanges *changes = g_new0 (VigilChanges, 1);

  f->seq += 2;
  take (f, make_delta (second, f->seq));
  g_assert_true (vigil_event_order_is_healing (f->order));
  changes->events = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_event_unref);
  g_ptr_array_add (changes->events, make_delta (first, f->seq - 1));
  changes->epoch = 5;
  changes->seq = f->seq;
  vigil_fake_directory_answer_to (f->directory, VIGIL_DIRECTORY_CHANGES, changes, (GDestroyNotify) vigil_changes_free);
  vigil_fake_spin ();
  g_assert_false (vigil_event_order_is_healing (f->order));
}

static char *
got_flags (Fixture *f, guint32 flags)
{
  for (guint i = 0; i < vigil_scoring_policy_get_n_types (f->policy); i++)
    {
      const VigilViolationType *type = vigil_scoring_policy_get_type_at (f->policy, i);

      if (flags & vigil_scoring_policy_get_flag (f->policy, type->type, -1))
        return g_strdup (type->type);
    }
  return g_strdup (flags == 0 ? "-" : "?");
}

static char *
got (Fixture *f, const char *name)
{
  const VigilCandidate *a = vigil_roster_lookup (f->roster, "a");
  const struct { const char *name; const char *text; } texts[] = {
    { "name", a->name }, { "room", a->room }, { "platform", a->platform }, { "claimedBy", a->claimed_by },
    { "producers", a->producer_ids[VIGIL_SOURCE_WEBCAM] }, { "bypass", a->bypass != NULL ? a->bypass->reason : NULL },
    { "connected", a->connected ? "true" : "false" }, { "isStreaming", a->is_streaming ? "true" : "false" },
    { "handRaised", a->hand_raised ? "true" : "false" },
  };
  const struct { const char *name; gint64 number; } numbers[] = {
    { "joinedAt", a->joined_at_ms }, { "lastSeenAt", a->last_seen_ms }, { "leftAt", a->left_at_ms }, { "openFlags", a->open_flags },
  };
  VigilScore score;

  g_assert_true (a->present);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (name, texts[i].name))
      return g_strdup (texts[i].text != NULL ? texts[i].text : "-");
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_str_equal (name, numbers[i].name))
      return g_strdup_printf ("%" G_GINT64_FORMAT, numbers[i].number);
  vigil_score_store_read (f->store, a->handle, &score);
  return g_str_equal (name, "score") ? g_strdup_printf ("%d", score.score) : got_flags (f, score.flags);
}

/* -- the ways -- */

static void
way_row (Fixture *f, const Member *m)
{
}

static void
way_omitted (Fixture *f, const Member *m)
{
  say (f, "");
  say (f, g_str_equal (m->name, "room") ? "\"lastSeenAt\":99" : "\"room\":\"Z\"");
}

static void
way_null (Fixture *f, const Member *m)
{
  say (f, m->cleared);
}

static void
way_empty (Fixture *f, const Member *m)
{
  say (f, m->empty);
}

static void
way_changed (Fixture *f, const Member *m)
{
  say (f, m->delta);
}

static void
way_duplicated (Fixture *f, const Member *m)
{
  g_autoptr (VigilHallEvent) again = NULL;

  say (f, m->delta);
  again = vigil_hall_event_ref (f->last);
  vigil_event_order_take (f->order, again);
}

static void
way_outdated (Fixture *f, const Member *m)
{
  say (f, m->delta);
  say (f, m->third);
  take (f, make_delta (m->delta, f->seq - 1));
}

static void
way_reordered (Fixture *f, const Member *m)
{
  say_reordered (f, m->delta, m->third);
}

static void
way_said_twice (Fixture *f, const Member *m)
{
  g_autofree char *both = g_strconcat (m->delta, ",", m->third, NULL);

  say (f, both);
}

/* Below: no row yet. */

static void
way_stranger (Fixture *f, const Member *m)
{
  answer_roster (f, "", f->seq);
  say (f, m->delta);
}

static void
way_stranger_of_whom_nothing_is_said (Fixture *f, const Member *m)
{
  answer_roster (f, "", f->seq);
  say (f, "");
}

static void
way_before_the_row (Fixture *f, const Member *m)
{
  g_autofree char *row = make_row (m);

  say (f, m->delta);
  answer_roster (f, row, 0);
}

static void
way_gone_and_back_silent (Fixture *f, const Member *m)
{
  answer_roster (f, "", f->seq);
  g_assert_false (vigil_roster_lookup (f->roster, "a")->present);
  say (f, "");
}

static void
way_gone_and_back (Fixture *f, const Member *m)
{
  answer_roster (f, "", f->seq);
  say (f, m->delta);
}

typedef enum { ROW, DELTA, THIRD, CLEARED, EMPTY, BLANK, FORMER } Expected;

static const struct
{
  const char *name;
  void      (*go) (Fixture *f, const Member *m);
  gboolean    has_row;
  Expected    expected;
} ways[] = {
  { "in-the-row", way_row, TRUE, ROW },
  { "omitted", way_omitted, TRUE, ROW },
  { "null", way_null, TRUE, CLEARED },
  { "false-or-empty", way_empty, TRUE, EMPTY },
  { "changed", way_changed, TRUE, DELTA },
  { "duplicated", way_duplicated, TRUE, DELTA },
  { "outdated", way_outdated, TRUE, THIRD },
  { "reordered", way_reordered, TRUE, THIRD },
  { "said-twice-in-one", way_said_twice, TRUE, THIRD },
  { "unknown-candidate", way_stranger, FALSE, DELTA },
  { "unknown-candidate-nothing-said", way_stranger_of_whom_nothing_is_said, FALSE, BLANK },
  { "before-the-row", way_before_the_row, FALSE, DELTA },
  { "left-and-back-nothing-said", way_gone_and_back_silent, TRUE, FORMER },
  { "left-and-back", way_gone_and_back, TRUE, DELTA },
};

static const char *
expect (const Member *m, Expected expected)
{
  switch (expected)
    {
    case ROW:
      return m->got_row;
    case DELTA:
      return m->got_delta;
    case THIRD:
      return m->got_third;
    case CLEARED:
      return m->got_cleared;
    case EMPTY:
      return m->got_empty;
    case FORMER:
      /* A score is as old as it says, whoever has come and gone since; and a name is a person's. */
      return g_str_equal (m->name, "score") || g_str_equal (m->name, "flags") || g_str_equal (m->name, "name") ? m->got_row : m->blank;
    case BLANK:
    default:
      return m->blank;
    }
}

static void
test_way (gconstpointer data)
{
  guint way = GPOINTER_TO_UINT (data);
  guint n_wrong = 0;

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      const Member *m = &members[i];
      g_autofree char *row = make_row (m);
      g_autofree char *value = NULL;
      const char *expected = expect (m, ways[way].expected);
      Fixture f;

      set_up (&f);
      if (ways[way].has_row)
        answer_roster (&f, row, 0);
      ways[way].go (&f, m);
      value = got (&f, m->name);
      if (g_strcmp0 (value, expected) != 0)
        {
          g_test_message ("%s: expected “%s”, got “%s”", m->name, expected, value);
          n_wrong++;
        }
      tear_down (&f);
    }
  g_assert_cmpuint (n_wrong, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strconcat ("/sticky-members/", ways[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_way);
    }
  return g_test_run ();
}
