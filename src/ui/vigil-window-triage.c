/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue in the window: what is next, what is attended to, decisions and their undo. */
#include <glib/gi18n-lib.h>

#include "vigil-clock.h"
#include "vigil-verdict-dialogs.h"
#include "vigil-window-private.h"
#include "vigil-words.h"

static VigilTriage *
triage_of (VigilWindow *self)
{
  return self->exam != NULL ? vigil_session_get_triage (self->access->session) : NULL;
}

/* The candidate whose page is before the operator's eyes, or NULL. */
static const VigilCandidate *
get_shown (VigilWindow *self)
{
  VigilHandle handle = vigil_candidate_page_get_candidate (self->candidate_page);

  if (handle == VIGIL_HANDLE_NONE || g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "candidate") != 0)
    return NULL;
  return vigil_roster_get (vigil_session_get_roster (self->access->session), handle);
}

/* Who has the focus in a view's own window. */
static const VigilCandidate *
get_shown_in (VigilWindow *self, GtkWindow *window)
{
  VigilHandle handle = vigil_window_get_target (self, window);

  return handle != VIGIL_HANDLE_NONE ? vigil_roster_get (vigil_session_get_roster (self->access->session), handle) : NULL;
}

/* Whether it is before the operator's eyes: nothing is decided about anybody else. */
static gboolean
is_shown (VigilWindow *self, GtkWindow *window, VigilTriageItem *item)
{
  const VigilCandidate *candidate = window != NULL ? get_shown_in (self, window) : get_shown (self);

  /* An incident has its page in the main window alone. */
  if (vigil_triage_item_get_group (item) != 0 && window != NULL)
    return FALSE;
  if (vigil_triage_item_get_group (item) != 0)
    return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "incident") == 0 && vigil_incident_page_get_item (self->incident_page) == item;
  return candidate != NULL && g_strcmp0 (candidate->id, vigil_triage_item_get_student_id (item)) == 0;
}

/* What can be decided in a window: what we look after and see there, as long as nobody else does and it is not decided. */
static VigilTriageItem *
find_item (VigilWindow *self, GtkWindow *window)
{
  VigilTriage *triage = triage_of (self);
  VigilTriageItem *item = triage != NULL && self->queue_panel != NULL ? vigil_triage_get_current (triage) : NULL;

  if (item == NULL || !is_shown (self, window, item) || vigil_triage_item_get_sending (item) || vigil_triage_item_get_state (item) == VIGIL_TRIAGE_COLLEAGUE)
    return NULL;
  return item;
}

/* What a key is about, in the window that the operator works in. */
static VigilTriageItem *
item_of (VigilWindow *self)
{
  return find_item (self, self->front);
}

/* Lands on the candidate, with the evidence of that moment. */
static void
show_item (VigilWindow *self, VigilTriageItem *item)
{
  const char *student_id = vigil_triage_item_get_student_id (item);
  const VigilCandidate *candidate;

  if (vigil_triage_item_get_group (item) != 0)
    {
      vigil_incident_page_set_item (self->incident_page, item);
      vigil_window_show_page (self, "incident");
      gtk_widget_child_focus (GTK_WIDGET (self->incident_page), GTK_DIR_TAB_FORWARD);
      if (self->front != NULL)
        gtk_window_present (GTK_WINDOW (self)); /* asked for in another window, which does not show it */
      return;
    }
  candidate = vigil_roster_lookup (vigil_session_get_roster (self->access->session), student_id);
  if (candidate == NULL)
    {
      vigil_window_toast (self, _("The list of candidates does not have this one yet."));
      return;
    }
  vigil_window_open_candidate (self, candidate->handle);
  vigil_candidate_page_show_violation (self->candidate_page, vigil_triage_item_get_violation (item));
}

static void
attend (VigilWindow *self, VigilTriageItem *item)
{
  g_autoptr (VigilTriageItem) alive = g_object_ref (item);

  vigil_triage_set_current (triage_of (self), item);
  show_item (self, alive);
}

/* -- actions -- */

static void
next_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;
  VigilTriage *triage = triage_of (self);
  VigilTriageItem *item = triage != NULL ? vigil_triage_next (triage) : NULL;

  if (item != NULL)
    show_item (self, item);
  else if (triage != NULL)
    vigil_window_toast (self, vigil_triage_get_current (triage) != NULL ? _("Nothing else waits.") : _("Nothing waits."));
}

static void
confirm_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;

  if (item_of (self) != NULL)
    vigil_triage_decide (triage_of (self), item_of (self), NULL, VIGIL_VERDICT_CONFIRMED, NULL, 0);
}

static void
dismiss_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;
  VigilTriageItem *item = item_of (self);

  if (item == NULL)
    return;
  /* An incident that explains nothing any more has only to be seen. */
  if (vigil_triage_item_get_violations (item)->len > 0)
    vigil_ask_dismiss (vigil_window_get_front (self), self->access->session, item);
  else
    vigil_triage_decide (triage_of (self), item, NULL, VIGIL_VERDICT_DISMISSED, NULL, 0);
}

static void
escalate_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;

  if (item_of (self) != NULL)
    vigil_ask_escalate (vigil_window_get_front (self), self->access->session, item_of (self));
}

static void
snooze_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;
  gint64 seconds = vigil_settings_get_int (self->settings, VIGIL_SETTING_SNOOZE);

  if (item_of (self) != NULL)
    vigil_triage_decide (triage_of (self), item_of (self), NULL, VIGIL_VERDICT_SNOOZED, NULL, vigil_clock_hall_ms () + seconds * 1000);
}

/* Nobody is confirmed to have done what an incident did. */
static void
split_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;
  VigilTriageItem *item = item_of (self);

  if (item != NULL && vigil_triage_item_get_group (item) != 0)
    vigil_triage_split (triage_of (self), item);
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;
  VigilTriageItem *item;

  if (triage_of (self) == NULL)
    return;
  if (vigil_triage_undo (triage_of (self), &item) == 0)
    vigil_window_toast (self, _("There is nothing to undo, or the hall has it already."));
  else if (item != NULL)
    attend (self, item);
}

void
vigil_window_let_go (VigilWindow *self)
{
  if (triage_of (self) != NULL)
    vigil_triage_set_current (triage_of (self), NULL);
}

static void
let_go_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  vigil_window_let_go (user_data);
}

static void
reveal (VigilWindow *self, gboolean shown)
{
  adw_flap_set_reveal_flap (self->flap, shown && self->queue_panel != NULL);
}

static void
show_queue_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  VigilWindow *self = user_data;

  g_simple_action_set_state (action, value);
  vigil_settings_set_boolean (self->settings, VIGIL_SETTING_SHOW_QUEUE, g_variant_get_boolean (value));
  reveal (self, g_variant_get_boolean (value));
  if (g_variant_get_boolean (value) && self->queue_panel != NULL)
    vigil_queue_panel_focus (self->queue_panel);
}

/* In a narrow window the queue lies over the wall, and a click beside it closes it. What was chosen stays so for the next time. */
static void
revealed_cb (VigilWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "show-queue");

  if (self->queue_panel != NULL)
    g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (adw_flap_get_reveal_flap (self->flap)));
}

static const GActionEntry decisions[] = {
  { "confirm", confirm_cb },
  { "dismiss", dismiss_cb },
  { "escalate", escalate_cb },
  { "snooze", snooze_cb },
  { "split", split_cb },
};

static const GActionEntry entries[] = {
  { "next", next_cb },
  { "undo-decision", undo_cb },
  { "let-go", let_go_cb },
  { "show-queue", NULL, NULL, "true", show_queue_cb },
};

static gboolean
may_decide (VigilWindow *self)
{
  return self->exam != NULL && self->queue_panel != NULL && vigil_session_may (self->access->session, VIGIL_ACTION_VERDICT);
}

static void
update_in (VigilWindow *self, GtkWindow *window)
{
  VigilTriageItem *item = may_decide (self) ? find_item (self, window) : NULL;
  gboolean is_incident = item != NULL && vigil_triage_item_get_group (item) != 0;
  gboolean empty = item != NULL && vigil_triage_item_get_violations (item)->len == 0;

  vigil_window_set_own_enabled (self, window, "confirm", item != NULL && !is_incident);
  vigil_window_set_own_enabled (self, window, "escalate", item != NULL && !is_incident);
  vigil_window_set_own_enabled (self, window, "snooze", item != NULL && !is_incident);
  vigil_window_set_own_enabled (self, window, "dismiss", item != NULL && (!empty || vigil_triage_item_get_over (item)));
  vigil_window_set_own_enabled (self, window, "split", is_incident && !empty);
}

void
vigil_window_update_triage (VigilWindow *self)
{
  gboolean joined = self->exam != NULL && self->queue_panel != NULL;
  gboolean may = may_decide (self);

  vigil_window_each (self, update_in);
  vigil_window_set_enabled (self, "next", may);
  vigil_window_set_enabled (self, "undo-decision", may);
  vigil_window_set_enabled (self, "let-go", may && vigil_triage_get_current (triage_of (self)) != NULL);
  vigil_window_set_enabled (self, "show-queue", joined);
  gtk_widget_set_visible (self->queue_button, joined);
}

void
vigil_window_add_own_decisions (VigilWindow *self, GtkWindow *window)
{
  vigil_window_add_own_actions (self, window, decisions, G_N_ELEMENTS (decisions));
}

void
vigil_window_init_triage (VigilWindow *self)
{
  vigil_window_add_own_decisions (self, NULL);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_object (self->flap, "notify::reveal-flap", G_CALLBACK (revealed_cb), self, G_CONNECT_SWAPPED);
}

/* -- what the queue tells -- */

static void
chosen_cb (VigilWindow *self, VigilTriageItem *item)
{
  attend (self, item);
}

/* Also when the one that was asked for turned out to be a colleague's. */
static void
current_changed_cb (VigilWindow *self)
{
  VigilTriageItem *item = vigil_triage_get_current (triage_of (self));
  const VigilCandidate *candidate = get_shown (self);

  vigil_window_update_triage (self);
  if (item != NULL && candidate != NULL && g_strcmp0 (candidate->id, vigil_triage_item_get_student_id (item)) != 0)
    show_item (self, item);
}

/* The incident that is shown was taken apart, or is settled. */
static void
items_changed_cb (VigilWindow *self)
{
  VigilTriageItem *shown = vigil_incident_page_get_item (self->incident_page);

  if (shown == NULL || vigil_triage_queue_get_position (vigil_triage_get_queue (triage_of (self)), shown) != G_MAXUINT)
    return;
  vigil_incident_page_set_item (self->incident_page, NULL);
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "incident") == 0)
    vigil_window_show_page (self, "wall");
}

static void
to_wall_cb (VigilWindow *self)
{
  vigil_window_show_page (self, "wall");
}

static void
claim_refused_cb (VigilWindow *self, const char *student_id, const GError *error)
{
  const VigilCandidate *candidate = vigil_roster_lookup (vigil_session_get_roster (self->access->session), student_id);
  g_autofree char *name = vigil_words_clean (candidate != NULL ? candidate->name : student_id);
  g_autofree char *who = vigil_session_error_get_holder (error) != NULL ? vigil_words_clean (vigil_session_error_get_holder (error)) : NULL;
  g_autofree char *why = who == NULL ? vigil_words_action_error (error) : NULL;
  /* Translators: a colleague, then the candidate's name. */
  g_autofree char *text = who != NULL ? g_strdup_printf (_("%s looks after %s already"), who, name)
                                      /* Translators: a candidate's name, then why we may not look after them. */
                                      : g_strdup_printf (_("%s: %s"), name, why);

  vigil_window_toast (self, text);
}

static gboolean
update_cb (gpointer user_data)
{
  VigilWindow *self = user_data;

  self->triage_id = 0;
  vigil_window_update_triage (self);
  return G_SOURCE_REMOVE;
}

/* A page of flags changes the counts a thousand times. */
static void
counts_changed_cb (VigilWindow *self)
{
  if (self->triage_id == 0)
    self->triage_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_cb, self, NULL);
}

static char *
describe_decision (guint n, VigilVerdict verdict)
{
  switch (verdict)
    {
    case VIGIL_VERDICT_CONFIRMED:
      return g_strdup_printf (ngettext ("Violation confirmed", "%u violations confirmed", n), n);
    case VIGIL_VERDICT_DISMISSED:
      return g_strdup_printf (ngettext ("Violation dismissed", "%u violations dismissed", n), n);
    case VIGIL_VERDICT_ESCALATED:
      return g_strdup_printf (ngettext ("Violation handed up", "%u violations handed up", n), n);
    case VIGIL_VERDICT_SNOOZED:
      return g_strdup_printf (ngettext ("Violation snoozed", "%u violations snoozed", n), n);
    case VIGIL_VERDICT_OPEN:
    default:
      return g_strdup ("");
    }
}

static void
decided_cb (VigilWindow *self, guint n, int verdict)
{
  g_autofree char *text = describe_decision (n, (VigilVerdict) verdict);
  int delay_ms = vigil_settings_get_int (self->settings, VIGIL_SETTING_UNDO_DELAY);
  AdwToast *toast = adw_toast_new (text);

  if (delay_ms >= 1000)
    {
      adw_toast_set_button_label (toast, _("Undo")); /* no mnemonic: Adwaita 1.2 would read the underscore out */
      adw_toast_set_action_name (toast, "win.undo-decision");
      adw_toast_set_timeout (toast, (guint) delay_ms / 1000);
    }
  /* Its button takes the last decision back: there must not be two of them. */
  if (self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_set_weak_pointer (&self->undo_toast, toast);
  vigil_window_add_toast (self, toast);
  vigil_window_update_triage (self);
}

void
vigil_window_build_queue (VigilWindow *self)
{
  VigilTriage *triage = triage_of (self);
  gboolean shown = vigil_settings_get_boolean (self->settings, VIGIL_SETTING_SHOW_QUEUE);
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "show-queue");

  self->queue_panel = VIGIL_QUEUE_PANEL (vigil_queue_panel_new (self->access->session));
  adw_bin_set_child (self->queue_bin, GTK_WIDGET (self->queue_panel));
  g_signal_connect_object (self->queue_panel, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (triage, "current-changed", G_CALLBACK (current_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (triage, "claim-refused", G_CALLBACK (claim_refused_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (triage, "decided", G_CALLBACK (decided_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_triage_get_queue (triage), "counts-changed", G_CALLBACK (counts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_triage_get_queue (triage), "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  self->incident_page = VIGIL_INCIDENT_PAGE (vigil_incident_page_new (self->access->session));
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->incident_page), "incident");
  g_signal_connect_object (self->incident_page, "open", G_CALLBACK (vigil_window_open_candidate), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->incident_page, "back", G_CALLBACK (to_wall_cb), self, G_CONNECT_SWAPPED);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (shown));
  reveal (self, shown);
}

void
vigil_window_remove_queue (VigilWindow *self)
{
  VigilTriage *triage = triage_of (self);

  g_signal_handlers_disconnect_by_data (triage, self);
  g_signal_handlers_disconnect_by_data (vigil_triage_get_queue (triage), self);
  g_clear_weak_pointer (&self->undo_toast);
  g_clear_handle_id (&self->triage_id, g_source_remove);
  self->queue_panel = NULL;
  gtk_stack_remove (self->stack, GTK_WIDGET (self->incident_page));
  self->incident_page = NULL;
  adw_bin_set_child (self->queue_bin, NULL);
  reveal (self, FALSE);
}
