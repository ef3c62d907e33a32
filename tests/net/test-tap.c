/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tap before the WebSocket: frames cut at every byte, frames that are none of its business, and what it allocates. */
#include <gio/gunixinputstream.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net-test.h"
#include "vigil-tap-input.h"

typedef struct
{
  int           writer;
  GInputStream *base;
  VigilTapInput *tap;
  GString      *taken;    /* payloads, each with a | behind it */
  GByteArray   *passed;   /* what the reader saw */
  guint         n_filled;
  gboolean      ended;
} Fixture;

#define MAX_FRAME 70000

static void
filled_cb (gpointer user_data)
{
  ((Fixture *) user_data)->n_filled++;
}

/* Takes what begins with an s. */
static gboolean
text_cb (gpointer user_data, const char *text, gsize len)
{
  Fixture *f = user_data;

  if (len == 0 || *text != 's')
    return FALSE;
  g_string_append_len (f->taken, text, (gssize) len);
  g_string_append_c (f->taken, '|');
  return TRUE;
}

static const VigilTapFuncs funcs = { filled_cb, text_cb };

static void
set_up (Fixture *f, gconstpointer data)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  f->writer = fds[0];
  f->base = g_unix_input_stream_new (fds[1], TRUE);
  f->tap = VIGIL_TAP_INPUT (vigil_tap_input_new (f->base, MAX_FRAME));
  vigil_tap_input_set_funcs (f->tap, &funcs, f);
  f->taken = g_string_new (NULL);
  f->passed = g_byte_array_new ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->writer >= 0)
    close (f->writer);
  g_assert_finalize_object (f->tap);
  g_assert_finalize_object (f->base);
  g_string_free (f->taken, TRUE);
  g_byte_array_unref (f->passed);
}

/* Reads as libsoup does: a KiB at a time until it would block. */
static void
drain (Fixture *f)
{
  for (;;)
    {
      guint8 bytes[1024];
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (f->tap), bytes, sizeof bytes, NULL, &error);

      if (n < 0)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
          return;
        }
      if (n == 0)
        {
          f->ended = TRUE;
          return;
        }
      g_byte_array_append (f->passed, bytes, (guint) n);
    }
}

static void
send_bytes (Fixture *f, const guint8 *bytes, gsize len)
{
  while (len > 0)
    {
      gssize n = write (f->writer, bytes, MIN (len, 60000));

      g_assert_cmpint (n, >, 0);
      bytes += n;
      len -= (gsize) n;
      drain (f);
    }
}

static void
add_frame (GByteArray *out, guint8 first, const char *payload, gsize len)
{
  guint8 head[10] = { first };
  guint n = 2;

  head[1] = (guint8) (len < 126 ? len : len < 65536 ? 126 : 127);
  if (head[1] == 126)
    for (guint i = 0; i < 2; i++)
      head[n++] = (guint8) (len >> (8 - 8 * i));
  if (head[1] == 127)
    for (guint i = 0; i < 8; i++)
      head[n++] = (guint8) ((guint64) len >> (56 - 8 * i));
  g_byte_array_append (out, head, n);
  g_byte_array_append (out, (const guint8 *) payload, (guint) len);
}

/* Everything there is, and what of it is to be taken and what goes by. */
static void
make_stream (GByteArray *all, GString *taken, GByteArray *passed)
{
  g_autofree char *medium = g_strnfill (300, 's');
  g_autofree char *large = g_strnfill (66000, 's');
  g_autofree char *huge = g_strnfill (MAX_FRAME + 1, 's');
  const struct { guint8 first; const char *payload; gboolean taken; } frames[] = {
    { 0x81, "s1", TRUE }, { 0x81, "other", FALSE }, { 0x81, medium, TRUE }, { 0x89, "sping", FALSE }, { 0x81, "s2", TRUE },
    { 0x01, "s begins", FALSE }, { 0x89, "s", FALSE }, { 0x00, "s goes on", FALSE }, { 0x80, "s ends", FALSE }, { 0x81, large, TRUE },
    { 0x82, "s binary", FALSE }, { 0xc1, "s compressed", FALSE }, { 0x81, "", FALSE }, { 0x81, huge, FALSE }, { 0x81, "s3", TRUE },
    { 0x8a, "", FALSE }, { 0x81, "s4", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      add_frame (all, frames[i].first, frames[i].payload, strlen (frames[i].payload));
      if (frames[i].taken)
        g_string_append_printf (taken, "%s|", frames[i].payload);
      else
        add_frame (passed, frames[i].first, frames[i].payload, strlen (frames[i].payload));
    }
}

static void
check (Fixture *f, GString *taken, GByteArray *passed)
{
  g_assert_cmpstr (f->taken->str, ==, taken->str);
  g_assert_cmpmem (f->passed->data, f->passed->len, passed->data, passed->len);
}

static void
test_whole (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autoptr (GByteArray) passed = g_byte_array_new ();
  g_autoptr (GString) taken = g_string_new (NULL);

  make_stream (all, taken, passed);
  send_bytes (f, all->data, all->len);
  check (f, taken, passed);
  close (f->writer);
  f->writer = -1;
  drain (f);
  g_assert_true (f->ended);
  check (f, taken, passed);
}

static void
test_cut_anywhere (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autoptr (GByteArray) passed = g_byte_array_new ();
  g_autoptr (GString) taken = g_string_new (NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  make_stream (all, taken, passed);
  for (guint round = 0; round < 100; round++)
    {
      guint most = round < 3 ? 7 : 3000; /* a few rounds in crumbs */

      g_string_truncate (f->taken, 0);
      g_byte_array_set_size (f->passed, 0);
      for (guint at = 0; at < all->len;)
        {
          guint drawn = (guint) g_rand_int_range (random, 1, (gint32) most);
          guint n = MIN (drawn, all->len - at);

          send_bytes (f, all->data + at, n);
          at += n;
        }
      check (f, taken, passed);
    }
}

/* A server must not mask: from there on it is not for us to say what a frame is. */
static void
test_masked (Fixture *f, gconstpointer data)
{
  const guint8 bytes[] = { 0x81, 0x82, 1, 2, 3, 4, 's', 's', 0x81, 2, 's', 's' };

  send_bytes (f, bytes, sizeof bytes);
  g_assert_cmpstr (f->taken->str, ==, "");
  g_assert_cmpmem (f->passed->data, f->passed->len, bytes, sizeof bytes);
}

static void
test_absurd_length (Fixture *f, gconstpointer data)
{
  const guint8 bytes[] = { 0x81, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 's', 's' };

  send_bytes (f, bytes, sizeof bytes);
  g_assert_cmpmem (f->passed->data, f->passed->len, bytes, sizeof bytes);
}

/* The other side ends in the middle of a frame: whoever reads has to notice. */
static void
test_half_a_frame (Fixture *f, gconstpointer data)
{
  const guint8 bytes[] = { 0x81, 2, 's', 's', 0x81, 9, 's' };

  send_bytes (f, bytes, sizeof bytes);
  g_assert_cmpuint (f->passed->len, ==, 0);
  close (f->writer);
  f->writer = -1;
  drain (f);
  g_assert_true (f->ended);
  g_assert_cmpstr (f->taken->str, ==, "ss|");
  g_assert_cmpmem (f->passed->data, f->passed->len, bytes + 4, 3);
}

static void
test_nobody (Fixture *f, gconstpointer data)
{
  const guint8 bytes[] = { 0x81, 2, 's', 's' };

  vigil_tap_input_set_funcs (f->tap, NULL, NULL);
  send_bytes (f, bytes, sizeof bytes);
  g_assert_cmpmem (f->passed->data, f->passed->len, bytes, sizeof bytes);
}

static gboolean
ready_cb (GObject *stream, gpointer user_data)
{
  drain (user_data);
  return G_SOURCE_CONTINUE;
}

static void
test_source (Fixture *f, gconstpointer data)
{
  g_autoptr (GSource) source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (f->tap), NULL);
  const guint8 bytes[] = { 0x81, 2, 's', 's', 0x81, 1, 'x' };

  g_source_set_callback (source, (GSourceFunc) (void (*) (void)) ready_cb, f, NULL);
  g_source_attach (source, NULL);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpint (write (f->writer, bytes, sizeof bytes), ==, sizeof bytes);
  net_test_wait (f->passed->len == 3, 2000);
  g_assert_cmpstr (f->taken->str, ==, "ss|");
  g_source_destroy (source);
}

#define ADD(name, func) g_test_add ("/tap/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  ADD ("whole", test_whole);
  ADD ("cut-anywhere", test_cut_anywhere);
  ADD ("masked", test_masked);
  ADD ("absurd-length", test_absurd_length);
  ADD ("half-a-frame", test_half_a_frame);
  ADD ("nobody", test_nobody);
  ADD ("source", test_source);
  return g_test_run ();
}
