/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An SFU that answers when the test lets it. */
#pragma once

#include "vigil-fake-log.h"
#include "vigil-sfu.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FAKE_SFU (vigil_fake_sfu_get_type ())
G_DECLARE_FINAL_TYPE (VigilFakeSfu, vigil_fake_sfu, VIGIL, FAKE_SFU, GObject)

/** Transports are t1, t2, …; consumers c1, c2, …. Answers at once (from the main loop) unless held. */
VigilFakeSfu *vigil_fake_sfu_new (VigilFakeLog *log);

/** Requests of a kind ("open", "connect", "consume", "control") are kept until released. */
void  vigil_fake_sfu_hold    (VigilFakeSfu *self, const char *kind);
/** Answers what was held of a kind and stops holding it. Returns: how many. */
guint vigil_fake_sfu_release (VigilFakeSfu *self, const char *kind);
guint vigil_fake_sfu_get_n_held (VigilFakeSfu *self, const char *kind);

/** From now on requests of a kind fail with a VIGIL_SESSION_ERROR code; −1: they do not. */
void vigil_fake_sfu_fail (VigilFakeSfu *self, const char *kind, int code);

/** Consumers begin with a paused producer. */
void vigil_fake_sfu_set_producer_paused (VigilFakeSfu *self, gboolean paused);

/** Consumers have so many layers to choose from; default 1. */
void vigil_fake_sfu_set_n_layers (VigilFakeSfu *self, guint n);

/** What it can do; default: all but connections of their own. Before it is used. */
void vigil_fake_sfu_set_abilities (VigilFakeSfu *self, const VigilSfuAbilities *abilities);

/** @candidates: (nullable): what comes back with each answer to candidates of ours, "trickle" for the functions above. */
void vigil_fake_sfu_set_answered (VigilFakeSfu *self, const char *const *candidates);

/** How many answers to consume were outstanding at the same time, at most. */
guint vigil_fake_sfu_get_max_in_flight (VigilFakeSfu *self);

/** What it was configured as last; the hall's own before that. */
VigilSfuKind vigil_fake_sfu_get_kind (VigilFakeSfu *self);

G_END_DECLS
