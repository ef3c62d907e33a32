/* SPDX-License-Identifier: GPL-3.0-or-later */
/* global → test → candidate: the later one wins, and the answer says what it hides. */
#include "vigil-hall-config.h"

#include "vigil-hall-writer.h"

typedef struct
{
  const char *name;
  const char *global;  /* JSON */
  const char *test;    /* JSON; NULL: the test says nothing */
  const char *signal;  /* a bypass of it says false; NULL: none does */
} Setting;

/* The rehearsal's exam needs a camera and leaves the rest open. */
static const Setting settings[] = {
  { "proctoring.enabled", "true", NULL, "camera" },
  { "camera.required", "false", "true", "camera" },
  { "microphone.required", "false", NULL, "microphone" },
  { "screen.required", "false", NULL, "screen" },
  { "fullscreen.required", "true", NULL, "fullscreen" },
  { "network.required", "true", NULL, "network" },
};

static void
write_override (GString *out, const char *value, const char *source)
{
  vigil_hall_write_begin_object (out, NULL);
  vigil_hall_write_raw (out, "value", value);
  vigil_hall_write_string (out, "source", source);
  vigil_hall_write_end_object (out);
}

static void
write_value (GString *out, const char *name, const char *global, const char *test, const VigilHallBypass *bypass)
{
  vigil_hall_write_begin_object (out, name);
  vigil_hall_write_raw (out, "value", bypass ? "false" : test ? test : global);
  vigil_hall_write_string (out, "source", bypass ? "candidate" : test ? "test" : "global");
  if (bypass)
    {
      vigil_hall_write_string (out, "by", bypass->bypassed_by);
      vigil_hall_write_time (out, "at", bypass->created_at);
    }
  vigil_hall_write_begin_array (out, "overrides");
  if (bypass && test)
    write_override (out, test, "test");
  if (bypass || test)
    write_override (out, global, "global");
  vigil_hall_write_end_array (out);
  vigil_hall_write_end_object (out);
}

void
vigil_hall_config_write (VigilHallExam            *exam,
                         const VigilHallCandidate *candidate,
                         const VigilHallOptions   *options,
                         GString                  *out)
{
  const VigilHallBypass *bypass = vigil_hall_candidate_get_bypass (candidate);
  g_autofree char *interval = g_strdup_printf ("%g", options->events_interval_ms / 1000.0);
  g_autofree char *captures = g_strdup_printf ("%d", options->captures);

  vigil_hall_write_begin_object (out, NULL);
  vigil_hall_write_string (out, "examId", vigil_hall_exam_get_id (exam));
  vigil_hall_write_string (out, "studentId", candidate->student_id);
  vigil_hall_write_int (out, "version", 1 + (candidate->bypass ? candidate->bypass->version : 0));
  vigil_hall_write_begin_object (out, "values");
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      const Setting *setting = &settings[i];
      gboolean hidden = setting->signal && vigil_hall_candidate_is_bypassed (candidate, setting->signal);

      write_value (out, setting->name, setting->global, setting->test, hidden ? bypass : NULL);
    }
  write_value (out, "capture.intervalSeconds", captures, NULL, NULL);
  write_value (out, "events.intervalSeconds", interval, NULL, NULL);
  vigil_hall_write_end_object (out);
  vigil_hall_write_end_object (out);
}
