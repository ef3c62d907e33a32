/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells ThreadSanitizer of hand-overs between threads that go through GLib, whose locks it cannot see.
 * Costs nothing in other builds. */
#pragma once

#if defined (__SANITIZE_THREAD__)
void __tsan_acquire (void *address);
void __tsan_release (void *address);

/** Before @address is given to another thread through GLib. */
#define VIGIL_HAND_OVER(address) __tsan_release ((void *) (address))
/** After it was taken on the other side. */
#define VIGIL_TAKE_OVER(address) __tsan_acquire ((void *) (address))
#else
#define VIGIL_HAND_OVER(address) ((void) 0)
#define VIGIL_TAKE_OVER(address) ((void) 0)
#endif
