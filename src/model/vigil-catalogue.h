/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading of data/violations.json; for VigilScoringPolicy. */
#pragma once

#include "vigil-scoring-policy.h"

G_BEGIN_DECLS

/** Types beyond these would have no bit of their own in VigilScore.flags. */
#define VIGIL_CATALOGUE_MAX_TYPES 31

/** A catalogue as it stands in the file. */
typedef struct
{
  GArray *types;                /* of VigilViolationType, which own their strings */
  guint   caps[VIGIL_N_BANDS];
  guint   from[VIGIL_N_BANDS];  /* the lowest score of each band */
} VigilCatalogue;

/** Parses and checks a catalogue. Returns: whether it is good; else VIGIL_MODEL_ERROR_CATALOGUE naming
 *  the member, and @catalogue is untouched. Any thread. */
gboolean vigil_catalogue_parse (const char *json, gssize len, VigilCatalogue *catalogue, GError **error);

/** Frees what is in @catalogue, not itself. */
void     vigil_catalogue_clear (VigilCatalogue *catalogue);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VigilCatalogue, vigil_catalogue_clear)

G_END_DECLS
