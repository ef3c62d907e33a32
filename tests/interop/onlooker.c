/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody who looks at the wall during a fault. */
#include "onlooker.h"

#include <string.h>

#include "vigil-clock.h"
#include "vigil-tile-look.h"
#include "vigil-trouble.h"

#define LOOK_MS 40

struct _Onlooker
{
  ClientRig  *rig;
  ClientTile *victim;
  guint       timer;
  gulong      violations;
  gint64      began_us, over_us;
  GHashTable *hidden;       /* tiles concerned that no longer looked live */
  GHashTable *touched;      /* others */
  GHashTable *spinning;     /* tile → since when, gint64 */
  GString    *tile_words, *banner_words;
  Sight       sight;
};

static double
since (gint64 us)
{
  return (g_get_monotonic_time () - us) / (double) G_USEC_PER_SEC;
}

/* As the tile does it, from the same inputs: vigil_tile_compute_look(). */
static void
compute_look (Onlooker *self, ClientTile *tile, VigilTileLook *look)
{
  VigilScore score;
  VigilTileInputs in = {
    .candidate = client_rig_lookup (self->rig, tile->student_id),
    .score = &score,
    .stream = tile->stream,
    .policy = self->rig->policy,
    .frame_us = tile->newest_us,
    .still_age_us = -1,
    .now_us = vigil_clock_monotonic_us (),
    .hall_ms = vigil_clock_hall_ms (),
    .stale_score_us = vigil_settings_get_int (self->rig->settings, VIGIL_SETTING_STALE_SCORE) * (gint64) G_USEC_PER_SEC,
    .stale_video_us = vigil_settings_get_int (self->rig->settings, VIGIL_SETTING_STALE_VIDEO) * (gint64) G_USEC_PER_SEC,
    .rung = vigil_session_get_rung (self->rig->session),
  };

  vigil_score_store_read (self->rig->store, tile->handle, &score);
  vigil_tile_look_compute (look, &in);
  if (look->picture == VIGIL_PICTURE_LIVE && tile->newest_feed != vigil_stream_get_feed (tile->stream))
    {
      look->picture = VIGIL_PICTURE_STALE;
      look->picture_age_s = 0;
      look->glyph = VIGIL_GLYPH_STILL;
    }
}

/* Adds what is new; ages and seconds would make it new all the time. */
static void
note_words (GString *all, const char *words)
{
  g_autoptr (GRegex) numbers = g_regex_new ("\\d+", 0, 0, NULL);
  g_autofree char *plain = g_regex_replace_literal (numbers, words, -1, 0, "…", 0, NULL);

  if (strstr (all->str, plain) == NULL)
    g_string_append_printf (all, "%s%s", all->len > 0 ? " → " : "", plain);
}

static void
note_spinner (Onlooker *self, ClientTile *tile, gboolean spins)
{
  gint64 *began = g_hash_table_lookup (self->spinning, tile);

  if (!spins)
    {
      g_hash_table_remove (self->spinning, tile);
      return;
    }
  if (began == NULL)
    {
      began = g_new (gint64, 1);
      *began = g_get_monotonic_time ();
      g_hash_table_insert (self->spinning, tile, began);
    }
  self->sight.stuck_s = MAX (self->sight.stuck_s, since (*began));
}

static void
look_at_victim (Onlooker *self, ClientTile *tile, const VigilTileLook *look)
{
  g_autofree char *state = NULL;
  g_autofree char *why = NULL;
  g_autofree char *words = NULL;

  if (look->picture == VIGIL_PICTURE_LIVE)
    return;
  if (self->sight.shown_s < 0)
    self->sight.shown_s = since (self->began_us);
  g_hash_table_add (self->hidden, tile);
  state = vigil_tile_look_describe (look, client_rig_lookup (self->rig, tile->student_id));
  why = vigil_tile_look_explain (look, tile->stream);
  words = g_strdup_printf ("“%s” (%s)", state, why);
  note_words (self->tile_words, words);
}

static void
look_at_banner (Onlooker *self)
{
  g_autoptr (GPtrArray) troubles = vigil_trouble_list (self->rig->session, FALSE, vigil_clock_monotonic_us ());

  if (troubles->len > 0 && self->sight.told_s < 0)
    self->sight.told_s = since (self->began_us);
  for (guint i = 0; i < troubles->len; i++)
    note_words (self->banner_words, ((VigilTrouble *) troubles->pdata[i])->title);
}

static gboolean
look_cb (gpointer user_data)
{
  Onlooker *self = user_data;
  GPtrArray *tiles = self->rig->tiles;
  guint n = self->victim != NULL ? 1 : tiles->len;

  for (guint i = 0; i < tiles->len; i++)
    {
      ClientTile *tile = tiles->pdata[i];
      VigilTileLook look;

      compute_look (self, tile, &look);
      note_spinner (self, tile, look.spinner);
      if (self->victim == NULL || self->victim == tile)
        look_at_victim (self, tile, &look);
      else if (look.picture != VIGIL_PICTURE_LIVE)
        g_hash_table_add (self->touched, tile);
    }
  if (self->sight.all_shown_s < 0 && g_hash_table_size (self->hidden) == n)
    self->sight.all_shown_s = since (self->began_us);
  look_at_banner (self);
  return G_SOURCE_CONTINUE;
}

static void
violation_cb (Onlooker *self)
{
  self->sight.n_violations++;
}

Onlooker *
onlooker_new (ClientRig *rig)
{
  Onlooker *self = g_new0 (Onlooker, 1);

  self->rig = rig;
  self->hidden = g_hash_table_new (NULL, NULL);
  self->touched = g_hash_table_new (NULL, NULL);
  self->spinning = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->tile_words = g_string_new (NULL);
  self->banner_words = g_string_new (NULL);
  self->violations = g_signal_connect_swapped (rig->session, "violation", G_CALLBACK (violation_cb), self);
  self->timer = g_timeout_add (LOOK_MS, look_cb, self);
  return self;
}

void
onlooker_free (Onlooker *self)
{
  g_source_remove (self->timer);
  g_signal_handler_disconnect (self->rig->session, self->violations);
  g_hash_table_unref (self->hidden);
  g_hash_table_unref (self->touched);
  g_hash_table_unref (self->spinning);
  g_string_free (self->tile_words, TRUE);
  g_string_free (self->banner_words, TRUE);
  g_free (self);
}

void
onlooker_begin (Onlooker *self, ClientTile *victim)
{
  self->victim = victim;
  self->began_us = g_get_monotonic_time ();
  self->over_us = 0;
  g_hash_table_remove_all (self->hidden);
  g_hash_table_remove_all (self->touched);
  g_hash_table_remove_all (self->spinning);
  g_string_truncate (self->tile_words, 0);
  g_string_truncate (self->banner_words, 0);
  self->sight = (Sight) { .shown_s = -1, .all_shown_s = -1, .told_s = -1 };
}

void
onlooker_fault_over (Onlooker *self)
{
  self->over_us = g_get_monotonic_time ();
}

gboolean
onlooker_is_back (gpointer data)
{
  Onlooker *self = data;

  for (guint i = 0; i < self->rig->tiles->len; i++)
    {
      ClientTile *tile = self->rig->tiles->pdata[i];
      VigilTileLook look;

      if (self->victim != NULL && self->victim != tile)
        continue;
      compute_look (self, tile, &look);
      if (look.picture != VIGIL_PICTURE_LIVE || tile->newest_us <= self->over_us)
        return FALSE;
    }
  return TRUE;
}

gboolean
onlooker_has_seen_it (gpointer self)
{
  return ((Onlooker *) self)->sight.all_shown_s >= 0;
}

const Sight *
onlooker_get_sight (Onlooker *self)
{
  VigilRosterCounts counts;

  vigil_roster_get_counts (vigil_session_get_roster (self->rig->session), &counts);
  self->sight.n_flags = counts.flagged;
  self->sight.n_touched = g_hash_table_size (self->touched);
  self->sight.tile = self->tile_words->str;
  self->sight.banner = self->banner_words->str;
  return &self->sight;
}
