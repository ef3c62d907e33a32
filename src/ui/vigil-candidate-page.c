/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One candidate: large video, score and why, violations with their evidence, actions. */
#include "vigil-candidate-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "vigil-attend-bar.h"
#include "vigil-clock.h"
#include "vigil-commands.h"
#include "vigil-evidence-loader.h"
#include "vigil-focus-card.h"
#include "vigil-score-card.h"
#include "vigil-snapshot-list.h"
#include "vigil-text.h"
#include "vigil-violation-row.h"
#include "vigil-words-coverage.h"
#include "vigil-words.h"

#define MAX_VIOLATIONS 40
#define EVIDENCE_SIDE 1600 /* pixels of an enlarged frame's longer side */

struct _VigilCandidatePage
{
  GtkWidget parent_instance;

  VigilSession        *session;
  VigilScoreSweeper   *sweeper;
  VigilEvidenceLoader *loader;
  VigilHandle          handle;
  VigilHandle          focused;   /* whom the stream controller counts us for; NONE: nobody */
  char                *student_id;
  GHashTable          *rows;      /* violation id → VigilViolationRow */
  GCancellable        *enlarging; /* of the frame that is, or will be, shown large */
  guint                tick_id;

  GtkWidget           *box;
  GtkBox              *stage_box;
  VigilAttendBar      *attend_bar;
  GtkStack            *stack;
  GtkBox              *video_box;
  VigilFocusCard      *card;
  VigilTile           *tile;       /* the card's */
  GtkLabel            *evidence_caption;
  GtkPicture          *evidence_picture;
  GtkLabel            *name_label;
  GtkLabel            *facts_label;
  GtkLabel            *state_label;
  GtkWidget           *outbox_box;
  GtkLabel            *outbox_label;
  GtkButton           *outbox_button;
  GtkWidget           *bypass_button;
  GtkWidget           *revoke_button;
  GtkWidget           *message_button;
  GtkWidget           *warn_button;
  GtkLabel            *bypass_label;
  GtkBox              *score_box;
  GtkBox              *snapshot_box;
  VigilSnapshotList   *snapshots;
  VigilScoreCard      *score_card;
  GtkListBox          *violations;
  GtkWidget           *none_label; /* not the list's placeholder: as its last child that takes the round corners off the last row */
};

G_DEFINE_FINAL_TYPE (VigilCandidatePage, vigil_candidate_page, GTK_TYPE_WIDGET)

static guint signal_back;

static const VigilCandidate *
candidate_of (VigilCandidatePage *self)
{
  if (self->handle == VIGIL_HANDLE_NONE)
    return NULL;
  return vigil_roster_get (vigil_session_get_roster (self->session), self->handle);
}

static char *
describe_facts (VigilCandidatePage *self, const VigilCandidate *candidate)
{
  g_autofree char *watched = NULL;
  VigilCoverageSums sums;
  g_autofree char *id = vigil_words_clean (candidate->id);
  g_autofree char *room = candidate->room != NULL ? vigil_words_clean (candidate->room) : NULL;
  g_autofree char *platform = candidate->platform != NULL ? vigil_words_clean (candidate->platform) : NULL;
  GString *text = g_string_new (id);

  if (room != NULL)
    g_string_append_printf (text, _(" · room %s"), room);
  if (platform != NULL)
    g_string_append_printf (text, " · %s", platform);
  vigil_coverage_get_sums (vigil_session_get_coverage (self->session), candidate->handle, &sums);
  watched = vigil_words_watched (&sums, vigil_clock_hall_ms ());
  g_string_append_printf (text, "\n%s", watched);
  return g_string_free (text, FALSE);
}

static char *
describe_bypass (const VigilBypass *bypass)
{
  g_autofree char *category = vigil_words_category (bypass->category != NULL ? bypass->category : "other");
  g_autofree char *reason = vigil_words_clean (bypass->reason);
  g_autofree char *by = vigil_words_clean (bypass->bypassed_by != NULL ? bypass->bypassed_by : "?");
  g_autofree char *until = bypass->expires_at_ms > 0 ? vigil_words_time (bypass->expires_at_ms) : NULL;
  GString *names = g_string_new (NULL);
  char *text;

  for (guint i = 0; bypass->signals != NULL && bypass->signals[i] != NULL; i++)
    {
      g_autofree char *word = vigil_words_signal (bypass->signals[i]);

      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", word);
    }
  /* Translators: who, until when, what is bypassed, category, reason. */
  text = g_strdup_printf (_("Bypassed by %s until %s (%s). %s: %s"), by, until != NULL ? until : _("the end of the exam"),
                          names->len > 0 ? names->str : _("all of proctoring"), category, reason);
  g_string_free (names, TRUE);
  return text;
}

static const char *
action_title (const VigilAction *action)
{
  switch (action->kind)
    {
    case VIGIL_ACTION_BYPASS:
      return _("Bypass");
    case VIGIL_ACTION_REVOKE_BYPASS:
      return _("Revoking the bypass");
    case VIGIL_ACTION_INTERVENTION:
      return g_strcmp0 (action->category, "warn") == 0 ? _("Warning") : _("Message");
    case VIGIL_ACTION_CLAIM:
      return _("Looking after");
    case VIGIL_ACTION_RELEASE:
      return _("Letting go");
    case VIGIL_ACTION_SNAPSHOT:
      return _("Snapshot");
    case VIGIL_ACTION_VERDICT:
    default:
      return _("Verdict");
    }
}

static const char *
outbox_button_label (VigilOutboxItem *item)
{
  if (vigil_outbox_item_get_state (item) == VIGIL_ACTION_REFUSED)
    return _("Dismiss");
  /* Once sent it cannot be taken back; one can only stop waiting for the answer. */
  return vigil_outbox_item_get_tries (item) > 0 ? _("Give Up") : _("Withdraw");
}

static void
update_outbox (VigilCandidatePage *self)
{
  VigilOutboxItem *item = self->student_id != NULL ? vigil_outbox_find (vigil_session_get_outbox (self->session), self->student_id) : NULL;
  g_autofree char *why = NULL;
  g_autofree char *text = NULL;
  const char *title;

  gtk_widget_set_visible (self->outbox_box, item != NULL);
  if (item == NULL)
    return;
  title = action_title (vigil_outbox_item_get_action (item));
  if (vigil_outbox_item_get_error (item) != NULL)
    why = vigil_words_action_error (vigil_outbox_item_get_error (item));
  if (g_error_matches (vigil_outbox_item_get_error (item), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ABANDONED))
    /* Translators: an action ("Bypass"), then that nobody knows whether the hall has it. */
    text = g_strdup_printf (_("%s: given up. %s"), title, why != NULL ? why : "");
  else if (vigil_outbox_item_get_state (item) == VIGIL_ACTION_REFUSED)
    /* Translators: an action ("Bypass"), then why the hall refused it. */
    text = g_strdup_printf (_("%s: refused. %s"), title, why != NULL ? why : "");
  else if (why != NULL)
    /* Translators: an action ("Bypass"), how many tries, what went wrong. */
    text = g_strdup_printf (_("%s: not through yet (%u tries), it is tried again. %s"), title, vigil_outbox_item_get_tries (item), why);
  else
    text = g_strdup_printf (_("%s: waiting for the hall…"), title);
  vigil_text_set (self->outbox_label, text);
  gtk_button_set_label (self->outbox_button, outbox_button_label (item));
}

static void
update_actions (VigilCandidatePage *self, const VigilCandidate *candidate)
{
  gboolean bypassed = vigil_tile_get_look (self->tile)->bypassed;
  gboolean may_bypass = vigil_session_may (self->session, VIGIL_ACTION_BYPASS);
  gboolean may_speak = vigil_session_may (self->session, VIGIL_ACTION_INTERVENTION);
  g_autofree char *text = bypassed && candidate->bypass != NULL ? describe_bypass (candidate->bypass) : NULL;

  gtk_widget_set_visible (self->bypass_button, may_bypass);
  gtk_button_set_label (GTK_BUTTON (self->bypass_button), bypassed ? _("Change Bypass…") : _("Bypass…"));
  gtk_widget_set_visible (self->revoke_button, bypassed && vigil_session_may (self->session, VIGIL_ACTION_REVOKE_BYPASS));
  gtk_widget_set_visible (self->message_button, may_speak);
  gtk_widget_set_visible (self->warn_button, may_speak);
  gtk_widget_set_visible (GTK_WIDGET (self->bypass_label), text != NULL);
  if (text != NULL)
    vigil_text_set (self->bypass_label, text);
}

/* The video stays what it is while evidence covers it: who listens goes on listening, and the way back is short. */
static void
sync_focus (VigilCandidatePage *self)
{
  VigilStreamController *streams = vigil_session_get_streams (self->session);
  VigilHandle wanted = gtk_widget_get_mapped (GTK_WIDGET (self)) ? self->handle : VIGIL_HANDLE_NONE;

  if (wanted == self->focused)
    return;
  if (wanted != VIGIL_HANDLE_NONE)
    vigil_stream_controller_set_focused (streams, wanted, TRUE);
  if (self->focused != VIGIL_HANDLE_NONE)
    vigil_stream_controller_set_focused (streams, self->focused, FALSE);
  self->focused = wanted;
}

static gboolean
is_covered (VigilCandidatePage *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "evidence") == 0;
}

/* Behind evidence the tile reads no scores: its look would say for ever what it was when it was covered.
 * Returns: seconds; −1: fresh, or there is none. */
static int
score_age (VigilCandidatePage *self, const VigilScore *score)
{
  gint64 age_us = vigil_score_get_age_us (score, vigil_clock_monotonic_us (), vigil_clock_hall_ms ());
  gint64 stale_s = vigil_settings_get_int (vigil_session_get_settings (self->session), VIGIL_SETTING_STALE_SCORE);

  return age_us >= stale_s * G_USEC_PER_SEC ? (int) MIN (age_us / G_USEC_PER_SEC, G_MAXINT) : -1;
}

/* The line below the name. Returns: (transfer full). */
static char *
describe_state (VigilCandidatePage *self, const VigilCandidate *candidate, const VigilTileLook *look)
{
  gboolean quiet = !look->bypassed && look->score_age_s < 0;

  if (is_covered (self) && quiet && look->left_s < 0 && !look->action_pending && !look->action_refused)
    return g_strdup (_("Evidence, not live video"));
  if (look->picture == VIGIL_PICTURE_LIVE && quiet)
    return look->picture_age_s >= 0 ? vigil_tile_look_age_words (look) : g_strdup (_("Live"));
  if (look->picture == VIGIL_PICTURE_STILL && quiet && !is_covered (self) && look->glyph != VIGIL_GLYPH_FAILED)
    return vigil_tile_look_age_words (look);
  return vigil_tile_look_describe (look, candidate);
}

static void
update (VigilCandidatePage *self)
{
  const VigilCandidate *candidate = candidate_of (self);
  VigilTileLook look;
  g_autofree char *name = NULL;
  g_autofree char *facts = NULL;
  g_autofree char *state = NULL;
  g_autoptr (GPtrArray) known = NULL;
  VigilScore score;

  if (candidate == NULL)
    return;
  vigil_score_store_read (vigil_session_get_store (self->session), self->handle, &score);
  if (is_covered (self))
    vigil_tile_refresh (self->tile);
  look = *vigil_tile_get_look (self->tile);
  if (is_covered (self))
    {
      look.score_age_s = score_age (self, &score);
      look.picture = VIGIL_PICTURE_STILL; /* and nothing to say of it */
      look.glyph = VIGIL_GLYPH_NONE;
    }
  name = vigil_words_clean (candidate->name);
  facts = describe_facts (self, candidate);
  state = describe_state (self, candidate, &look);
  vigil_text_set (self->name_label, name);
  vigil_text_set (self->facts_label, facts);
  vigil_text_set (self->state_label, state);
  update_actions (self, candidate);
  update_outbox (self);
  known = vigil_session_dup_violations (self->session, self->student_id);
  vigil_score_card_set_score (self->score_card, vigil_session_get_policy (self->session), &score, known,
                              vigil_clock_hall_ms (), look.score_age_s);
}

static void
evidence_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilCandidatePage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = vigil_evidence_loader_load_finish (VIGIL_EVIDENCE_LOADER (source), result, &error);

  if (texture != NULL)
    gtk_picture_set_paintable (self->evidence_picture, GDK_PAINTABLE (texture));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    gtk_label_set_text (self->evidence_caption, vigil_words_error_title (error));
}

/* A frame that comes late must not stand under the caption of another. */
static void
stop_enlarging (VigilCandidatePage *self)
{
  if (self->enlarging != NULL)
    g_cancellable_cancel (self->enlarging);
  g_clear_object (&self->enlarging);
  gtk_picture_set_paintable (self->evidence_picture, NULL);
}

/* Nothing of the frame stays behind the video, nor its memory. */
static void
back_to_video_cb (VigilCandidatePage *self)
{
  stop_enlarging (self);
  gtk_stack_set_visible_child_name (self->stack, "video");
  gtk_label_set_text (self->evidence_caption, "");
  update (self);
}

static void
enlarge (VigilCandidatePage *self, VigilEvidenceItem *item, const char *caption)
{
  stop_enlarging (self);
  self->enlarging = g_cancellable_new ();
  gtk_label_set_text (self->evidence_caption, caption);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->evidence_picture), GTK_ACCESSIBLE_PROPERTY_LABEL, caption, -1);
  gtk_stack_set_visible_child_name (self->stack, "evidence");
  update (self);
  vigil_evidence_loader_load_async (self->loader, item, EVIDENCE_SIDE, self->enlarging, evidence_cb, g_object_ref (self));
}

static void
enlarge_cb (VigilCandidatePage *self, VigilEvidenceItem *item, VigilViolationRow *row)
{
  VigilViolation *violation = vigil_violation_row_get_violation (row);
  g_autofree char *when = vigil_words_time (item->at_ms);
  g_autofree char *what = vigil_words_violation (vigil_session_get_policy (self->session), violation->type);
  /* Translators: what was seen, then the time the frame was captured. */
  g_autofree char *caption = g_strdup_printf (_("%s. Captured at %s, not live"), what, when);

  enlarge (self, item, caption);
}

static void
enlarge_snapshot_cb (VigilCandidatePage *self, VigilEvidenceItem *item)
{
  g_autofree char *caption = vigil_snapshot_list_caption (item);

  enlarge (self, item, caption);
}

static int
newest_first (GtkListBoxRow *a, GtkListBoxRow *b, gpointer user_data)
{
  gint64 at_a = vigil_violation_row_get_violation (VIGIL_VIOLATION_ROW (a))->at_ms;
  gint64 at_b = vigil_violation_row_get_violation (VIGIL_VIOLATION_ROW (b))->at_ms;

  return at_a == at_b ? 0 : at_a > at_b ? -1 : 1;
}

static void
update_none (VigilCandidatePage *self)
{
  gboolean any = g_hash_table_size (self->rows) > 0;

  gtk_widget_set_visible (GTK_WIDGET (self->violations), any);
  gtk_widget_set_visible (self->none_label, !any);
}

static void
drop_oldest (VigilCandidatePage *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->violations, MAX_VIOLATIONS);

  if (row == NULL)
    return;
  g_hash_table_remove (self->rows, vigil_violation_row_get_violation (VIGIL_VIOLATION_ROW (row))->id);
  gtk_list_box_remove (self->violations, GTK_WIDGET (row));
}

static void
show_violation (VigilCandidatePage *self, VigilViolation *violation)
{
  VigilViolationRow *row = g_hash_table_lookup (self->rows, violation->id);

  if (row != NULL)
    {
      vigil_violation_row_set_violation (row, violation);
      return;
    }
  row = VIGIL_VIOLATION_ROW (vigil_violation_row_new (vigil_session_get_policy (self->session), self->loader));
  vigil_violation_row_set_violation (row, violation);
  g_signal_connect_object (row, "enlarge", G_CALLBACK (enlarge_cb), self, G_CONNECT_SWAPPED);
  g_hash_table_insert (self->rows, g_strdup (violation->id), row);
  gtk_list_box_append (self->violations, GTK_WIDGET (row));
  drop_oldest (self);
  update_none (self);
}

static void
violation_cb (VigilSession *session, VigilViolation *violation, gpointer user_data)
{
  VigilCandidatePage *self = user_data;

  if (self->student_id != NULL && g_strcmp0 (violation->student_id, self->student_id) == 0)
    show_violation (self, violation);
}

static void
candidate_changed_cb (VigilRoster *roster, guint handle, guint fields, gpointer user_data)
{
  VigilCandidatePage *self = user_data;

  if (handle != self->handle || handle == VIGIL_HANDLE_NONE)
    return;
  vigil_focus_card_refresh (self->card);
  update (self);
}

static gboolean
tick_cb (gpointer user_data)
{
  VigilCandidatePage *self = user_data;

  update (self);
  return G_SOURCE_CONTINUE;
}

static void
let_go (VigilCandidatePage *self)
{
  g_clear_handle_id (&self->tick_id, g_source_remove);
  if (self->enlarging != NULL)
    g_cancellable_cancel (self->enlarging);
  g_clear_object (&self->enlarging);
  self->handle = VIGIL_HANDLE_NONE;
  sync_focus (self);
  g_clear_pointer (&self->student_id, g_free);
  if (self->card != NULL)
    vigil_focus_card_set_candidate (self->card, VIGIL_HANDLE_NONE);
}

static void
clear_violations (VigilCandidatePage *self)
{
  GtkListBoxRow *row;

  g_hash_table_remove_all (self->rows);
  while ((row = gtk_list_box_get_row_at_index (self->violations, 0)) != NULL)
    gtk_list_box_remove (self->violations, GTK_WIDGET (row));
  update_none (self);
}

void
vigil_candidate_page_set_candidate (VigilCandidatePage *self, VigilHandle handle)
{
  const VigilCandidate *candidate;
  g_autoptr (GPtrArray) known = NULL;

  g_return_if_fail (VIGIL_IS_CANDIDATE_PAGE (self));

  if (handle == self->handle)
    return;
  let_go (self);
  clear_violations (self);
  back_to_video_cb (self);
  candidate = handle != VIGIL_HANDLE_NONE ? vigil_roster_get (vigil_session_get_roster (self->session), handle) : NULL;
  vigil_attend_bar_set_student (self->attend_bar, candidate != NULL ? candidate->id : NULL);
  vigil_snapshot_list_set_student (self->snapshots, candidate != NULL ? candidate->id : NULL);
  if (candidate == NULL)
    return;
  self->handle = handle;
  self->student_id = g_strdup (candidate->id);
  vigil_focus_card_set_candidate (self->card, handle);
  sync_focus (self);
  known = vigil_session_dup_violations (self->session, self->student_id);
  for (guint i = 0; known != NULL && i < known->len && i < MAX_VIOLATIONS; i++)
    show_violation (self, known->pdata[i]);
  vigil_session_load_violations (self->session, self->student_id);
  self->tick_id = g_timeout_add_seconds (1, tick_cb, self);
  update (self);
}

/* The frame that was captured nearest to the moment. */
static VigilEvidenceItem *
find_frame (VigilViolation *violation)
{
  VigilEvidenceItem *nearest = NULL;

  for (guint i = 0; violation->evidence != NULL && i < violation->evidence->len; i++)
    {
      VigilEvidenceItem *item = violation->evidence->pdata[i];

      if (g_strcmp0 (item->kind, "audio") != 0 &&
          (nearest == NULL || ABS (item->at_ms - violation->at_ms) < ABS (nearest->at_ms - violation->at_ms)))
        nearest = item;
    }
  return nearest;
}

void
vigil_candidate_page_show_violation (VigilCandidatePage *self, VigilViolation *violation)
{
  VigilEvidenceItem *frame;

  g_return_if_fail (VIGIL_IS_CANDIDATE_PAGE (self));

  if (g_strcmp0 (violation->student_id, self->student_id) != 0)
    return;
  show_violation (self, violation);
  frame = find_frame (violation);
  if (frame != NULL && g_hash_table_lookup (self->rows, violation->id) != NULL)
    enlarge_cb (self, frame, g_hash_table_lookup (self->rows, violation->id));
}

static void
attend_cb (VigilCandidatePage *self, VigilTriageItem *item)
{
  vigil_triage_set_current (vigil_session_get_triage (self->session), item);
}

VigilFocusCard *
vigil_candidate_page_get_card (VigilCandidatePage *self)
{
  g_return_val_if_fail (VIGIL_IS_CANDIDATE_PAGE (self), NULL);

  return self->card;
}

VigilHandle
vigil_candidate_page_get_candidate (VigilCandidatePage *self)
{
  g_return_val_if_fail (VIGIL_IS_CANDIDATE_PAGE (self), VIGIL_HANDLE_NONE);

  return self->handle;
}

guint
vigil_candidate_page_get_n_violations (VigilCandidatePage *self)
{
  g_return_val_if_fail (VIGIL_IS_CANDIDATE_PAGE (self), 0);

  return g_hash_table_size (self->rows);
}

static void
outbox_button_cb (VigilCandidatePage *self)
{
  VigilOutbox *outbox = vigil_session_get_outbox (self->session);
  VigilOutboxItem *item = vigil_outbox_find (outbox, self->student_id);

  if (item == NULL)
    return;
  if (vigil_outbox_item_get_state (item) == VIGIL_ACTION_REFUSED)
    vigil_outbox_dismiss (outbox, item);
  else if (!vigil_outbox_withdraw (outbox, item) && !vigil_outbox_abandon (outbox, item))
    vigil_text_set (self->outbox_label, _("It has been sent already; the hall’s answer decides."));
}

static gboolean
key_cb (GtkEventControllerKey *key, guint keyval, guint keycode, GdkModifierType state, gpointer user_data)
{
  VigilCandidatePage *self = user_data;

  if (keyval != GDK_KEY_Escape)
    return vigil_commands_press (GTK_WIDGET (self), keyval, state, VIGIL_KEYS_CANDIDATE);
  if (is_covered (self))
    back_to_video_cb (self);
  else
    g_signal_emit (self, signal_back, 0);
  return GDK_EVENT_STOP;
}

static void
vigil_candidate_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (vigil_candidate_page_parent_class)->map (widget);
  sync_focus (VIGIL_CANDIDATE_PAGE (widget));
}

static void
vigil_candidate_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (vigil_candidate_page_parent_class)->unmap (widget);
  sync_focus (VIGIL_CANDIDATE_PAGE (widget));
}

static void
vigil_candidate_page_dispose (GObject *object)
{
  VigilCandidatePage *self = VIGIL_CANDIDATE_PAGE (object);

  if (self->session != NULL)
    let_go (self);
  self->card = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_object (&self->loader);
  g_clear_object (&self->sweeper);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_candidate_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/vigil/Vigil/ui/vigil-candidate-page.ui");
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, box);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, stage_box);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, stack);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, video_box);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, evidence_caption);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, evidence_picture);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, name_label);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, facts_label);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, state_label);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, outbox_box);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, outbox_label);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, outbox_button);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, bypass_button);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, revoke_button);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, message_button);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, warn_button);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, bypass_label);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, score_box);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, snapshot_box);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, violations);
  gtk_widget_class_bind_template_child (widget_class, VigilCandidatePage, none_label);
  gtk_widget_class_bind_template_callback (widget_class, outbox_button_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_to_video_cb);
}

static void
vigil_candidate_page_class_init (VigilCandidatePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_candidate_page_dispose;
  widget_class->map = vigil_candidate_page_map;
  widget_class->unmap = vigil_candidate_page_unmap;
  signal_back = g_signal_new ("back", VIGIL_TYPE_CANDIDATE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  bind_template (widget_class);
}

static void
vigil_candidate_page_init (VigilCandidatePage *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();

  self->handle = self->focused = VIGIL_HANDLE_NONE;
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->score_card = VIGIL_SCORE_CARD (vigil_score_card_new ());
  gtk_box_append (self->score_box, GTK_WIDGET (self->score_card));
  gtk_list_box_set_sort_func (self->violations, newest_first, NULL, NULL);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

GtkWidget *
vigil_candidate_page_new (VigilSession *session, VigilScoreSweeper *sweeper)
{
  VigilCandidatePage *self = g_object_new (VIGIL_TYPE_CANDIDATE_PAGE, NULL);
  VigilOutbox *outbox = vigil_session_get_outbox (session);

  self->session = g_object_ref (session);
  self->sweeper = g_object_ref (sweeper);
  self->loader = vigil_evidence_loader_new (vigil_session_get_directory (session), vigil_session_get_settings (session));
  self->card = VIGIL_FOCUS_CARD (vigil_focus_card_new (session, self->sweeper, FALSE));
  self->tile = vigil_focus_card_get_tile (self->card);
  gtk_widget_set_vexpand (GTK_WIDGET (self->card), TRUE);
  gtk_box_append (self->video_box, GTK_WIDGET (self->card));
  self->snapshots = VIGIL_SNAPSHOT_LIST (vigil_snapshot_list_new (session, self->loader));
  gtk_box_append (self->snapshot_box, GTK_WIDGET (self->snapshots));
  g_signal_connect_object (self->snapshots, "enlarge", G_CALLBACK (enlarge_snapshot_cb), self, G_CONNECT_SWAPPED);
  self->attend_bar = VIGIL_ATTEND_BAR (vigil_attend_bar_new (session));
  gtk_box_prepend (self->stage_box, GTK_WIDGET (self->attend_bar));
  g_signal_connect_object (self->attend_bar, "attend", G_CALLBACK (attend_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "violation", G_CALLBACK (violation_cb), self, 0);
  g_signal_connect_object (vigil_session_get_roster (session), "candidate-changed", G_CALLBACK (candidate_changed_cb), self, 0);
  g_signal_connect_object (outbox, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (outbox, "item-settled", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
