/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a WebSocket reads from: hands out whole frames before it sees them. Private to net/. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_TAP_INPUT (vigil_tap_input_get_type ())
G_DECLARE_FINAL_TYPE (VigilTapInput, vigil_tap_input, VIGIL, TAP_INPUT, GInputStream)

typedef struct
{
  /** Bytes were read from the network; frames of them may follow. */
  void     (*filled) (gpointer user_data);
  /** A whole text message in one frame, not terminated. Returns: whether it was taken. */
  gboolean (*text)   (gpointer user_data, const char *text, gsize len);
  /** Likewise a binary message. %NULL: these go by. */
  gboolean (*binary) (gpointer user_data, const char *data, gsize len);
} VigilTapFuncs;

/**
 * vigil_tap_input_new:
 * @base: pollable: the server's side of a WebSocket, from the first byte of its first frame on
 * @max_frame: frames that are larger go by without being offered
 *
 * A WebSocket that reads from this sees every frame but those that the text function took: scores, of which
 * there may be 20,000 a second, cost a hundredth of what they cost as messages. It judges nothing: whatever is
 * not a plain unmasked text frame, fragments, control frames and nonsense, goes on byte by byte to who knows
 * the protocol. Nothing is allocated per frame.
 *
 * Non-blocking reads only. Thread: that of the reader.
 */
GInputStream *vigil_tap_input_new (GInputStream *base, gsize max_frame);

/** Sets who is offered frames; %NULL: everything goes by. May be called from within the functions. */
void vigil_tap_input_set_funcs (VigilTapInput *self, const VigilTapFuncs *funcs, gpointer user_data);

/** Nothing more is read: whoever reads sees the end at once, whatever the other side goes on sending. May be
 *  called from within filled(), not from within text(). */
void vigil_tap_input_end (VigilTapInput *self);

G_END_DECLS
