/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers remembered under an Idempotency-Key, for 24 h. The hall's thread. */
#pragma once

#include "vigil-hall-http.h"

G_BEGIN_DECLS

/** Answers @request from memory if its key is known: *@replayed. Errors: CONFLICT for another request. */
gboolean vigil_hall_answers_replay (VigilHallRequest *request, gboolean *replayed, GError **error);

/** Remembers what @request was answered, unless it has no key or may go differently next time. */
void vigil_hall_answers_keep (VigilHallRequest *request, guint status, const char *body, const char *etag);

G_END_DECLS
