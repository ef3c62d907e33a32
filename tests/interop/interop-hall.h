/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Node reference hall as a test sees it. Failures are the test's: these functions assert. */
#pragma once

#include "interop-peer.h"

G_BEGIN_DECLS

typedef struct
{
  InteropPeer *peer;
  char        *url;
  char        *exam_id;
  JsonObject  *tokens;     /* by role */
} InteropHall;

/** Starts the hall with these options (nullable, NULL-terminated) and waits until it is ready. */
InteropHall *interop_hall_start (const char *const *options);
void         interop_hall_stop  (InteropHall *self);

/** (transfer none) */
const char  *interop_hall_get_token (InteropHall *self, const char *role);

/** A command that must succeed, whose answer does not matter. @format: its members as JSON, or NULL. */
void         interop_hall_do (InteropHall *self, const char *cmd, const char *format, ...) G_GNUC_PRINTF (3, 4);

/** Opens headless Chromium as that candidate. Returns: (transfer full). */
InteropPeer *interop_hall_open_browser (InteropHall *self, const char *student_id);

/** What the hall says of itself, as JSON. Returns: (transfer full). */
char        *interop_hall_dup_state (InteropHall *self);

G_END_DECLS
