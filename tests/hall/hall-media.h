/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The receiving client of the SFU's tests, with a console of the hall for its signalling. */
#pragma once

#include "hall-console.h"
#include "sfu-client.h"

G_BEGIN_DECLS

/** A receiver whose requests go through @console. */
SfuClient *hall_media_new (HallConsole *console);

/** The producer of a candidate's source. Returns: (transfer full) (nullable). */
char *hall_media_dup_producer (HallFixture *fixture, const char *student_id);

G_END_DECLS
