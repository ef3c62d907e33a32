/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One candidate's video: its phase, its mode, its picture. Knows nothing of how it gets there. */

#include "vigil-stream-private.h"

#define TO(phase) (1u << VIGIL_PHASE_##phase)

static const char *const phase_names[VIGIL_N_PHASES] = {
  "idle", "checking", "creating_consumer", "attaching", "playing", "stopped",
};

/* idle: nothing is under way (yet, or until the SFU is back, or until a retry is due).
 * checking: waits for the feed to be produced, or for its turn to ask.
 * attaching: a consumer exists; no picture of this run was seen yet, or it is paused (warm).
 * stopped: ended on purpose, or given up. */
static const guint32 phase_edges[VIGIL_N_PHASES] = {
  [VIGIL_PHASE_IDLE] = TO (CHECKING) | TO (STOPPED),
  [VIGIL_PHASE_CHECKING] = TO (IDLE) | TO (CREATING_CONSUMER) | TO (STOPPED),
  [VIGIL_PHASE_CREATING_CONSUMER] = TO (IDLE) | TO (CHECKING) | TO (ATTACHING) | TO (STOPPED),
  [VIGIL_PHASE_ATTACHING] = TO (IDLE) | TO (CHECKING) | TO (PLAYING) | TO (STOPPED),
  [VIGIL_PHASE_PLAYING] = TO (IDLE) | TO (CHECKING) | TO (ATTACHING) | TO (STOPPED),
  [VIGIL_PHASE_STOPPED] = TO (IDLE) | TO (CHECKING),
};

const VigilStateTable vigil_stream_phases = {
  .name = "stream",
  .n_states = VIGIL_N_PHASES,
  .names = phase_names,
  .edges = phase_edges,
};

struct _VigilStream
{
  GObject           parent_instance;

  VigilHandle       handle;
  VigilSource       source;
  guint             phase;
  VigilStreamMode   mode;
  VigilModeReason   reason;
  GObject          *picture;
  guint64           feed;
  char             *failure;
  gboolean          stalled;
  guint             late_s;
  guint             retries;

  guint             n_open;    /* brackets */
  gboolean          dirty;
};

G_DEFINE_FINAL_TYPE (VigilStream, vigil_stream, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_stream_dispose (GObject *object)
{
  g_clear_object (&VIGIL_STREAM (object)->picture);

  G_OBJECT_CLASS (vigil_stream_parent_class)->dispose (object);
}

static void
vigil_stream_finalize (GObject *object)
{
  g_free (VIGIL_STREAM (object)->failure);

  G_OBJECT_CLASS (vigil_stream_parent_class)->finalize (object);
}

static void
vigil_stream_class_init (VigilStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_stream_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_stream_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_stream_init (VigilStream *self)
{
  self->phase = VIGIL_PHASE_IDLE;
  self->reason = VIGIL_WHY_OFF_SCREEN;
}

VigilStream *
vigil_stream_new (VigilHandle handle,
                  VigilSource source)
{
  VigilStream *self = g_object_new (VIGIL_TYPE_STREAM, NULL);

  self->handle = handle;
  self->source = source;
  return self;
}

static void
changed (VigilStream *self)
{
  if (self->n_open > 0)
    self->dirty = TRUE;
  else
    g_signal_emit (self, signals[CHANGED], 0);
}

void
vigil_stream_begin (VigilStream *self)
{
  self->n_open++;
}

void
vigil_stream_end (VigilStream *self)
{
  g_return_if_fail (self->n_open > 0);

  if (--self->n_open > 0 || !self->dirty)
    return;

  self->dirty = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
vigil_stream_enter (VigilStream      *self,
                    VigilStreamPhase  to,
                    const char       *why)
{
  char who[16];

  if (self->phase == to)
    return TRUE;

  g_snprintf (who, sizeof who, "%u", self->handle);
  if (!vigil_state_table_move (&vigil_stream_phases, &self->phase, to, who, why))
    return FALSE;

  changed (self);
  return TRUE;
}

void
vigil_stream_set_mode (VigilStream     *self,
                       VigilStreamMode  mode,
                       VigilModeReason  reason)
{
  if (self->mode == mode && self->reason == reason)
    return;

  if (mode != VIGIL_MODE_LIVE)
    self->late_s = 0; /* nothing tells of it meanwhile */
  self->mode = mode;
  self->reason = reason;
  changed (self);
}

void
vigil_stream_set_picture (VigilStream *self,
                          GObject     *picture,
                          guint64      feed)
{
  gboolean other = g_set_object (&self->picture, picture);

  if (!other && self->feed == feed)
    return;

  self->feed = feed;
  self->late_s = 0; /* of another feed nobody knows yet */
  changed (self);
}

void
vigil_stream_set_failure (VigilStream *self,
                          const char  *failure)
{
  if (g_strcmp0 (self->failure, failure) == 0)
    return;

  g_free (self->failure);
  self->failure = g_strdup (failure);
  changed (self);
}

void
vigil_stream_set_stalled (VigilStream *self,
                          gboolean     stalled)
{
  if (self->stalled == (stalled != FALSE))
    return;

  self->stalled = stalled != FALSE;
  changed (self);
}

/* Read at a glance and not counted by: upwards, so that none is called newer than it is. */
static guint
step_late (gint64 behind_us)
{
  gint64 seconds = (behind_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

  return (guint) (seconds <= 5 ? seconds : (seconds + 4) / 5 * 5);
}

void
vigil_stream_set_behind (VigilStream *self,
                         gint64       behind_us,
                         gint64       from_us)
{
  /* Half of it ends what was late: a tile that says so and does not by turns disturbs more than it tells. */
  guint late_s = behind_us >= (self->late_s > 0 ? from_us / 2 : from_us) ? step_late (behind_us) : 0;

  if (self->late_s == late_s)
    return;

  self->late_s = late_s;
  changed (self);
}

void
vigil_stream_set_retries (VigilStream *self,
                          guint        retries)
{
  if (self->retries == retries)
    return;

  self->retries = retries;
  changed (self);
}

/** Whose video it is. */
VigilHandle
vigil_stream_get_handle (VigilStream *self)
{
  return self->handle;
}

/** Which of the candidate's feeds it is. */
VigilSource
vigil_stream_get_source (VigilStream *self)
{
  return self->source;
}

VigilStreamPhase
vigil_stream_get_phase (VigilStream *self)
{
  return self->phase;
}

/** What the stream budget gives it. */
VigilStreamMode
vigil_stream_get_mode (VigilStream *self)
{
  return self->mode;
}

/** Why the stream budget gives it that. */
VigilModeReason
vigil_stream_get_reason (VigilStream *self)
{
  return self->reason;
}

GObject *
vigil_stream_get_picture (VigilStream *self)
{
  return self->picture;
}

guint64
vigil_stream_get_feed (VigilStream *self)
{
  return self->feed;
}

const char *
vigil_stream_get_failure (VigilStream *self)
{
  return self->failure;
}

/** Whether it plays and no packet has come for a while. */
gboolean
vigil_stream_get_stalled (VigilStream *self)
{
  return self->stalled;
}

guint
vigil_stream_get_late_s (VigilStream *self)
{
  return self->late_s;
}

/** How often it was started over since it last played. */
guint
vigil_stream_get_retries (VigilStream *self)
{
  return self->retries;
}
