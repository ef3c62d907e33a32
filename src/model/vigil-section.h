/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part of the wall with a card at its head: a room, or those whom the filters may not hide. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

typedef enum
{
  VIGIL_SECTION_ROOM,
  VIGIL_SECTION_CRITICAL, /* left out by filters or folded away, with an unattended critical flag */
} VigilSectionKind;

/** What a section is counted to hold. */
typedef struct
{
  guint     candidates;
  guint     streaming;
  guint     flagged;  /* with unattended flags */
  VigilBand worst;    /* of the scores and the unattended flags */
} VigilSectionCounts;

/** Main thread only; written by VigilRanker and VigilRoomTable alone. */
typedef struct
{
  VigilSectionKind    kind;
  char               *name;    /* of the room; "": in no room */
  gboolean            folded;  /* only its card is shown */
  VigilSectionCounts  counts;
  guint               serial;  /* raised by every change of the above */
} VigilSection;

VigilSection *vigil_section_new   (VigilSectionKind kind, const char *name);
VigilSection *vigil_section_ref   (VigilSection *self);
void          vigil_section_unref (VigilSection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSection, vigil_section_unref)

/** Returns: whether they differ from those of before. */
gboolean vigil_section_set_counts (VigilSection *self, const VigilSectionCounts *counts);
gboolean vigil_section_set_folded (VigilSection *self, gboolean folded);

G_END_DECLS
