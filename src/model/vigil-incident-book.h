/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The incidents that go on, by group, and what is to be told of them. For VigilIncidentDetector. */
#pragma once

#include "vigil-incident-crowd.h"
#include "vigil-incident-private.h"

G_BEGIN_DECLS

/** A candidate refers to its incident by slot + 1, in 16 bits. */
#define VIGIL_BOOK_MAX (G_MAXUINT16 - 1)

typedef struct
{
  VigilCrowd *crowd;     /* for the names; borrowed */
  GPtrArray  *slots;     /* VigilIncident, owned; %NULL: free */
  GHashTable *by_group;  /* packed group → the latest VigilIncident of it, borrowed */
  GPtrArray  *dirty;     /* VigilIncident, owned: to be told of */
  guint       n_open;
  guint       last_id;
} VigilIncidentBook;

void vigil_incident_book_init  (VigilIncidentBook *self, VigilCrowd *crowd);
void vigil_incident_book_clear (VigilIncidentBook *self);

/** Returns: (transfer none) (nullable): %NULL where there are too many. */
VigilIncident *vigil_incident_book_open  (VigilIncidentBook *self, VigilShared shared, guint32 id);
/** It is over, or merged: it keeps what it says, and its slot is free. */
void           vigil_incident_book_close (VigilIncidentBook *self, VigilIncident *incident);
/** Returns: (transfer none) (nullable). */
VigilIncident *vigil_incident_book_find    (VigilIncidentBook *self, VigilShared shared, guint32 id);
VigilIncident *vigil_incident_book_get_slot (VigilIncidentBook *self, guint slot);

void vigil_incident_book_touch (VigilIncidentBook *self, VigilIncident *incident);
/** Names and hands out what was touched. Returns: (transfer full): of VigilIncident. */
GPtrArray *vigil_incident_book_take_touched (VigilIncidentBook *self);

G_END_DECLS
