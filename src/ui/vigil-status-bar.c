/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bar that always tells the truth: feed, SFU, evidence, how many, how fresh. */
#include "vigil-status-bar.h"

#include <glib/gi18n-lib.h>

#include "vigil-clock.h"
#include "vigil-coverage-button.h"
#include "vigil-trouble.h"
#include "vigil-text.h"
#include "vigil-words.h"

typedef struct
{
  GtkWidget  *button;
  GtkWidget  *dot;
  GtkWidget  *label;
  const char *css_class;
  VigilLinkState state; /* that the accessible name tells */
} Part;

struct _VigilStatusBar
{
  GtkWidget parent_instance;

  VigilSession *session;
  guint         timer_id;
  GtkWidget    *box;
  Part          parts[VIGIL_N_PARTS];
  GtkWidget    *actions;
  GtkWidget    *coverage;
  GtkWidget    *counts;
  GtkWidget    *freshness;
  gboolean      quiet;     /* what the freshness looks like */
};

G_DEFINE_FINAL_TYPE (VigilStatusBar, vigil_status_bar, GTK_TYPE_WIDGET)

/* The dot's shape differs as well as its colour. */
static const char *
dot_of (VigilLinkState state, const char **css_class)
{
  switch (state)
    {
    case VIGIL_LINK_CONNECTED:
      *css_class = "success";
      return "●";
    case VIGIL_LINK_DEGRADED:
      *css_class = "warning";
      return "◐";
    case VIGIL_LINK_CONNECTING:
    case VIGIL_LINK_RECONNECTING:
      *css_class = "warning";
      return "○";
    case VIGIL_LINK_REFUSED:
      *css_class = "error";
      return "✕";
    case VIGIL_LINK_OFFLINE:
    default:
      *css_class = "dim-label";
      return "○";
    }
}

/* Stills stand where video does not: because there is none here, or because nobody wants it. */
static gboolean
is_without_video (VigilStatusBar *self, VigilPart part)
{
  return part == VIGIL_PART_SFU &&
         (vigil_session_get_rung (self->session) != VIGIL_RUNG_LIVE || !vigil_session_has_video (self->session));
}

static VigilLinkState
state_without_video (VigilStatusBar *self)
{
  VigilLinkState feed = vigil_session_get_link (self->session, VIGIL_PART_FEED)->state;
  VigilStillCounts counts;

  if (vigil_session_get_rung (self->session) == VIGIL_RUNG_SCORE || (feed != VIGIL_LINK_CONNECTED && feed != VIGIL_LINK_DEGRADED))
    return VIGIL_LINK_OFFLINE;
  vigil_stills_get_counts (vigil_session_get_stills (self->session), &counts);
  return counts.paused ? VIGIL_LINK_DEGRADED : VIGIL_LINK_CONNECTED;
}

static char *
words_without_video (VigilStatusBar *self)
{
  VigilStillCounts counts;

  if (vigil_session_get_rung (self->session) == VIGIL_RUNG_SCORE)
    return g_strdup (_("Scores only"));
  vigil_stills_get_counts (vigil_session_get_stills (self->session), &counts);
  if (vigil_session_has_video (self->session))
    /* Translators: how many stills are on screen; somebody chose to see no live video. */
    return g_strdup_printf (_("Stills only: %u"), counts.shown);
  /* Translators: how many stills are on screen, in a hall without live video. */
  return g_strdup_printf (_("Stills %u"), counts.shown);
}

static char *
part_words (VigilStatusBar *self, VigilPart part, const VigilLinkStatus *link, gint64 now_us)
{
  const char *name = vigil_words_part (part);
  gint64 retry_s = (link->retry_us - now_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

  if (is_without_video (self, part))
    return words_without_video (self);
  if (link->state == VIGIL_LINK_RECONNECTING && link->retry_us > 0 && retry_s > 0)
    /* Translators: a part of the hall ("Feed"), then how long until the next try. */
    return g_strdup_printf (_("%s reconnecting in %d s"), name, (int) retry_s);
  if (link->state != VIGIL_LINK_CONNECTED && link->state != VIGIL_LINK_DEGRADED)
    /* Translators: a part of the hall ("Feed") and its state ("connecting"). */
    return g_strdup_printf (_("%s %s"), name, vigil_words_link (link->state));
  if (part == VIGIL_PART_FEED && link->state == VIGIL_LINK_DEGRADED &&
      vigil_hall_feed_get_error (vigil_session_get_feed (self->session)) != NULL)
    /* Translators: a part of the hall ("Feed"), whose messages come faster than this computer can show them. */
    return g_strdup_printf (_("%s: this computer cannot keep up"), name);
  if (part == VIGIL_PART_FEED)
    {
      double rtt = vigil_hall_feed_get_rtt_ms (vigil_session_get_feed (self->session));

      if (rtt >= 0)
        /* Translators: a part of the hall ("Feed") and its round trip in milliseconds. */
        return g_strdup_printf (_("%s %.0f ms"), name, rtt);
    }
  if (part == VIGIL_PART_SFU)
    {
      VigilStreamCounts counts;

      vigil_stream_controller_get_counts (vigil_session_get_streams (self->session), &counts);
      /* Translators: "SFU 28 live · 12 warm". */
      return g_strdup_printf (_("%s %u live · %u warm"), name, counts.live, counts.warm);
    }
  return g_strdup (name);
}

/* What the server of live video cannot do; NULL: nothing, or there is no live video. (transfer full). */
static char *
describe_limits (VigilStatusBar *self, VigilPart part)
{
  VigilSfuAbilities abilities;

  if (part != VIGIL_PART_SFU || is_without_video (self, part) ||
      vigil_session_get_link (self->session, part)->state != VIGIL_LINK_CONNECTED)
    return NULL;
  vigil_stream_controller_get_abilities (vigil_session_get_streams (self->session), &abilities);
  return vigil_trouble_describe_sfu_limits (&abilities);
}

static void
update_part (VigilStatusBar *self, VigilPart which, gint64 now_us)
{
  Part *part = &self->parts[which];
  const VigilLinkStatus *link = vigil_session_get_link (self->session, which);
  VigilLinkState state = is_without_video (self, which) ? state_without_video (self) : link->state;
  g_autofree char *words = part_words (self, which, link, now_us);
  const char *css_class;

  vigil_text_set (GTK_LABEL (part->dot), dot_of (state, &css_class));
  if (state != part->state || g_strcmp0 (gtk_label_get_text (GTK_LABEL (part->label)), words) != 0)
    {
      g_autofree char *name = g_strdup_printf ("%s. %s", words, vigil_words_link (state));
      g_autofree char *limits = describe_limits (self, which);

      part->state = state;
      gtk_label_set_text (GTK_LABEL (part->label), words);
      gtk_accessible_update_property (GTK_ACCESSIBLE (part->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, limits != NULL ? limits : "", -1);
    }
  if (css_class != part->css_class)
    {
      if (part->css_class != NULL)
        gtk_widget_remove_css_class (part->dot, part->css_class);
      gtk_widget_add_css_class (part->dot, css_class);
      part->css_class = css_class;
    }
}

/* Asked for, not set: setting one has GTK put up and take down its window, wherever the pointer is. */
static gboolean
query_tooltip_cb (GtkWidget *button, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer user_data)
{
  VigilStatusBar *self = user_data;

  for (int i = 0; i < VIGIL_N_PARTS; i++)
    if (self->parts[i].button == button)
      {
        g_autofree char *text = is_without_video (self, i) ? vigil_trouble_describe_stills (self->session)
                              : vigil_trouble_describe_link (vigil_session_get_link (self->session, i), vigil_clock_monotonic_us ());
        g_autofree char *limits = describe_limits (self, i);
        g_autofree char *both = limits != NULL ? g_strdup_printf ("%s\n%s", text, limits) : NULL;

        gtk_tooltip_set_text (tooltip, both != NULL ? both : text);
        return TRUE;
      }
  return FALSE;
}

static void
update_counts (VigilStatusBar *self)
{
  VigilRosterCounts counts;
  GString *text = g_string_new (NULL);
  guint pending = vigil_outbox_get_n_pending (vigil_session_get_outbox (self->session));
  g_autofree char *waiting = NULL;

  vigil_roster_get_counts (vigil_session_get_roster (self->session), &counts);
  /* Translators: connected candidates of all, then those whose camera is streaming. */
  g_string_append_printf (text, _("%'u of %'u here · %'u streaming"), counts.connected, counts.candidates, counts.streaming);
  if (counts.flagged > 0)
    g_string_append_printf (text, _(" · %'u flagged"), counts.flagged);
  if (counts.bypassed > 0)
    g_string_append_printf (text, _(" · %'u bypassed"), counts.bypassed);
  vigil_text_set (GTK_LABEL (self->counts), text->str);
  g_string_free (text, TRUE);

  if (pending > 0)
    waiting = g_strdup_printf (ngettext ("%u action waits for the hall", "%u actions wait for the hall", pending), pending);
  vigil_text_set (GTK_LABEL (self->actions), waiting != NULL ? waiting : "");
  gtk_widget_set_visible (self->actions, pending > 0);
}

/* Seconds since the newest of all scores was captured, as far as that can be told, and no less than since it came. */
static double
get_newest_age (VigilStatusBar *self, gint64 newest_us, gint64 now_us)
{
  gint64 newest_ms = vigil_score_store_get_newest_ms (vigil_session_get_store (self->session));
  gint64 error_ms = vigil_clock_get_hall_error_ms ();
  gint64 age_ms = newest_ms > 0 && error_ms >= 0 ? vigil_clock_hall_ms () - newest_ms - error_ms : 0;

  return MAX ((double) (now_us - newest_us) / G_USEC_PER_SEC, (double) age_ms / 1000);
}

static void
update_freshness (VigilStatusBar *self, gint64 now_us)
{
  gint64 newest = vigil_score_store_get_newest_received_us (vigil_session_get_store (self->session));
  int quiet = vigil_session_get_quiet_seconds (self->session);
  double age = get_newest_age (self, newest, now_us);
  g_autofree char *text = NULL;
  g_autofree char *words = NULL;

  if (quiet > 0)
    {
      words = vigil_words_age (quiet);
      /* Translators: %s is a duration such as "14 s"; no score came from anybody for so long. */
      text = g_strdup_printf (_("no scores for %s"), words);
    }
  else if (newest == 0)
    text = g_strdup (_("no score yet"));
  else if (age < 1)
    /* As long as all is well nothing moves here. */
    text = g_strdup (_("newest score under 1 s"));
  else
    {
      words = vigil_words_age ((gint64) age);
      /* Translators: age of the newest score, such as "3 min". */
      text = g_strdup_printf (_("newest score %s"), words);
    }
  vigil_text_set (GTK_LABEL (self->freshness), text);
  if ((quiet > 0) == self->quiet)
    return;
  self->quiet = quiet > 0;
  gtk_widget_add_css_class (self->freshness, self->quiet ? "warning" : "dim-label");
  gtk_widget_remove_css_class (self->freshness, self->quiet ? "dim-label" : "warning");
}

static void
update (VigilStatusBar *self)
{
  gint64 now_us = vigil_clock_monotonic_us ();

  for (int part = 0; part < VIGIL_N_PARTS; part++)
    update_part (self, part, now_us);
  update_counts (self);
  update_freshness (self, now_us);
}

static gboolean
timer_cb (gpointer user_data)
{
  update (user_data);
  return G_SOURCE_CONTINUE;
}

static void
link_changed_cb (VigilSession *session, gpointer user_data)
{
  update (user_data);
}

static void
part_clicked_cb (GtkButton *button, gpointer user_data)
{
  VigilStatusBar *self = user_data;

  if (vigil_session_get_link (self->session, VIGIL_PART_FEED)->state == VIGIL_LINK_RECONNECTING)
    vigil_hall_feed_reconnect_now (vigil_session_get_feed (self->session));
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.statistics", NULL);
}

static void
vigil_status_bar_dispose (GObject *object)
{
  VigilStatusBar *self = VIGIL_STATUS_BAR (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_status_bar_parent_class)->dispose (object);
}

static void
vigil_status_bar_class_init (VigilStatusBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_status_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "statusbar");
  g_signal_new ("show-candidate", VIGIL_TYPE_STATUS_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static GtkWidget *
add_text (VigilStatusBar *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (self->box), label);
  return label;
}

static void
vigil_status_bar_init (VigilStatusBar *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  for (int i = 0; i < VIGIL_N_PARTS; i++)
    {
      Part *part = &self->parts[i];
      GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

      part->button = gtk_button_new ();
      part->dot = gtk_label_new (NULL);
      part->label = gtk_label_new (NULL);
      gtk_widget_add_css_class (part->label, "numeric");
      gtk_box_append (GTK_BOX (content), part->dot);
      gtk_box_append (GTK_BOX (content), part->label);
      gtk_button_set_child (GTK_BUTTON (part->button), content);
      gtk_widget_add_css_class (part->button, "flat");
      gtk_widget_set_has_tooltip (part->button, TRUE);
      g_signal_connect (part->button, "query-tooltip", G_CALLBACK (query_tooltip_cb), self);
      g_signal_connect (part->button, "clicked", G_CALLBACK (part_clicked_cb), self);
      gtk_box_append (GTK_BOX (self->box), part->button);
    }
  self->actions = add_text (self);
  gtk_widget_add_css_class (self->actions, "warning");
  self->counts = add_text (self);
  gtk_label_set_ellipsize (GTK_LABEL (self->counts), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->counts, TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->counts), 1);
  self->freshness = add_text (self);
  gtk_label_set_width_chars (GTK_LABEL (self->freshness), 22);
  gtk_label_set_xalign (GTK_LABEL (self->freshness), 1);
  gtk_widget_add_css_class (self->freshness, "dim-label");
}

static void
show_candidate_cb (VigilStatusBar *self, guint handle)
{
  g_signal_emit_by_name (self, "show-candidate", handle);
}

GtkWidget *
vigil_status_bar_new (VigilSession *session)
{
  VigilStatusBar *self = g_object_new (VIGIL_TYPE_STATUS_BAR, NULL);

  self->session = g_object_ref (session);
  self->coverage = vigil_coverage_button_new (session);
  gtk_box_insert_child_after (GTK_BOX (self->box), self->coverage, self->actions);
  g_signal_connect_object (self->coverage, "show-candidate", G_CALLBACK (show_candidate_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "link-changed", G_CALLBACK (link_changed_cb), self, 0);
  self->timer_id = g_timeout_add_seconds (1, timer_cb, self);
  update (self);
  return GTK_WIDGET (self);
}
