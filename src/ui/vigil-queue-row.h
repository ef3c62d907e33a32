/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of the queue: what, who, how long, whose. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_QUEUE_ROW (vigil_queue_row_get_type ())
G_DECLARE_FINAL_TYPE (VigilQueueRow, vigil_queue_row, VIGIL, QUEUE_ROW, GtkWidget)

GtkWidget       *vigil_queue_row_new      (VigilSession *session);
/** @item: (nullable): the row is used for nothing now. */
void             vigil_queue_row_set_item (VigilQueueRow *self, VigilTriageItem *item);
VigilTriageItem *vigil_queue_row_get_item (VigilQueueRow *self);
/** The time goes on: its age is written anew. */
void             vigil_queue_row_tick     (VigilQueueRow *self);

G_END_DECLS
