/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A score, large, and how it comes about. It says whose claim a score is. */
#include "vigil-score-card.h"

#include <glib/gi18n-lib.h>

#include "vigil-badge.h"
#include "vigil-text.h"
#include "vigil-words.h"

struct _VigilScoreCard
{
  GtkWidget parent_instance;

  GtkWidget  *box;
  VigilBadge *badge;
  GtkLabel   *words;
  GtkLabel   *detail;
  GtkWidget  *bars[VIGIL_N_BANDS];
  GtkLabel   *sums[VIGIL_N_BANDS];
  GtkLabel   *signals;
};

G_DEFINE_FINAL_TYPE (VigilScoreCard, vigil_score_card, GTK_TYPE_WIDGET)

/* How long a violation counts, in TTLs of its type. The protocol does not say it; this is what the
 * rehearsal's referee does, and where a hall differs the card says that it does not add up. */
#define COUNTS_FOR_TTLS 10

static char **
types_of (VigilScoringPolicy *policy, GPtrArray *violations, gint64 hall_ms)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  char **types;

  for (guint i = 0; violations != NULL && i < violations->len; i++)
    {
      const VigilViolation *violation = violations->pdata[i];
      const VigilViolationType *type = vigil_scoring_policy_lookup (policy, violation->type);
      gint64 counts_ms = (type != NULL ? (gint64) type->ttl_s : 60) * COUNTS_FOR_TTLS * 1000;

      if (hall_ms - violation->at_ms < counts_ms)
        g_strv_builder_add (builder, violation->type);
    }
  types = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return types;
}

static void
update_bars (VigilScoreCard *self, VigilScoringPolicy *policy, const VigilScoreBreakdown *breakdown)
{
  for (int band = 0; band < VIGIL_N_BANDS; band++)
    {
      guint cap = vigil_scoring_policy_get_cap (policy, band);
      g_autofree char *text = NULL;

      /* Translators: points of a severity band and the most it can add. */
      text = g_strdup_printf (_("%u of at most %u"), breakdown->capped[band], cap);
      gtk_level_bar_set_max_value (GTK_LEVEL_BAR (self->bars[band]), MAX (cap, 1));
      gtk_level_bar_set_value (GTK_LEVEL_BAR (self->bars[band]), MIN (breakdown->capped[band], cap));
      vigil_text_set (self->sums[band], text);
    }
}

static char *
describe_signals (VigilScoringPolicy *policy, const VigilScore *score, const VigilScoreBreakdown *breakdown)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < vigil_scoring_policy_get_n_types (policy); i++)
    {
      const VigilViolationType *type = vigil_scoring_policy_get_type_at (policy, i);
      g_autofree char *sentence = NULL;

      if (!(score->flags & vigil_scoring_policy_get_flag (policy, type->type, -1)))
        continue;
      sentence = vigil_words_violation (policy, type->type);
      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : _("Now: "), sentence);
    }
  if (text->len == 0)
    g_string_append (text, _("Nothing is signalled right now."));
  if (breakdown->unknown > 0)
    g_string_append_printf (text, ngettext ("\n%u violation of a type this program does not know is not in the sum.",
                                            "\n%u violations of types this program does not know are not in the sum.", breakdown->unknown), breakdown->unknown);
  if (score->score >= 0 && (guint) score->score != breakdown->score)
    /* Translators: the first number is the sum of the bars above, the second the score shown. */
    g_string_append_printf (text, _("\nThe violations known here add up to %u; the hall says %d."), breakdown->score, score->score);
  return g_string_free (text, FALSE);
}

void
vigil_score_card_set_score (VigilScoreCard *self, VigilScoringPolicy *policy, const VigilScore *score, GPtrArray *violations, gint64 hall_ms, int stale_s)
{
  VigilBand band = vigil_scoring_policy_band_of_score (policy, score->score);
  VigilScoreBreakdown breakdown;
  g_auto (GStrv) types = NULL;
  g_autofree char *signals = NULL;
  g_autofree char *words = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *detail = NULL;

  g_return_if_fail (VIGIL_IS_SCORE_CARD (self));

  types = types_of (policy, score->score >= 0 ? violations : NULL, hall_ms);
  vigil_scoring_policy_explain (policy, (const char *const *) types, &breakdown);
  vigil_badge_set_score (self->badge, score->score, band, stale_s >= 0);
  words = vigil_words_score (score->score, band);
  sentence = vigil_words_sentence (words);
  vigil_text_set (self->words, sentence);
  if (stale_s >= 0)
    {
      g_autofree char *age = vigil_words_age (stale_s);

      /* Translators: %s is an age such as "40 s". */
      detail = g_strdup_printf (_("No newer score for %s"), age);
    }
  else if (score->at_ms > 0 && score->score >= 0)
    {
      g_autofree char *when = vigil_words_time (score->at_ms);

      /* Translators: %s is a time of day. */
      detail = g_strdup_printf (_("As of %s"), when);
    }
  vigil_text_set (self->detail, detail != NULL ? detail : "");
  gtk_widget_set_visible (GTK_WIDGET (self->detail), detail != NULL);
  update_bars (self, policy, &breakdown);
  signals = describe_signals (policy, score, &breakdown);
  vigil_text_set (self->signals, signals);
}

static void
vigil_score_card_dispose (GObject *object)
{
  g_clear_pointer (&VIGIL_SCORE_CARD (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (vigil_score_card_parent_class)->dispose (object);
}

static void
vigil_score_card_class_init (VigilScoreCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_score_card_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
add_bars (VigilScoreCard *self)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 10);
  for (int row = 0; row < VIGIL_N_BANDS; row++)
    {
      VigilBand band = (VigilBand) (VIGIL_N_BANDS - 1 - row); /* the worst first */
      GtkWidget *badge = vigil_badge_new (12);
      GtkWidget *name = gtk_label_new (vigil_words_band (band));

      vigil_badge_set_band (VIGIL_BADGE (badge), band);
      gtk_label_set_xalign (GTK_LABEL (name), 0);
      self->bars[band] = gtk_level_bar_new ();
      gtk_widget_set_hexpand (self->bars[band], TRUE);
      gtk_widget_set_valign (self->bars[band], GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (self->bars[band], "cap-bar");
      gtk_widget_add_css_class (self->bars[band], vigil_band_to_nick (band));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->bars[band]), GTK_ACCESSIBLE_PROPERTY_LABEL, vigil_words_band (band), -1);
      self->sums[band] = GTK_LABEL (gtk_label_new (NULL));
      gtk_label_set_xalign (self->sums[band], 1);
      gtk_widget_add_css_class (GTK_WIDGET (self->sums[band]), "caption");
      gtk_widget_add_css_class (GTK_WIDGET (self->sums[band]), "numeric");
      gtk_grid_attach (GTK_GRID (grid), badge, 0, row, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), name, 1, row, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), self->bars[band], 2, row, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (self->sums[band]), 3, row, 1, 1);
    }
  gtk_box_append (GTK_BOX (self->box), grid);
}

static void
vigil_score_card_init (VigilScoreCard *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkLabel *claim;

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->badge = VIGIL_BADGE (vigil_badge_new (56));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->badge));
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (words, TRUE); /* labels that may wrap ask for too little */
  gtk_box_append (GTK_BOX (head), words);
  self->words = vigil_text_append_label (words, "title-2");
  self->detail = vigil_text_append_label (words, "dim-label");
  gtk_box_append (GTK_BOX (self->box), head);
  add_bars (self);
  self->signals = vigil_text_append_label (self->box, "body");
  claim = vigil_text_append_label (self->box, "caption");
  gtk_widget_add_css_class (GTK_WIDGET (claim), "dim-label");
  gtk_label_set_text (claim, _("A score is what the candidate’s own machine claims. The evidence frames below are what was really captured."));
}

GtkWidget *
vigil_score_card_new (void)
{
  return g_object_new (VIGIL_TYPE_SCORE_CARD, NULL);
}
