/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The resolved configuration with provenance (docs/protocol.md 6.5). Pure. */
#pragma once

#include "vigil-hall-exam.h"
#include "vigil-hall-options.h"

G_BEGIN_DECLS

/** Appends what applies to @candidate: global defaults, test overrides, then its bypass. */
void vigil_hall_config_write (VigilHallExam            *exam,
                              const VigilHallCandidate *candidate,
                              const VigilHallOptions   *options,
                              GString                  *out);

G_END_DECLS
