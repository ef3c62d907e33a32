/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of a hall share: timers that end with it, and the state of each part. */
#include "vigil-clock.h"
#include "vigil-hall-private.h"
#include "vigil-hall-writer.h"

static const char *const part_nicks[VIGIL_HALL_N_PARTS] = { "feed", "sfu", "evidence", "counting", "store" };

typedef struct
{
  VigilHall      *hall;
  GSource        *source;
  GSourceFunc     func;
  gpointer        user_data;
  GDestroyNotify  destroy;
} Later;

static void
later_free (gpointer data)
{
  Later *later = data;

  if (later->destroy)
    later->destroy (later->user_data);
  g_free (later);
}

static gboolean
later_cb (gpointer data)
{
  Later *later = data;
  GSource *source = later->source;
  VigilHall *hall = later->hall;

  later->func (later->user_data);
  /* May free us, unless the hall has stopped meanwhile and done so. */
  if (!hall->stopped)
    g_ptr_array_remove_fast (hall->timers, source);
  return G_SOURCE_REMOVE;
}

void
vigil_hall_later (VigilHall *self, guint ms, GSourceFunc func, gpointer user_data, GDestroyNotify destroy)
{
  Later *later = g_new0 (Later, 1);

  later->hall = self;
  later->func = func;
  later->user_data = user_data;
  later->destroy = destroy;
  later->source = g_timeout_source_new (ms);
  g_source_set_callback (later->source, later_cb, later, later_free);
  g_source_attach (later->source, g_main_context_get_thread_default ());
  g_ptr_array_add (self->timers, later->source);
}

const char *
vigil_hall_part_to_nick (VigilHallPart part)
{
  return part_nicks[part];
}

char *
vigil_hall_dup_system (VigilHall *self, VigilHallPart part)
{
  const VigilHallPartState *state = &self->parts[part];
  GString *out = g_string_new ("{");

  vigil_hall_write_string (out, "part", part_nicks[part]);
  vigil_hall_write_bool (out, "degraded", state->degraded);
  vigil_hall_write_string (out, "reason", state->reason);
  vigil_hall_write_time (out, "since", state->since);
  vigil_hall_write_end_object (out);
  return g_string_free (out, FALSE);
}

void
vigil_hall_set_part (VigilHall *self, VigilHallPart part, gboolean degraded, const char *reason)
{
  VigilHallPartState *state = &self->parts[part];
  g_autofree char *system = NULL;

  if (state->degraded == degraded && g_strcmp0 (state->reason, reason) == 0)
    return;
  if (state->degraded != degraded)
    state->since = vigil_clock_wall_ms ();
  state->degraded = degraded;
  g_free (state->reason);
  state->reason = g_strdup (reason);
  system = vigil_hall_dup_system (self, part);
  for (guint i = 0; i < self->exams->len; i++)
    vigil_hall_exam_tell (g_ptr_array_index (self->exams, i), "system", system);
}
