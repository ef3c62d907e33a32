/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The referee's policy: types, bands, weights, TTLs and the capped tiered sum. Vigil explains with it. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SCORING_POLICY (vigil_scoring_policy_get_type ())
G_DECLARE_FINAL_TYPE (VigilScoringPolicy, vigil_scoring_policy, VIGIL, SCORING_POLICY, GObject)

typedef struct
{
  char      *type;      /* "gaze_away" */
  char      *title;     /* English; a key for gettext in ui/ */
  char      *sentence;  /* "No face seen for a while": says what was seen, accuses nobody */
  VigilBand  band;
  guint      weight;
  guint      ttl_s;
} VigilViolationType;

/** Loads a catalogue (data/violations.json). Errors name the member and why. Any thread. */
VigilScoringPolicy *vigil_scoring_policy_new_from_data (const char *json, gssize len, GError **error);
/** The catalogue that is built into the program. */
VigilScoringPolicy *vigil_scoring_policy_new_default (void);

guint                     vigil_scoring_policy_get_n_types (VigilScoringPolicy *self);
const VigilViolationType *vigil_scoring_policy_get_type_at (VigilScoringPolicy *self, guint index);
/** Returns: (nullable): %NULL for an unknown type. */
const VigilViolationType *vigil_scoring_policy_lookup (VigilScoringPolicy *self, const char *type);
/** Bit of a type in VigilScore.flags; the last bit (31) stands for all unknown types. */
guint32 vigil_scoring_policy_get_flag (VigilScoringPolicy *self, const char *type, gssize len);
guint   vigil_scoring_policy_get_cap (VigilScoringPolicy *self, VigilBand band);

/** How a score comes about. */
typedef struct
{
  guint sum[VIGIL_N_BANDS];     /* Σ weights */
  guint capped[VIGIL_N_BANDS];  /* min (cap, sum) */
  guint unknown;                /* violations of unknown type, weight 0 */
  guint score;                  /* min (100, Σ capped) */
} VigilScoreBreakdown;

/** score = min(100, Σ over bands of min(cap, Σ weights)). @types: NULL-terminated, may repeat. */
void vigil_scoring_policy_explain (VigilScoringPolicy *self, const char *const *types, VigilScoreBreakdown *breakdown);

/** Severity band of a score: below 25 low, below 50 medium, below 75 high, else critical (the
 *  thresholds stand in the catalogue). −1 (missing) is low. */
VigilBand vigil_scoring_policy_band_of_score (VigilScoringPolicy *self, int score);

G_END_DECLS
