/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schedule of behaviours: most candidates are calm, a few are not. */
#include "vigil-hall-schedule.h"

/* One in so many is troublesome, and this share of all episodes is theirs. */
#define TROUBLE_EVERY 16
#define TROUBLE_SHARE 0.6

/* Mean length of an episode, from the table below. */
#define MEAN_SECONDS 9.5

static const struct
{
  VigilSimBehaviour behaviour;
  guint             weight;
  guint             min_s;
  guint             max_s;
} episodes[] = {
  { VIGIL_SIM_BEHAVIOUR_GAZE_AWAY, 30, 4, 9 },
  { VIGIL_SIM_BEHAVIOUR_HEAD_TURNED, 22, 4, 9 },
  { VIGIL_SIM_BEHAVIOUR_ABSENT, 12, 6, 20 },
  { VIGIL_SIM_BEHAVIOUR_OTHER_TAB, 10, 4, 12 },
  { VIGIL_SIM_BEHAVIOUR_LOW_LIGHT, 8, 8, 25 },
  { VIGIL_SIM_BEHAVIOUR_SECOND_PERSON, 7, 6, 18 },
  { VIGIL_SIM_BEHAVIOUR_PHONE, 5, 6, 15 },
  { VIGIL_SIM_BEHAVIOUR_DARK, 4, 5, 14 },
  { VIGIL_SIM_BEHAVIOUR_OTHER_FACE, 2, 12, 30 },
};

static guint
pick_episode (GRand *random)
{
  gint32 total = 0;
  gint32 at;

  for (guint i = 0; i < G_N_ELEMENTS (episodes); i++)
    total += (gint32) episodes[i].weight;
  at = g_rand_int_range (random, 0, total);
  for (guint i = 0; i < G_N_ELEMENTS (episodes); i++)
    {
      at -= (gint32) episodes[i].weight;
      if (at < 0)
        return i;
    }
  return 0;
}

static VigilHallPerson *
pick_person (VigilHallSim *sim)
{
  gint32 n = (gint32) sim->n_people;

  if (n >= TROUBLE_EVERY && g_rand_double (sim->random) < TROUBLE_SHARE)
    return &sim->people[g_rand_int_range (sim->random, 0, n / TROUBLE_EVERY) * TROUBLE_EVERY + 5 % TROUBLE_EVERY];
  return &sim->people[g_rand_int_range (sim->random, 0, n)];
}

/* As many begin in a step as, in the mean, end in it. */
static guint
draw_count (GRand *random, double mean)
{
  guint n = (guint) mean;

  return n + (g_rand_double (random) < mean - n ? 1 : 0);
}

static void
begin_episodes (VigilHallSim *sim)
{
  double a_step = sim->hall->options.activity * sim->n_people / MEAN_SECONDS * VIGIL_HALL_STEP_MS / 1000;

  for (guint n = draw_count (sim->random, a_step); n > 0; n--)
    {
      VigilHallPerson *person = pick_person (sim);
      guint i = pick_episode (sim->random);
      gint32 ms = g_rand_int_range (sim->random, (gint32) episodes[i].min_s * 1000, (gint32) episodes[i].max_s * 1000);

      if (!person->candidate->connected || person->linked || !person->proctoring || person->until != 0 ||
          person->candidate->state != VIGIL_HALL_STATE_ACTIVE)
        continue;
      vigil_hall_sim_behave (sim, person->candidate, episodes[i].behaviour, (guint) ms);
    }
}

static void
end_episodes (VigilHallSim *sim)
{
  for (guint i = sim->active->len; i > 0; i--)
    {
      VigilHallPerson *person = g_ptr_array_index (sim->active, i - 1);

      if (person->until > 0 && person->until <= sim->step)
        vigil_hall_sim_behave (sim, person->candidate, VIGIL_SIM_BEHAVIOUR_PRESENT, 0);
    }
}

static void
break_connections (VigilHallSim *sim)
{
  double a_step = sim->hall->options.churn * sim->n_people / 60 * VIGIL_HALL_STEP_MS / 1000;

  for (guint n = draw_count (sim->random, a_step); n > 0; n--)
    {
      VigilHallPerson *person = &sim->people[g_rand_int_range (sim->random, 0, (gint32) sim->n_people)];
      guint back_ms = (guint) g_rand_int_range (sim->random, 6000, 40000);

      if (person->candidate->connected && !person->linked)
        vigil_hall_sim_disconnect (sim, person->candidate, back_ms);
    }
}

static void
bring_back (VigilHallSim *sim)
{
  for (guint i = sim->away->len; i > 0; i--)
    {
      VigilHallPerson *person = g_ptr_array_index (sim->away, i - 1);

      if (person->back_at <= sim->step && person->candidate->state != VIGIL_HALL_STATE_TERMINATED)
        vigil_hall_sim_connect (sim, person->candidate);
    }
}

/* About one hand an hour and candidate; it stays up for half a minute. */
static void
raise_hands (VigilHallSim *sim)
{
  double a_step = sim->n_people / 3600.0 * VIGIL_HALL_STEP_MS / 1000 * (sim->hall->options.activity > 0 ? 1 : 0);

  for (guint n = draw_count (sim->random, a_step); n > 0; n--)
    {
      VigilHallPerson *person = &sim->people[g_rand_int_range (sim->random, 0, (gint32) sim->n_people)];

      if (!person->candidate->connected || person->linked)
        continue;
      person->candidate->hand_raised = !person->candidate->hand_raised;
      vigil_hall_exam_update (sim->exam, person->candidate, VIGIL_HALL_FIELD_HAND);
    }
}

void
vigil_hall_schedule_step (VigilHallSim *sim)
{
  end_episodes (sim);
  begin_episodes (sim);
  break_connections (sim);
  bring_back (sim);
  raise_hands (sim);
}

void
vigil_hall_sim_behave (VigilHallSim *self, VigilHallCandidate *candidate, VigilSimBehaviour behaviour, guint ms)
{
  VigilHallPerson *person = vigil_hall_sim_get_person (self, candidate);
  gboolean present = behaviour == VIGIL_SIM_BEHAVIOUR_PRESENT;

  g_ptr_array_remove_fast (self->active, person);
  person->until = present ? 0 : ms > 0 ? self->step + ms / VIGIL_HALL_STEP_MS : -1;
  if (!present)
    g_ptr_array_add (self->active, person);
  if (person->behaviour == behaviour)
    return;
  person->behaviour = behaviour;
  vigil_sim_feed_set_behaviour (vigil_hall_sim_ensure_feed (person, VIGIL_SOURCE_WEBCAM), behaviour);
  /* What is on the screen is a matter of the screen's picture. */
  if (person->feeds[VIGIL_SOURCE_SCREEN] || behaviour == VIGIL_SIM_BEHAVIOUR_OTHER_TAB)
    vigil_sim_feed_set_behaviour (vigil_hall_sim_ensure_feed (person, VIGIL_SOURCE_SCREEN),
                                  behaviour == VIGIL_SIM_BEHAVIOUR_OTHER_TAB ? behaviour : VIGIL_SIM_BEHAVIOUR_PRESENT);
}

guint
vigil_hall_sim_get_n_active (VigilHallSim *self)
{
  return self->active->len;
}
