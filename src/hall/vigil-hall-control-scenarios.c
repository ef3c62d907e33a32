/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders about many candidates at once: what an exam looks like when a worker dies, a room loses its
 * network, everybody goes for a break. Who and when is drawn by the hall's seed. */
#include "vigil-hall-control-private.h"

#include "vigil-clock.h"
#include "vigil-hall-script.h"
#include "vigil-hall-sim.h"
#include "vigil-hall-writer.h"

/* Within so long those who have something in common lose it … */
#define TOGETHER_MS 800
/* … and come back: browsers try again at moments of their own. */
#define RETURN_MS 2000

#define LOOKAWAY_MS 4000

/* An exam break: so many of a hundred stand up, and of those so many close the lid. */
#define BREAK_PERCENT 90
#define BREAK_LEAVE_PERCENT 30
#define BREAK_MS 600000
#define BREAK_RISE_MS 60000

#define MAX_MS (24 * 3600 * 1000)
#define MAX_EACH 1000
#define MAX_COUNT 200000

static guint
get_number (VigilHallOrder *order, const char *name, guint max, guint fallback)
{
  return (guint) vigil_members_get_int (order->members, name, 0, 0, max, fallback);
}

static guint
get_count (VigilHallOrder *order)
{
  return (guint) vigil_members_get_int (order->members, "count", VIGIL_MEMBER_REQUIRED, 1, MAX_COUNT, 0);
}

/* An id; "worker=2" of a --fault is a number. Returns: interned; NULL: refused. */
static const char *
get_word (VigilHallOrder *order, const char *name)
{
  JsonNode *node = json_object_get_member (order->members->object, name);
  g_autofree char *number = NULL;
  const char *word;

  if (node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    {
      number = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
      return g_intern_string (number);
    }
  word = vigil_members_get_id (order->members, name, VIGIL_MEMBER_REQUIRED);
  return word ? g_intern_string (word) : NULL;
}

static const char *
get_type (VigilHallOrder *order, const char *fallback)
{
  const char *type = json_object_has_member (order->members->object, "type")
                     ? vigil_members_get_id (order->members, "type", VIGIL_MEMBER_REQUIRED) : fallback;

  return type ? g_intern_string (type) : NULL;
}

/* those it can happen to */

static GPtrArray *
list_free (VigilHall *hall, gboolean streaming)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < vigil_hall_exam_get_n_candidates (hall->exam); i++)
    {
      VigilHallCandidate *candidate = vigil_hall_exam_get_candidate (hall->exam, i);

      if (vigil_hall_sim_is_free (hall->sim, candidate) && (!streaming || candidate->producers[VIGIL_SOURCE_WEBCAM]))
        g_ptr_array_add (list, candidate);
    }
  return list;
}

/* @count of them, drawn. Returns: (transfer full) (nullable): %NULL: there are not so many. */
static GPtrArray *
draw (VigilHallOrder *order, guint count, gboolean streaming)
{
  g_autoptr(GPtrArray) list = NULL;

  if (!vigil_members_ok (order->members))
    return NULL;
  list = list_free (order->hall, streaming);
  if (list->len < count)
    {
      vigil_members_fail (order->members, "count", "more than there are");
      return NULL;
    }
  for (guint i = 0; i < count; i++)
    {
      guint other = i + vigil_hall_script_draw (order->hall->script, list->len - i);
      gpointer drawn = list->pdata[other];

      list->pdata[other] = list->pdata[i];
      list->pdata[i] = drawn;
    }
  g_ptr_array_set_size (list, (int) count);
  return g_steal_pointer (&list);
}

/* moments */

static void
settle_moment (VigilHall *hall, VigilHallCandidate *candidate, const char *word, gint64 number)
{
  vigil_hall_sim_settle (hall->sim, candidate);
}

static void
cut_moment (VigilHall *hall, VigilHallCandidate *candidate, const char *word, gint64 back_ms)
{
  vigil_hall_sim_disconnect (hall->sim, candidate, (guint) back_ms);
}

static void
lose_video_moment (VigilHall *hall, VigilHallCandidate *candidate, const char *word, gint64 number)
{
  vigil_hall_sim_unproduce (hall->sim, candidate, VIGIL_SOURCE_WEBCAM);
}

static void
find_video_moment (VigilHall *hall, VigilHallCandidate *candidate, const char *word, gint64 number)
{
  vigil_hall_sim_produce (hall->sim, candidate, VIGIL_SOURCE_WEBCAM);
}

static gboolean
find_behaviour (const char *type, VigilSimBehaviour *behaviour)
{
  for (guint b = VIGIL_SIM_BEHAVIOUR_PRESENT + 1; b < VIGIL_SIM_BEHAVIOUR_LAST; b++)
    if (g_strcmp0 (vigil_sim_behaviour_get_violation_type (b), type) == 0)
      {
        *behaviour = (VigilSimBehaviour) b;
        return TRUE;
      }
  return FALSE;
}

/* Who has a webcam here shows it too, for @ms; what its browser reports of it is a repeat. */
static void
violate_moment (VigilHall *hall, VigilHallCandidate *candidate, const char *type, gint64 ms)
{
  gint64 now = vigil_clock_wall_ms ();
  VigilSimBehaviour behaviour;

  if (!vigil_hall_sim_is_free (hall->sim, candidate))
    return;
  if (candidate->producers[VIGIL_SOURCE_WEBCAM] && find_behaviour (type, &behaviour))
    vigil_hall_sim_behave (hall->sim, candidate, behaviour, (guint) ms);
  vigil_hall_referee_force (hall->referee, hall->exam, candidate, type, now, now);
}

/* The worker is there again before the first browser looks. */
static void
revive_worker_moment (VigilHall *hall, VigilHallCandidate *candidate, const char *worker, gint64 number)
{
  vigil_hall_sim_set_worker_dead (hall->sim, worker, FALSE);
  for (guint i = 0; i < vigil_hall_exam_get_n_candidates (hall->exam); i++)
    {
      candidate = vigil_hall_exam_get_candidate (hall->exam, i);
      if (g_str_equal (candidate->worker, worker) && candidate->connected)
        vigil_hall_script_add (hall->script, vigil_hall_script_draw (hall->script, RETURN_MS), settle_moment, candidate,
                               NULL, 0);
    }
}

/* orders */

static void
do_worker_kill (VigilHallOrder *order)
{
  VigilHall *hall = order->hall;
  const char *worker = get_word (order, "worker");
  guint ms = vigil_hall_order_get_ms (order, 10000);
  guint n_on_it = 0;
  guint n = 0;

  if (!vigil_members_ok (order->members))
    return;
  for (guint i = 0; i < vigil_hall_exam_get_n_candidates (hall->exam); i++)
    {
      VigilHallCandidate *candidate = vigil_hall_exam_get_candidate (hall->exam, i);

      if (!g_str_equal (candidate->worker, worker))
        continue;
      n_on_it++;
      if (!candidate->streaming)
        continue;
      vigil_hall_script_add (hall->script, vigil_hall_script_draw (hall->script, TOGETHER_MS), settle_moment, candidate,
                             NULL, 0);
      n++;
    }
  if (n_on_it == 0)
    {
      vigil_members_fail (order->members, "worker", "carries nobody");
      return;
    }
  vigil_hall_sim_set_worker_dead (hall->sim, worker, TRUE);
  if (ms > 0)
    vigil_hall_script_add (hall->script, MAX (ms, TOGETHER_MS), revive_worker_moment, NULL, worker, 0);
  vigil_hall_write_int (order->out, "candidates", n);
}

/* Those who were on their way back come later too: there is no network to come through. */
static void
cut (VigilHallOrder *order, const char *name, gsize offset)
{
  VigilHall *hall = order->hall;
  const char *place = get_word (order, name);
  guint ms = vigil_hall_order_get_ms (order, 10000);
  guint n_in_it = 0;
  guint n = 0;

  if (!vigil_members_ok (order->members))
    return;
  for (guint i = 0; i < vigil_hall_exam_get_n_candidates (hall->exam); i++)
    {
      VigilHallCandidate *candidate = vigil_hall_exam_get_candidate (hall->exam, i);
      guint back_ms = ms > 0 ? MAX (ms, TOGETHER_MS) + vigil_hall_script_draw (hall->script, RETURN_MS) : 0;

      if (!g_str_equal (G_STRUCT_MEMBER (const char *, candidate, offset), place))
        continue;
      n_in_it++;
      if (!vigil_hall_sim_is_here (hall->sim, candidate) && !vigil_hall_sim_is_coming (hall->sim, candidate))
        continue;
      n += candidate->connected;
      vigil_hall_script_add (hall->script, candidate->connected ? vigil_hall_script_draw (hall->script, TOGETHER_MS) : 0,
                             cut_moment, candidate, NULL, back_ms);
    }
  if (n_in_it == 0)
    vigil_members_fail (order->members, name, "nobody is there");
  else
    vigil_hall_write_int (order->out, "candidates", n);
}

static void
do_room_cut (VigilHallOrder *order)
{
  cut (order, "room", G_STRUCT_OFFSET (VigilHallCandidate, room));
}

static void
do_network_cut (VigilHallOrder *order)
{
  cut (order, "network", G_STRUCT_OFFSET (VigilHallCandidate, network));
}

static void
do_lookaways (VigilHallOrder *order)
{
  guint over_ms = get_number (order, "overMs", MAX_MS, 0);
  const char *type = get_type (order, "gaze_away");
  guint count = get_count (order);
  g_autoptr(GPtrArray) who = draw (order, count, FALSE);

  for (guint i = 0; who && i < who->len; i++)
    vigil_hall_script_add (order->hall->script, vigil_hall_script_draw (order->hall->script, over_ms), violate_moment,
                           g_ptr_array_index (who, i), type, LOOKAWAY_MS);
  if (who)
    vigil_hall_write_int (order->out, "candidates", who->len);
}

/* Most rise at once, the last ones when the time to rise is over; so they come back. */
static void
rise (VigilHall *hall, VigilHallCandidate *candidate, guint break_ms, guint rise_ms)
{
  double early = vigil_hall_script_draw (hall->script, 1001) / 1000.0;
  guint at_ms = (guint) (rise_ms * early * early);
  guint back_ms = break_ms - at_ms + vigil_hall_script_draw (hall->script, rise_ms);

  vigil_hall_script_add (hall->script, at_ms, violate_moment, candidate, g_intern_static_string ("no_face"), back_ms);
  if (vigil_hall_script_draw (hall->script, 100) < BREAK_LEAVE_PERCENT)
    vigil_hall_script_add (hall->script, at_ms + vigil_hall_script_draw (hall->script, rise_ms / 12), cut_moment,
                           candidate, NULL, back_ms);
}

static void
do_break (VigilHallOrder *order)
{
  guint ms = vigil_hall_order_get_ms (order, BREAK_MS);
  guint rise_ms = MIN (BREAK_RISE_MS, ms / 2);
  g_autoptr(GPtrArray) list = list_free (order->hall, FALSE);
  guint n = 0;

  if (!vigil_members_ok (order->members))
    return;
  for (guint i = 0; i < list->len; i++)
    if (vigil_hall_script_draw (order->hall->script, 100) < BREAK_PERCENT)
      {
        rise (order->hall, g_ptr_array_index (list, i), ms, rise_ms);
        n++;
      }
  vigil_hall_write_int (order->out, "candidates", n);
}

static void
do_drift (VigilHallOrder *order)
{
  guint over_ms = get_number (order, "overMs", MAX_MS, 60000);
  guint ms = vigil_hall_order_get_ms (order, 0);
  guint count = get_count (order);
  g_autoptr(GPtrArray) who = draw (order, count, TRUE);

  for (guint i = 0; who && i < who->len; i++)
    {
      gint64 at_ms = (gint64) over_ms * i / who->len;

      vigil_hall_script_add (order->hall->script, at_ms, lose_video_moment, g_ptr_array_index (who, i), NULL, 0);
      if (ms > 0)
        vigil_hall_script_add (order->hall->script, at_ms + ms, find_video_moment, g_ptr_array_index (who, i), NULL, 0);
    }
  if (who)
    vigil_hall_write_int (order->out, "candidates", who->len);
}

/* Each a millisecond older than the next, so that their order means something. */
static void
do_violations (VigilHallOrder *order)
{
  VigilHall *hall = order->hall;
  const char *type = get_type (order, "multiple_faces");
  guint each = MAX (1, get_number (order, "perCandidate", MAX_EACH, 1));
  guint count = get_count (order);
  g_autoptr(GPtrArray) who = draw (order, (count + each - 1) / each, FALSE);
  gint64 now = vigil_clock_wall_ms ();
  guint n = 0;

  for (guint i = 0; who && i < count; i++)
    n += vigil_hall_referee_force (hall->referee, hall->exam, g_ptr_array_index (who, i % who->len), type,
                                   now - count + i, now);
  if (who)
    {
      vigil_hall_write_int (order->out, "violations", n);
      vigil_hall_write_int (order->out, "candidates", who->len);
    }
}

const VigilHallOp vigil_hall_scenario_ops[] = {
  { "worker-kill", "{worker, ms}: a worker of the SFU dies, for ms (10000; 0: for ever): all whom it carries lose"
                   " their feeds within a second and stay connected", do_worker_kill },
  { "room-cut", "{room, ms}: all of a room lose their connection within a second, for ms (10000; 0: for ever)",
    do_room_cut },
  { "network-cut", "{network, ms}: likewise all of a network", do_network_cut },
  { "lookaways", "{count, overMs, type}: so many candidates get one violation each (gaze_away), at any moment",
    do_lookaways },
  { "break", "{ms}: nine of ten stand up within a minute (no_face), three of those go offline; all back after ms"
             " (600000)", do_break },
  { "drift", "{count, overMs, ms}: so many lose their webcam, evenly one after the other (60000), each for ms"
             " (0: for good)", do_drift },
  { "violations", "{count, type, perCandidate}: so many at once (multiple_faces, 1), whatever their TTL",
    do_violations },
  { NULL }
};
