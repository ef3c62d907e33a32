/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the hall for its time. */
#include "vigil-clock-asker.h"

#include "vigil-hall-answer.h"

struct _VigilClockAsker
{
  VigilHallApi *api;
  GCancellable *cancellable;
  guint         burst;       /* questions still to be asked without a pause */
  guint         interval_ms;
  guint         source;
};

/* One question; outlives the asker if that is freed meanwhile. */
typedef struct
{
  VigilClockAsker *asker;    /* only while not cancelled */
  GCancellable    *cancellable;
} Question;

static void ask (VigilClockAsker *self);

static gpointer
parse (JsonNode *root, GError **error)
{
  return vigil_wire_session_from_json (root, error);
}

static gboolean
ask_cb (gpointer data)
{
  VigilClockAsker *self = data;

  self->source = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  VigilClockAsker *self = question->asker;
  VigilApiTiming timing;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWireSession) info = vigil_hall_api_call_finish (VIGIL_HALL_API (source), result, NULL, &timing, &error);
  gboolean over = g_cancellable_is_cancelled (question->cancellable);

  if (info != NULL && !over)
    vigil_hall_clock_add (vigil_hall_api_get_clock (self->api), info->server_time_ms, timing.sent_us, timing.rtt_us, 1);
  g_object_unref (question->cancellable);
  g_free (question);
  if (over)
    return;

  if (self->burst > 0)
    ask (self);
  else
    self->source = g_timeout_add (self->interval_ms, ask_cb, self);
}

/* The next question waits for the answer to this one: a slow hall is not asked more often. */
static void
ask (VigilClockAsker *self)
{
  const VigilApiCall call = {
    .method = "GET",
    .path = "/session",
    .what = "asking for the hall's time",
    .parse = parse,
    .free_result = (GDestroyNotify) vigil_wire_session_free,
  };
  Question *question = g_new0 (Question, 1);

  if (self->burst > 0)
    self->burst--;
  question->asker = self;
  question->cancellable = g_object_ref (self->cancellable);
  vigil_hall_api_call_async (self->api, &call, self->cancellable, answered_cb, question);
}

VigilClockAsker *
vigil_clock_asker_new (VigilHallApi *api, const VigilNetLimits *limits)
{
  VigilClockAsker *self = g_new0 (VigilClockAsker, 1);

  self->api = g_object_ref (api);
  self->cancellable = g_cancellable_new ();
  self->burst = limits->clock_burst;
  self->interval_ms = limits->clock_ms;
  if (self->burst > 0)
    ask (self);
  else
    self->source = g_timeout_add (self->interval_ms, ask_cb, self);
  return self;
}

void
vigil_clock_asker_ask_now (VigilClockAsker *self)
{
  if (self->source == 0)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  ask (self);
}

void
vigil_clock_asker_free (VigilClockAsker *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->api);
  g_free (self);
}
