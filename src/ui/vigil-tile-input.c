/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pointer and keyboard on a tile: hover actions, double click, context menu, tooltips. */
#include <glib/gi18n-lib.h>

#include "vigil-clock.h"
#include "vigil-tile-private.h"
#include "vigil-words-coverage.h"
#include "vigil-words.h"

static gboolean
inside (VigilTile *self, int which, double x, double y)
{
  graphene_rect_t rect;

  vigil_tile_hover_rect (self, which, &rect);
  return graphene_rect_contains_point (&rect, &GRAPHENE_POINT_INIT ((float) x, (float) y));
}

static void
toggle_pin (VigilTile *self)
{
  const VigilCandidate *candidate = vigil_tile_get_candidate (self);

  if (candidate != NULL)
    vigil_roster_set_pinned (vigil_session_get_roster (self->session), self->handle, !candidate->pinned);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  VigilTile *self = user_data;

  if (vigil_tile_get_section (self) != NULL && n_press > 1)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  if (n_press != 1)
    return;
  if (vigil_tile_get_section (self) != NULL)
    {
      /* It does one thing, so one click is enough; the grid would take two for another. */
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      g_signal_emit_by_name (self, "open");
      return;
    }
  if (!self->hovered)
    return;
  if (inside (self, 0, x, y))
    toggle_pin (self);
  else if (inside (self, 1, x, y))
    g_signal_emit_by_name (self, "menu-requested", x, y);
  else
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
secondary_cb (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit_by_name (user_data, "menu-requested", x, y);
}

static void
set_hovered (VigilTile *self, gboolean hovered)
{
  if (self->hovered == hovered)
    return;
  self->hovered = hovered;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
enter_cb (GtkEventControllerMotion *motion, double x, double y, gpointer user_data)
{
  set_hovered (user_data, TRUE);
}

static void
leave_cb (GtkEventControllerMotion *motion, gpointer user_data)
{
  set_hovered (user_data, FALSE);
}

void
vigil_tile_init_input (VigilTile *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *primary = gtk_gesture_click_new ();
  GtkGesture *secondary = gtk_gesture_click_new ();

  g_signal_connect (motion, "enter", G_CALLBACK (enter_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (primary), GDK_BUTTON_PRIMARY);
  g_signal_connect (primary, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (primary));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (secondary), GDK_BUTTON_SECONDARY);
  g_signal_connect (secondary, "pressed", G_CALLBACK (secondary_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (secondary));
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit_by_name (widget, "open");
}

static void
pin_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  toggle_pin (VIGIL_TILE (widget));
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit_by_name (widget, "menu-requested", gtk_widget_get_width (widget) / 2.0, gtk_widget_get_height (widget) / 2.0);
}

void
vigil_tile_class_init_input (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "tile.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "tile.pin", NULL, pin_action);
  gtk_widget_class_install_action (widget_class, "tile.menu", NULL, menu_action);
}

static char *
chips_tooltip (VigilTile *self, const VigilCandidate *candidate)
{
  GString *text = g_string_new (NULL);

  if (vigil_tile_get_exempt_words (self) != NULL)
    g_string_append_printf (text, "%s\n", vigil_tile_get_exempt_words (self));
  if (self->look.open_flags > 0)
    g_string_append_printf (text, ngettext ("%u flag nobody has attended to\n", "%u flags nobody has attended to\n", self->look.open_flags), self->look.open_flags);
  if (self->look.hand)
    g_string_append (text, _("The candidate raised a hand\n"));
  if (self->look.bypassed && candidate->bypass != NULL)
    {
      g_autofree char *reason = vigil_words_clean (candidate->bypass->reason);
      g_autofree char *by = vigil_words_clean (candidate->bypass->bypassed_by != NULL ? candidate->bypass->bypassed_by : "?");

      g_string_append_printf (text, _("Proctoring is bypassed by %s: %s\n"), by, reason);
    }
  if (self->look.claimed)
    {
      g_autofree char *who = vigil_words_clean (candidate->claimed_by);

      g_string_append_printf (text, _("Claimed by %s\n"), who);
    }
  if (self->look.pinned)
    g_string_append (text, _("Pinned: stays live\n"));
  g_strchomp (text->str);
  return g_string_free (text, FALSE);
}

static char *
describe_watched (VigilTile *self)
{
  VigilCoverageSums sums;

  vigil_coverage_get_sums (vigil_session_get_coverage (self->session), self->handle, &sums);
  return vigil_words_watched (&sums, vigil_clock_hall_ms ());
}

gboolean
vigil_tile_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  VigilTile *self = VIGIL_TILE (widget);
  const VigilCandidate *candidate = vigil_tile_get_candidate (self);
  const char *why = vigil_tile_get_exempt_words (self);
  g_autofree char *text = NULL;

  if (vigil_tile_get_section (self) != NULL)
    {
      gtk_tooltip_set_text (tooltip, vigil_tile_get_section (self)->kind == VIGIL_SECTION_CRITICAL ? _("Filters and folded rooms hide nobody with a critical flag until somebody attends to it.")
                                     : vigil_tile_get_section (self)->folded ? _("Unfold this room") : _("Fold this room"));
      return TRUE;
    }
  if (candidate == NULL)
    return FALSE;
  if (!keyboard && y > gtk_widget_get_height (widget) - vigil_tile_get_strip (self))
    {
      g_autofree char *name = vigil_words_clean (candidate->name);
      g_autofree char *id = vigil_words_clean (candidate->id);
      g_autofree char *score = vigil_words_score (self->look.score, self->look.band);

      g_autofree char *watched = describe_watched (self);

      text = g_strdup_printf ("%s\n%s · %s\n%s%s%s", name, id, score, watched, why != NULL ? "\n" : "", why != NULL ? why : "");
    }
  else if (!keyboard && self->hovered && inside (self, 0, x, y))
    text = g_strdup (candidate->pinned ? _("Unpin") : _("Pin: keep this one live"));
  else if (!keyboard && self->hovered && inside (self, 1, x, y))
    text = g_strdup (_("Actions"));
  else if (!keyboard && y < TILE_PAD + TILE_CHIP + 10 && x > TILE_PAD + TILE_CHIP + 10)
    text = chips_tooltip (self, candidate);
  else if (keyboard && why != NULL)
    text = g_strdup (why);
  else if (keyboard || y < TILE_PAD + TILE_CHIP + 10)
    text = vigil_tile_look_explain (&self->look, self->stream);
  else
    return FALSE; /* nothing pops up over a face */
  if (text[0] == '\0')
    return FALSE;
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}
