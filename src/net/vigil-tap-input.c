/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a WebSocket reads from: hands out whole text frames before it sees them. */
#include "vigil-tap-input.h"

#include <string.h>

#define FIRST_SIZE (64 * 1024)

/* RFC 6455, 5.2. */
#define BYTE_TEXT 0x81 /* final, no reserved bit, text */
#define BYTE_BINARY 0x82
#define BIT_FINAL 0x80
#define BIT_MASKED 0x80
#define BIT_CONTROL 0x08
#define MASK_OPCODE 0x0f
#define MASK_LENGTH 0x7f

struct _VigilTapInput
{
  GInputStream parent_instance;

  GPollableInputStream *base;
  gsize                 max_frame;
  const VigilTapFuncs  *funcs;      /* nullable */
  gpointer              user_data;

  char                 *buffer;
  gsize                 size;
  gsize                 start, end; /* what is in it */
  guint64               passing;    /* bytes that go by as they are */
  gboolean              fragmented; /* a message began that has not ended */
  gboolean              at_end;
};

typedef struct
{
  guint8  first;
  gsize   header;
  guint64 payload;
} Frame;

static void pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilTapInput, vigil_tap_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, pollable_init))

static gsize
available (VigilTapInput *self)
{
  return self->end - self->start;
}

/* Returns: FALSE if more bytes are needed to say. */
static gboolean
peek_frame (VigilTapInput *self, Frame *frame)
{
  const guint8 *at = (const guint8 *) self->buffer + self->start;
  gsize n = available (self);
  guint n_bytes;

  if (n < 2)
    return FALSE;
  frame->first = at[0];
  frame->payload = at[1] & MASK_LENGTH;
  n_bytes = frame->payload < 126 ? 0 : frame->payload == 126 ? 2 : 8;
  frame->header = 2 + n_bytes;
  if (n < frame->header)
    return FALSE;
  if (n_bytes > 0)
    frame->payload = 0;
  for (guint i = 0; i < n_bytes; i++)
    frame->payload = frame->payload << 8 | at[2 + i];
  /* No server masks: from here on nothing is what it seems. Its length is nobody's business either. */
  if ((at[1] & BIT_MASKED) != 0 || frame->payload > G_MAXINT64)
    frame->payload = G_MAXUINT64 - frame->header;
  return TRUE;
}

static void
let_by (VigilTapInput *self, const Frame *frame)
{
  if ((frame->first & BIT_CONTROL) == 0)
    self->fragmented = (frame->first & BIT_FINAL) == 0;
  self->passing = frame->header + frame->payload;
}

static void
make_room (VigilTapInput *self, gsize size)
{
  if (self->start > 0)
    memmove (self->buffer, self->buffer + self->start, available (self));
  self->end -= self->start;
  self->start = 0;
  if (size <= self->size)
    return;
  self->size = size;
  self->buffer = g_realloc (self->buffer, self->size);
}

/* Returns: FALSE if the frame is not all there. */
static gboolean
offer (VigilTapInput *self, const Frame *frame)
{
  gsize whole = frame->header + (gsize) frame->payload;

  if (available (self) < whole)
    {
      if (self->size - self->start < whole)
        make_room (self, whole);
      return FALSE;
    }
  if ((frame->first == BYTE_TEXT ? self->funcs->text : self->funcs->binary) (self->user_data,
                                                                             self->buffer + self->start + frame->header,
                                                                             (gsize) frame->payload))
    self->start += whole;
  else
    let_by (self, frame);
  return TRUE;
}

static void
take_frames (VigilTapInput *self)
{
  Frame frame;

  while (self->passing == 0 && peek_frame (self, &frame))
    {
      gboolean offered = self->funcs != NULL && !self->fragmented && frame.payload <= self->max_frame &&
                         (frame.first == BYTE_TEXT || (frame.first == BYTE_BINARY && self->funcs->binary != NULL));

      if (!offered)
        let_by (self, &frame);
      else if (!offer (self, &frame))
        return;
    }
}

static gssize
pass_on (VigilTapInput *self, void *into, gsize count)
{
  gsize n = (gsize) MIN (self->passing, MIN (count, available (self)));

  memcpy (into, self->buffer + self->start, n);
  self->start += n;
  self->passing -= n;
  return (gssize) n;
}

static gboolean
fill (VigilTapInput *self, GError **error)
{
  gssize n;

  if (self->start == self->end)
    self->start = self->end = 0;
  if (self->end == self->size)
    make_room (self, self->size);
  n = g_pollable_input_stream_read_nonblocking (self->base, self->buffer + self->end, self->size - self->end, NULL, error);
  if (n < 0)
    return FALSE;
  self->end += (gsize) n;
  self->at_end |= n == 0;
  if (n > 0 && self->funcs != NULL)
    self->funcs->filled (self->user_data);
  return TRUE;
}

static gssize
read_nonblocking (GPollableInputStream *pollable, void *into, gsize count, GError **error)
{
  g_autoptr (VigilTapInput) self = g_object_ref (VIGIL_TAP_INPUT (pollable));

  for (;;)
    {
      take_frames (self);
      if (self->passing > 0 && available (self) > 0)
        return pass_on (self, into, count);
      if (self->at_end && available (self) == 0)
        return 0;
      if (self->at_end)
        self->passing = available (self); /* half a frame; who reads will say so */
      else if (!fill (self, error))
        return -1;
    }
}

static gssize
read_fn (GInputStream *stream, void *into, gsize count, GCancellable *cancellable, GError **error)
{
  return read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), into, count, error);
}

static gboolean
close_fn (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  return g_input_stream_close (G_INPUT_STREAM (VIGIL_TAP_INPUT (stream)->base), cancellable, error);
}

static gboolean
has_something (VigilTapInput *self)
{
  return self->at_end || (self->passing > 0 && available (self) > 0);
}

static gboolean
is_readable (GPollableInputStream *pollable)
{
  VigilTapInput *self = VIGIL_TAP_INPUT (pollable);

  return has_something (self) || g_pollable_input_stream_is_readable (self->base);
}

static GSource *
create_source (GPollableInputStream *pollable, GCancellable *cancellable)
{
  VigilTapInput *self = VIGIL_TAP_INPUT (pollable);
  g_autoptr (GSource) child = has_something (self) ? g_timeout_source_new (0)
                                                   : g_pollable_input_stream_create_source (self->base, NULL);

  return g_pollable_source_new_full (self, child, cancellable);
}

static void
pollable_init (GPollableInputStreamInterface *iface)
{
  iface->read_nonblocking = read_nonblocking;
  iface->is_readable = is_readable;
  iface->create_source = create_source;
}

static void
vigil_tap_input_finalize (GObject *object)
{
  VigilTapInput *self = VIGIL_TAP_INPUT (object);

  g_clear_object (&self->base);
  g_free (self->buffer);
  G_OBJECT_CLASS (vigil_tap_input_parent_class)->finalize (object);
}

static void
vigil_tap_input_class_init (VigilTapInputClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = vigil_tap_input_finalize;
  stream_class->read_fn = read_fn;
  stream_class->close_fn = close_fn;
}

static void
vigil_tap_input_init (VigilTapInput *self)
{
  self->size = FIRST_SIZE;
  self->buffer = g_malloc (self->size);
}

GInputStream *
vigil_tap_input_new (GInputStream *base, gsize max_frame)
{
  VigilTapInput *self = g_object_new (VIGIL_TYPE_TAP_INPUT, NULL);

  self->base = g_object_ref (G_POLLABLE_INPUT_STREAM (base));
  self->max_frame = max_frame;
  return G_INPUT_STREAM (self);
}

void
vigil_tap_input_set_funcs (VigilTapInput *self, const VigilTapFuncs *funcs, gpointer user_data)
{
  self->funcs = funcs;
  self->user_data = user_data;
}

void
vigil_tap_input_end (VigilTapInput *self)
{
  g_return_if_fail (VIGIL_IS_TAP_INPUT (self));

  self->funcs = NULL;
  self->start = self->end = 0;
  self->passing = 0;
  self->at_end = TRUE;
}
