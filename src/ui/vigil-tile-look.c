/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tile says of a candidate: a plain value computed from what is known. */
#include "vigil-tile-look.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "vigil-words.h"

/* Ages change the picture only in steps, so a still wall is redrawn rarely. */
static int
step_age (gint64 seconds)
{
  if (seconds < 0)
    return 0;
  if (seconds < 60)
    return (int) seconds;
  if (seconds < 3600)
    return (int) (seconds / 60 * 60);
  return (int) MIN (seconds / 3600 * 3600, G_MAXINT);
}

/* A still's age is read at a glance and not counted by: upwards, so that none is called newer than it is. */
static int
step_still_age (gint64 age_us)
{
  gint64 seconds = (age_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

  if (seconds <= 55)
    return (int) (MAX (seconds + 4, 5) / 5 * 5);
  return seconds <= 3600 ? (int) ((seconds + 59) / 60 * 60) : step_age (seconds + 3599);
}

static gboolean
is_attaching (VigilStreamPhase phase)
{
  return phase == VIGIL_PHASE_CREATING_CONSUMER || phase == VIGIL_PHASE_ATTACHING;
}

/* One that is kept ready is attached and paused for as long as it may take: nothing is coming, so nothing may turn. */
static gboolean
is_starting (VigilStreamPhase phase, VigilStreamMode mode)
{
  return mode == VIGIL_MODE_LIVE && is_attaching (phase);
}

static void
compute_picture (VigilTileLook *look, const VigilTileInputs *in, gboolean gone)
{
  VigilStreamPhase phase = in->stream != NULL ? vigil_stream_get_phase (in->stream) : VIGIL_PHASE_IDLE;
  VigilStreamMode mode = in->stream != NULL ? vigil_stream_get_mode (in->stream) : VIGIL_MODE_COLD;
  gboolean stalled = in->stream != NULL && vigil_stream_get_stalled (in->stream);
  gint64 age_us = in->now_us - in->frame_us;

  look->phase = phase;
  look->why = in->stream != NULL ? (int) vigil_stream_get_reason (in->stream) : 0;
  look->picture_age_s = -1;
  look->no_video = in->no_video;
  look->capture = in->still_age_us >= 0 && (in->frame_us == 0 || in->still_age_us < age_us);
  if ((in->frame_us == 0 && !look->capture) || in->rung == VIGIL_RUNG_SCORE)
    look->picture = VIGIL_PICTURE_NONE;
  else if (gone)
    look->picture = VIGIL_PICTURE_LAST;
  else if (in->frame_us != 0 && phase == VIGIL_PHASE_PLAYING && mode == VIGIL_MODE_LIVE && !stalled && age_us < in->stale_video_us)
    look->picture = VIGIL_PICTURE_LIVE;
  else if (look->capture && in->still_age_us < in->stale_still_us)
    look->picture = VIGIL_PICTURE_STILL;
  else
    look->picture = VIGIL_PICTURE_STALE;

  if (look->picture == VIGIL_PICTURE_LIVE || look->picture == VIGIL_PICTURE_NONE)
    look->capture = FALSE;
  if (look->picture == VIGIL_PICTURE_LIVE && vigil_stream_get_late_s (in->stream) > 0)
    look->picture_age_s = (int) vigil_stream_get_late_s (in->stream);
  else if (look->picture == VIGIL_PICTURE_STILL)
    look->picture_age_s = step_still_age (in->still_age_us);
  else if (look->picture == VIGIL_PICTURE_STALE)
    look->picture_age_s = step_age ((look->capture ? in->still_age_us : age_us) / G_USEC_PER_SEC);
  /* A still that is good enough needs no bustle on it. */
  look->spinner = !gone && is_starting (phase, mode) && look->picture != VIGIL_PICTURE_STILL && in->rung == VIGIL_RUNG_LIVE && !in->no_video;
}

/* Given up, and not because the camera is off. */
static gboolean
has_failed (const VigilTileLook *look, const VigilTileInputs *in)
{
  return in->candidate->is_streaming && look->phase == VIGIL_PHASE_STOPPED && in->stream != NULL &&
         vigil_stream_get_failure (in->stream) != NULL && in->rung == VIGIL_RUNG_LIVE && !in->no_video;
}

static void
compute_glyph (VigilTileLook *look, const VigilTileInputs *in, gboolean gone)
{
  VigilStreamMode mode = in->stream != NULL ? vigil_stream_get_mode (in->stream) : VIGIL_MODE_COLD;

  if (gone)
    look->glyph = VIGIL_GLYPH_GONE;
  else if (look->picture == VIGIL_PICTURE_LIVE)
    look->glyph = VIGIL_GLYPH_LIVE;
  else if (look->picture == VIGIL_PICTURE_STILL && !has_failed (look, in))
    look->glyph = VIGIL_GLYPH_STILL;
  else if (in->no_video || in->rung != VIGIL_RUNG_LIVE)
    look->glyph = look->picture == VIGIL_PICTURE_STALE ? VIGIL_GLYPH_STILL : VIGIL_GLYPH_SCORE_ONLY;
  else if (is_starting (look->phase, mode) || (look->phase == VIGIL_PHASE_CHECKING && in->candidate->is_streaming))
    look->glyph = VIGIL_GLYPH_CONNECTING;
  else if (has_failed (look, in))
    look->glyph = VIGIL_GLYPH_FAILED;
  else if (look->picture == VIGIL_PICTURE_STALE)
    look->glyph = mode == VIGIL_MODE_WARM && !look->capture ? VIGIL_GLYPH_WARM : VIGIL_GLYPH_STILL;
  else
    look->glyph = VIGIL_GLYPH_SCORE_ONLY;
}

static void
compute_score (VigilTileLook *look, const VigilTileInputs *in)
{
  gint64 age_us = vigil_score_get_age_us (in->score, in->now_us, in->hall_ms);

  look->score = in->score->score;
  look->score_age_s = -1;
  if (in->policy != NULL)
    look->band = vigil_scoring_policy_band_of_score (in->policy, in->score->score);
  if (age_us >= in->stale_score_us)
    look->score_age_s = step_age (age_us / G_USEC_PER_SEC);
}

static void
compute_bypass (VigilTileLook *look, const VigilTileInputs *in)
{
  const VigilBypass *bypass = in->candidate->bypass;

  look->bypass_s = -1;
  if (bypass == NULL || !vigil_bypass_is_in_force (bypass, in->hall_ms))
    return;
  look->bypassed = TRUE;
  look->bypass_s = bypass->expires_at_ms == 0 ? G_MAXINT
                                              : (int) CLAMP ((bypass->expires_at_ms - in->hall_ms) / 1000, 0, G_MAXINT - 1);
  if (look->bypass_s > 120 && look->bypass_s != G_MAXINT)
    look->bypass_s -= look->bypass_s % 60; /* minutes until it gets close */
}

void
vigil_tile_look_compute (VigilTileLook *look, const VigilTileInputs *in)
{
  const VigilCandidate *candidate = in->candidate;
  gboolean gone;

  memset (look, 0, sizeof *look); /* padding too: looks are compared bytewise */
  look->score = -1;
  look->picture_age_s = look->score_age_s = look->left_s = look->bypass_s = -1;
  if (candidate == NULL)
    return;

  gone = !candidate->connected || !candidate->present;
  compute_picture (look, in, gone);
  compute_score (look, in);
  compute_bypass (look, in);
  compute_glyph (look, in, gone);
  if (gone)
    look->left_s = candidate->left_at_ms > 0 ? step_age ((in->hall_ms - candidate->left_at_ms) / 1000)
                 : candidate->last_seen_ms > 0 ? step_age ((in->hall_ms - candidate->last_seen_ms) / 1000)
                 : G_MAXINT;
  look->camera_off = !gone && !candidate->is_streaming && !in->no_video;
  look->open_flags = candidate->open_flags;
  look->border = look->band;
  if (candidate->open_flags > 0 && candidate->worst_open > look->border)
    look->border = candidate->worst_open;
  look->hand = candidate->hand_raised;
  look->claimed = candidate->claimed_by != NULL;
  look->pinned = candidate->pinned;
  if (in->action != NULL)
    {
      VigilActionState state = vigil_outbox_item_get_state ((VigilOutboxItem *) in->action);

      look->action_pending = state == VIGIL_ACTION_PENDING;
      look->action_refused = state == VIGIL_ACTION_REFUSED;
    }
}

static char *
bypass_words (const VigilTileLook *look)
{
  g_autofree char *left = NULL;

  if (look->bypass_s == G_MAXINT)
    return g_strdup (_("Bypassed until revoked"));
  left = vigil_words_age (look->bypass_s);
  /* Translators: %s is a duration such as "24 min". */
  return g_strdup_printf (_("Bypassed, %s left"), left);
}

/* What happened with the picture, if that needs saying. */
static const char *
picture_words (const VigilTileLook *look)
{
  if (look->glyph == VIGIL_GLYPH_FAILED)
    return _("Video failed on our side");
  if (look->picture == VIGIL_PICTURE_STILL)
    return NULL;
  if (look->camera_off)
    return _("No camera picture");
  if (look->no_video)
    return look->picture == VIGIL_PICTURE_NONE ? _("No picture yet") : NULL;
  if (look->picture == VIGIL_PICTURE_LIVE || (is_attaching (look->phase) && look->glyph != VIGIL_GLYPH_CONNECTING))
    return NULL;
  return vigil_words_phase (look->phase);
}

/* What an old score stands beside must not hide that it is old. */
static char *
stale_words (const VigilTileLook *look)
{
  g_autofree char *age = vigil_words_age (look->score_age_s);
  const char *picture = picture_words (look);

  if (picture == NULL)
    /* Translators: %s is an age such as "12 s". */
    return g_strdup_printf (_("Score is %s old"), age);
  /* Translators: an age such as "12 s", then a word or two such as "No camera picture". */
  return g_strdup_printf (_("Score %s old · %s"), age, picture);
}

char *
vigil_tile_look_describe (const VigilTileLook *look, const VigilCandidate *candidate)
{
  if (look->left_s >= 0)
    {
      g_autofree char *age = NULL;

      if (look->left_s == G_MAXINT)
        return g_strdup (candidate->joined_at_ms > 0 ? _("Not connected") : _("Not here yet"));
      age = vigil_words_age (look->left_s);
      /* Translators: %s is an age such as "2 min". */
      return g_strdup_printf (_("Left %s ago"), age);
    }
  if (look->action_refused)
    return g_strdup (_("The hall refused an action"));
  if (look->action_pending)
    return g_strdup (_("Waiting for the hall…"));
  if (look->bypassed)
    return bypass_words (look);
  if (look->score_age_s >= 0)
    return stale_words (look);
  if (picture_words (look) != NULL)
    return g_strdup (picture_words (look));
  if (candidate->room != NULL)
    return vigil_words_room (candidate->room);
  return vigil_words_clean (candidate->id);
}

char *
vigil_tile_look_age_words (const VigilTileLook *look)
{
  g_autofree char *age = NULL;

  if (look->picture_age_s < 0)
    return NULL;
  if (look->picture == VIGIL_PICTURE_LIVE)
    return vigil_words_late (look->picture_age_s);
  age = vigil_words_age (look->picture_age_s);
  /* Translators: beside the picture of a candidate that is not live video; %s is its age, such as "15 s". */
  return look->picture == VIGIL_PICTURE_STILL ? g_strdup_printf (_("Still, %s old"), age) : NULL;
}

static char *
explain_live (const VigilTileLook *look, const char *why)
{
  g_autofree char *late = vigil_tile_look_age_words (look);

  if (late == NULL)
    return g_strdup (why);
  /* Translators: such as "Live, 3 s late", then why the video is live. */
  return g_strdup_printf (_("%s: the pictures come later than they did at best, as when they wait somewhere in the network. %s"), late, why);
}

static char *
explain_still (const VigilTileLook *look, const char *why)
{
  g_autofree char *age = vigil_words_age (look->picture_age_s);

  /* Translators: why there is no live video, which is what was asked for and stands first where there is little room; then an age such as "15 s". */
  return g_strdup_printf (_("%s A still, no more than %s old; not live video."), why, age);
}

/* Why there is no newer picture. That the tile is to be live explains nothing then. */
static const char *
explain_stale (const VigilTileLook *look, VigilStream *stream, const char *why)
{
  if (stream == NULL || look->no_video || vigil_stream_get_mode (stream) != VIGIL_MODE_LIVE)
    return why;
  if (vigil_stream_get_stalled (stream))
    return _("No video arrives; waiting for it.");
  if (look->phase == VIGIL_PHASE_PLAYING)
    return _("No new picture comes; waiting for one.");
  return _("Video is interrupted on our side; it is tried again.");
}

static char *
explain_failed (const char *failure)
{
  g_autofree char *reason = vigil_words_reason (failure != NULL ? failure : "");
  g_autofree char *sentence = vigil_words_sentence (reason);

  return g_strdup_printf (_("Video could not be started; it is not the candidate's doing. %s"), sentence);
}

char *
vigil_tile_look_explain (const VigilTileLook *look, VigilStream *stream)
{
  const char *why = look->no_video ? _("This hall has no live video.")
                  : stream != NULL ? vigil_words_mode_reason (vigil_stream_get_reason (stream)) : "";
  g_autofree char *age = look->picture_age_s >= 0 ? vigil_words_age (look->picture_age_s) : NULL;

  switch (look->glyph)
    {
    case VIGIL_GLYPH_LIVE:
      return explain_live (look, why);
    case VIGIL_GLYPH_WARM:
      return g_strdup_printf (_("Paused; the picture is %s old. %s"), age, why);
    case VIGIL_GLYPH_STILL:
      if (look->picture == VIGIL_PICTURE_STILL)
        return explain_still (look, why);
      return g_strdup_printf (_("Not live: the picture is %s old. %s"), age, explain_stale (look, stream, why));
    case VIGIL_GLYPH_CONNECTING:
      return g_strdup_printf (_("Connecting: %s. This needs nothing from you."), vigil_words_phase (look->phase));
    case VIGIL_GLYPH_FAILED:
      return explain_failed (stream != NULL ? vigil_stream_get_failure (stream) : NULL);
    case VIGIL_GLYPH_GONE:
      return g_strdup (_("The candidate's browser is not connected to the hall."));
    case VIGIL_GLYPH_SCORE_ONLY:
      return g_strdup_printf (_("Score only. %s"), look->camera_off ? vigil_words_mode_reason (VIGIL_WHY_NOT_STREAMING) : why);
    case VIGIL_GLYPH_NONE:
    default:
      return g_strdup ("");
    }
}

char *
vigil_tile_look_accessible_name (const VigilTileLook *look, const VigilCandidate *candidate)
{
  g_autofree char *name = vigil_words_clean (candidate->name);
  g_autofree char *score = vigil_words_score (look->score, look->band);
  g_autofree char *state = vigil_tile_look_describe (look, candidate);
  g_autofree char *flags = NULL;
  const char *old_score = "", *old_picture = "";

  if (look->open_flags > 0)
    flags = g_strdup_printf (ngettext (", %u open flag", ", %u open flags", look->open_flags), look->open_flags);
  /* An age would be out of date a second later: a screen reader is told that it is old, the state says how old if it can. */
  if (look->left_s < 0 && look->score_age_s >= 0)
    old_score = _(", the score is old");
  if (look->picture == VIGIL_PICTURE_STALE)
    old_picture = _(", the picture is not live");
  else if (look->picture == VIGIL_PICTURE_STILL)
    old_picture = _(", a still, not live video");
  else if (look->picture == VIGIL_PICTURE_LIVE && look->picture_age_s >= 0)
    old_picture = _(", the video comes late");
  /* Translators: name, score with severity, open flags (may be empty), state, whether the score and the picture are old
   * (may be empty); read by a screen reader. */
  return g_strdup_printf (_("%s, %s%s, %s%s%s"), name, score, flags != NULL ? flags : "", state, old_score, old_picture);
}
