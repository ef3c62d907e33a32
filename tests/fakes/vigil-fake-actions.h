/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Actions that the test confirms or refuses. */
#pragma once

#include "vigil-actions.h"
#include "vigil-fake-log.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FAKE_ACTIONS (vigil_fake_actions_get_type ())
G_DECLARE_FINAL_TYPE (VigilFakeActions, vigil_fake_actions, VIGIL, FAKE_ACTIONS, GObject)

/** Actions are logged ("act s1 <reason>") and wait for an answer. */
VigilFakeActions *vigil_fake_actions_new (VigilFakeLog *log);

guint vigil_fake_actions_get_n_waiting (VigilFakeActions *self);
/** The oldest waiting one. */
VigilAction *vigil_fake_actions_peek (VigilFakeActions *self);
/** Confirms the oldest. @bypass: (transfer full) (nullable) */
void vigil_fake_actions_confirm (VigilFakeActions *self, VigilBypass *bypass);
/** Fails the oldest with a CONFLICT: @holder has it. */
void vigil_fake_actions_refuse_held (VigilFakeActions *self, const char *holder);
/** Fails the oldest with a VIGIL_SESSION_ERROR. */
void vigil_fake_actions_fail (VigilFakeActions *self, int code);

G_END_DECLS
