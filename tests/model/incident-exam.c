/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A made-up exam whose candidates lose and find things at made-up times, and what a detector says of it. */

#include "incident-exam.h"

#define TICK_MS 250
#define QUIET_MS (10 * 60 * 1000)
#define SHUFFLE_MS 3000

static void
told_cb (gpointer       user_data,
         VigilIncident *incident)
{
  Exam *exam = user_data;
  guint id = vigil_incident_get_id (incident);

  exam->n_told++;
  while (exam->incidents->len < id)
    g_ptr_array_add (exam->incidents, NULL);
  if (g_ptr_array_index (exam->incidents, id - 1) == NULL)
    g_ptr_array_index (exam->incidents, id - 1) = g_object_ref (incident);
  g_assert_true (g_ptr_array_index (exam->incidents, id - 1) == incident);
}

/* As a watch does: a tick now and then, and signs between. */
static void
run_to (Exam   *exam,
        gint64  end_ms)
{
  for (; exam->ticked_ms + TICK_MS <= end_ms; exam->ticked_ms += TICK_MS)
    vigil_incident_detector_advance (exam->detector, exam->ticked_ms + TICK_MS);
  exam->now_ms = MAX (exam->now_ms, end_ms);
  vigil_incident_detector_set_time (exam->detector, exam->now_ms);
}

static void
add_candidate (Exam        *exam,
               VigilHandle  handle)
{
  VigilIncidentGroups groups = { { 0 } };
  g_autofree char *worker = g_strdup_printf ("%u", exam->n_workers > 0 ? handle % exam->n_workers + 1 : 0);

  if (exam->room_size > 0)
    {
      guint room = handle / exam->room_size;
      g_autofree char *name = room < 26 ? g_strdup_printf ("%c", 'A' + room) : g_strdup_printf ("R%u", room);
      const char *network = handle < exam->n / 2 ? "north" : "south";

      groups.id[VIGIL_SHARED_ROOM] = vigil_incident_detector_intern (exam->detector, VIGIL_SHARED_ROOM, name);
      groups.id[VIGIL_SHARED_NETWORK] = vigil_incident_detector_intern (exam->detector, VIGIL_SHARED_NETWORK, network);
    }
  if (exam->n_workers > 0)
    groups.id[VIGIL_SHARED_WORKER] = vigil_incident_detector_intern (exam->detector, VIGIL_SHARED_WORKER, worker);
  vigil_incident_detector_set_member (exam->detector, handle, &groups);
}

Exam *
exam_new_fresh (guint n,
                guint room_size,
                guint n_workers)
{
  Exam *exam = g_new0 (Exam, 1);

  exam->detector = vigil_incident_detector_new (told_cb, exam);
  exam->incidents = g_ptr_array_new ();
  exam->script = g_array_new (FALSE, FALSE, sizeof (VigilSign));
  exam->n = n;
  exam->room_size = room_size;
  exam->n_workers = n_workers;
  exam->now_ms = exam->ticked_ms = EXAM_BEGIN_MS;
  vigil_incident_detector_advance (exam->detector, exam->now_ms);
  for (VigilHandle handle = 0; handle < n; handle++)
    add_candidate (exam, handle);
  return exam;
}

Exam *
exam_new (guint n,
          guint room_size,
          guint n_workers)
{
  Exam *exam = exam_new_fresh (n, room_size, n_workers);

  run_to (exam, exam->now_ms + QUIET_MS);
  return exam;
}

void
exam_free (Exam *exam)
{
  vigil_incident_detector_free (exam->detector);
  for (guint i = 0; i < exam->incidents->len; i++)
    if (g_ptr_array_index (exam->incidents, i) != NULL)
      g_assert_finalize_object (g_ptr_array_index (exam->incidents, i));
  g_ptr_array_unref (exam->incidents);
  g_array_unref (exam->script);
  g_free (exam);
}

static void
say (Exam        *exam,
     VigilHandle  handle,
     VigilLost    lost,
     gint64       at_ms,
     gboolean     recovered)
{
  VigilSign sign = { exam->now_ms + at_ms, handle, lost, recovered };

  g_array_append_val (exam->script, sign);
}

void
exam_lose (Exam        *exam,
           VigilHandle  handle,
           VigilLost    lost,
           gint64       at_ms)
{
  say (exam, handle, lost, at_ms, FALSE);
}

void
exam_recover (Exam        *exam,
              VigilHandle  handle,
              VigilLost    lost,
              gint64       at_ms)
{
  say (exam, handle, lost, at_ms, TRUE);
}

typedef struct
{
  VigilSign sign;
  gint64    heard_ms;
  guint     place;
} Heard;

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const Heard *x = a, *y = b;

  if (x->heard_ms != y->heard_ms)
    return x->heard_ms < y->heard_ms ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

static void
play (Exam   *exam,
      GRand  *random,
      gint64  and_ms)
{
  g_autoptr (GArray) heard = g_array_new (FALSE, FALSE, sizeof (Heard));

  for (guint i = 0; i < exam->script->len; i++)
    {
      Heard one = { g_array_index (exam->script, VigilSign, i), 0, i };

      one.heard_ms = one.sign.at_ms + (random != NULL ? g_rand_int_range (random, 0, SHUFFLE_MS) : 0);
      g_array_append_val (heard, one);
    }
  g_array_set_size (exam->script, 0);
  g_array_sort (heard, compare);
  for (guint i = 0; i < heard->len; i++)
    {
      const Heard *one = &g_array_index (heard, Heard, i);

      run_to (exam, one->heard_ms);
      exam->n_news += vigil_incident_detector_take (exam->detector, &one->sign);
    }
  run_to (exam, exam->now_ms + and_ms);
}

void
exam_play (Exam   *exam,
           gint64  and_ms)
{
  play (exam, NULL, and_ms);
}

void
exam_play_shuffled (Exam    *exam,
                    guint32  seed,
                    gint64   and_ms)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  play (exam, random, and_ms);
}

char *
exam_dup_said (Exam *exam)
{
  GString *said = g_string_new (NULL);

  for (guint i = 0; i < exam->incidents->len; i++)
    {
      VigilIncident *incident = g_ptr_array_index (exam->incidents, i);
      g_autofree char *summary = NULL;

      if (incident == NULL || vigil_incident_get_merged_into (incident) != 0)
        continue;
      summary = vigil_incident_dup_summary (incident);
      g_string_append_printf (said, "%s%s", said->len > 0 ? " | " : "", summary);
    }
  if (said->len == 0)
    g_string_append (said, "nothing");
  return g_string_free (said, FALSE);
}

void
exam_expect (Exam       *exam,
             const char *what,
             const char *expected)
{
  g_autofree char *said = exam_dup_said (exam);

  g_test_message ("%s → %s", what, said);
  g_assert_cmpstr (said, ==, expected);
}
