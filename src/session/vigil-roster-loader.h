/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads an exam's roster page by page, and keeps trying. */
#pragma once

#include "vigil-hall-directory.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_ROSTER_LOADER (vigil_roster_loader_get_type ())
G_DECLARE_FINAL_TYPE (VigilRosterLoader, vigil_roster_loader, VIGIL, ROSTER_LOADER, GObject)

/**
 * Main thread only.
 *
 * Signals:
 *  - "page" (VigilRosterPage*): in order; the handlers only read it
 *  - "finished": that was all
 *  - "failed" (GError*): a page could not be read. For a transient error the same page is tried again
 *    after a while; any other ends the reading
 *
 * @max_rows: reading ends with VIGIL_SESSION_ERROR_TOO_LARGE beyond this
 */
VigilRosterLoader *vigil_roster_loader_new (VigilHallDirectory *directory, guint max_rows);

/** Begins anew with the first page. */
void     vigil_roster_loader_start (VigilRosterLoader *self, const char *exam_id);
/** Stops; no signal comes after it. */
void     vigil_roster_loader_cancel (VigilRosterLoader *self);
/** Stops and keeps its place. Returns: %FALSE if nothing was being read. */
gboolean vigil_roster_loader_pause (VigilRosterLoader *self);
/** Goes on with the page that was to come when it was paused. */
void     vigil_roster_loader_resume (VigilRosterLoader *self);
/** While held no further page is asked for. A reading begins not held. */
void     vigil_roster_loader_set_held (VigilRosterLoader *self, gboolean held);
gboolean vigil_roster_loader_is_running (VigilRosterLoader *self);

G_END_DECLS
