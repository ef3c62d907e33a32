/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom this operator listens to: nobody unasked, one at a time, two when told so. */
#pragma once

#include "vigil-stream-controller.h"

G_BEGIN_DECLS

/** More at once is noise. */
#define VIGIL_LISTENING_MAX 2

#define VIGIL_TYPE_LISTENING (vigil_listening_get_type ())
G_DECLARE_FINAL_TYPE (VigilListening, vigil_listening, VIGIL, LISTENING, GObject)

/**
 * Main thread only. Whoever is listened to is focused: it ends by itself when that ends, when the candidate leaves and when
 * the exam is left. A sound that is away for a while (the SFU, the candidate's network) is heard again when it is back.
 *
 * Signal "changed": who is listened to, or vigil_listening_can().
 */
VigilListening *vigil_listening_new (VigilStreamController *streams, VigilRoster *roster, VigilSettings *settings,
                                     VigilMediaEngine *engine);

/**
 * Listens to @handle, or no longer. Without @together whoever else is heard is no longer; with it two are at most, the one who
 * was asked for last as loud as VIGIL_SETTING_LISTEN_VOLUME says, the other quieter by VIGIL_SETTING_LISTEN_DUCK.
 * Does nothing where vigil_listening_can() says that it cannot be.
 */
void        vigil_listening_set (VigilListening *self, VigilHandle handle, gboolean on, gboolean together);
/** Nobody is listened to any more. */
void        vigil_listening_stop (VigilListening *self);

gboolean    vigil_listening_is_on (VigilListening *self, VigilHandle handle);
guint       vigil_listening_get_n (VigilListening *self);
/** Who is listened to; 0 is whoever was asked for last. VIGIL_HANDLE_NONE past the end. */
VigilHandle vigil_listening_get_nth (VigilListening *self, guint n);

/** Whether @handle can be listened to now. @why: (out) (optional) (nullable): English; what stands against it. */
gboolean    vigil_listening_can (VigilListening *self, VigilHandle handle, const char **why);

G_END_DECLS
