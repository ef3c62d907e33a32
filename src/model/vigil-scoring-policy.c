/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The referee's policy: types, bands, weights, TTLs and the capped tiered sum. Immutable once made; any thread. */

#include "vigil-scoring-policy.h"

#include "vigil-catalogue.h"
#include "vigil-model-resources.h"

#include <string.h>

#define UNKNOWN_BIT 31
#define CATALOGUE "/org/vigil/Vigil/model/violations.json"

struct _VigilScoringPolicy
{
  GObject         parent_instance;

  VigilCatalogue  catalogue; /* immutable */
};

G_DEFINE_FINAL_TYPE (VigilScoringPolicy, vigil_scoring_policy, G_TYPE_OBJECT)

static void
vigil_scoring_policy_finalize (GObject *object)
{
  vigil_catalogue_clear (&VIGIL_SCORING_POLICY (object)->catalogue);

  G_OBJECT_CLASS (vigil_scoring_policy_parent_class)->finalize (object);
}

static void
vigil_scoring_policy_class_init (VigilScoringPolicyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_scoring_policy_finalize;
}

static void
vigil_scoring_policy_init (VigilScoringPolicy *self)
{
}

VigilScoringPolicy *
vigil_scoring_policy_new_from_data (const char  *json,
                                    gssize       len,
                                    GError     **error)
{
  g_autoptr (VigilScoringPolicy) self = g_object_new (VIGIL_TYPE_SCORING_POLICY, NULL);

  if (!vigil_catalogue_parse (json, len, &self->catalogue, error))
    return NULL;

  return g_steal_pointer (&self);
}

VigilScoringPolicy *
vigil_scoring_policy_new_default (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  VigilScoringPolicy *self;

  /* Asked for by name: a static library's constructor is dropped by the linker if nobody does. */
  bytes = g_resource_lookup_data (vigil_model_get_resource (), CATALOGUE, 0, &error);
  if (bytes == NULL)
    g_error ("The violation catalogue is not built in: %s", error->message);

  self = vigil_scoring_policy_new_from_data (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  if (self == NULL)
    g_error ("The built-in %s", error->message);

  return self;
}

guint
vigil_scoring_policy_get_n_types (VigilScoringPolicy *self)
{
  return self->catalogue.types->len;
}

const VigilViolationType *
vigil_scoring_policy_get_type_at (VigilScoringPolicy *self,
                                  guint               index)
{
  g_return_val_if_fail (index < self->catalogue.types->len, NULL);

  return &g_array_index (self->catalogue.types, VigilViolationType, index);
}

static int
find_type (VigilScoringPolicy *self,
           const char         *type,
           gsize               len)
{
  for (guint i = 0; i < self->catalogue.types->len; i++)
    {
      const VigilViolationType *known = &g_array_index (self->catalogue.types, VigilViolationType, i);

      if (strlen (known->type) == len && memcmp (known->type, type, len) == 0)
        return i;
    }

  return -1;
}

const VigilViolationType *
vigil_scoring_policy_lookup (VigilScoringPolicy *self,
                             const char         *type)
{
  int index = type != NULL ? find_type (self, type, strlen (type)) : -1;

  return index >= 0 ? &g_array_index (self->catalogue.types, VigilViolationType, index) : NULL;
}

guint32
vigil_scoring_policy_get_flag (VigilScoringPolicy *self,
                               const char         *type,
                               gssize              len)
{
  int index = find_type (self, type, len >= 0 ? (gsize) len : strlen (type));

  return (guint32) 1 << (index >= 0 ? index : UNKNOWN_BIT);
}

guint
vigil_scoring_policy_get_cap (VigilScoringPolicy *self,
                              VigilBand           band)
{
  g_return_val_if_fail (band < VIGIL_N_BANDS, 0);

  return self->catalogue.caps[band];
}

void
vigil_scoring_policy_explain (VigilScoringPolicy  *self,
                              const char *const   *types,
                              VigilScoreBreakdown *breakdown)
{
  guint total = 0;

  *breakdown = (VigilScoreBreakdown) { { 0 } };
  for (; types != NULL && *types != NULL; types++)
    {
      const VigilViolationType *type = vigil_scoring_policy_lookup (self, *types);

      if (type == NULL)
        breakdown->unknown++;
      else
        breakdown->sum[type->band] += type->weight;
    }

  for (VigilBand band = 0; band < VIGIL_N_BANDS; band++)
    {
      breakdown->capped[band] = MIN (breakdown->sum[band], self->catalogue.caps[band]);
      total += breakdown->capped[band];
    }
  breakdown->score = MIN (total, 100);
}

VigilBand
vigil_scoring_policy_band_of_score (VigilScoringPolicy *self,
                                    int                 score)
{
  VigilBand band = VIGIL_BAND_CRITICAL;

  while (band > VIGIL_BAND_LOW && score < (int) self->catalogue.from[band])
    band--;

  return band;
}
