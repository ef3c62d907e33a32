/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection that is read through a tap and written as it is. Private to net/. */
#pragma once

#include "vigil-tap-input.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_TAP_STREAM (vigil_tap_stream_get_type ())
G_DECLARE_FINAL_TYPE (VigilTapStream, vigil_tap_stream, VIGIL, TAP_STREAM, GIOStream)

/** See vigil_tap_input_new(). Closing it closes @base. Thread: that of the reader. */
GIOStream     *vigil_tap_stream_new (GIOStream *base, gsize max_frame);

/** Its input, with the type that the functions are set on. */
VigilTapInput *vigil_tap_stream_get_tap (VigilTapStream *self);

G_END_DECLS
