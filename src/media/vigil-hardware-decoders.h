/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoders of the graphics hardware: used where GStreamer offers some, they really work, and they cost less. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_HARDWARE_DECODERS (vigil_hardware_decoders_get_type ())
G_DECLARE_FINAL_TYPE (VigilHardwareDecoders, vigil_hardware_decoders, VIGIL, HARDWARE_DECODERS, GObject)

/**
 * Main thread only. Signal "done": every decoder that GStreamer names was tried.
 *
 * @program: (nullable): vigil-decoder-probe; %NULL: none is ever used
 */
VigilHardwareDecoders *vigil_hardware_decoders_new (const char *program);

/**
 * Tries each decoder that calls itself hardware, one after the other, each in a process of its own and for no longer than
 * @timeout_ms: it has to give the very pictures that software gives of a known clip, each with the frame it belongs to, for less
 * processor time. The first that does, by GStreamer's rank, decodes the feeds to come
 * (vigil_decoder_chain_prefer()). Returns at once. To be called once.
 */
void                   vigil_hardware_decoders_try (VigilHardwareDecoders *self, guint timeout_ms);
/** Ends a trial under way; what was found stays in use. */
void                   vigil_hardware_decoders_stop (VigilHardwareDecoders *self);
/** What became of @factory, in English, for the log and for tests. Returns: (nullable): it was not tried. */
const char            *vigil_hardware_decoders_get_verdict (VigilHardwareDecoders *self, const char *factory);
/** Which is used for @codec. Returns: (nullable): none. */
const char            *vigil_hardware_decoders_get_used (VigilHardwareDecoders *self, const char *codec);

G_END_DECLS
