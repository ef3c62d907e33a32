/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hot path alone, for callgrind: score frames from memory through the tap, the scanner and the table of ids into the
 * store, and the sweep. No network, no thread, no clock: the same number of instructions each time.
 *
 *   valgrind --tool=callgrind --collect-atstart=no --toggle-collect='replay' feed-replay [--updates N] [--batch N] [--json-glib]
 */
#include <stdio.h>
#include <string.h>

#include "vigil-hall-sink.h"
#include "vigil-sio-packet.h"
#include "vigil-sio-decoder.h"
#include "vigil-tap-input.h"

#define STUDENTS 50000
#define MAPPED 56

static int updates = 200000;
static int batch = 0;
static gboolean slow = FALSE;

static const GOptionEntry entries[] = {
  { "updates", 0, 0, G_OPTION_ARG_INT, &updates, "Score updates (200000)", "N" },
  { "batch", 0, 0, G_OPTION_ARG_INT, &batch, "Updates of one message (0: one each)", "N" },
  { "json-glib", 0, 0, G_OPTION_ARG_NONE, &slow, "The way that unusual messages take", NULL },
  { NULL }
};

typedef struct
{
  VigilScoreStore *store;
  VigilSioSink    *sink;
  VigilSioDecoder *decoder;
  gint64           received_us;
  guint            n_shown;
} Replay;

static void
filled_cb (gpointer user_data)
{
  ((Replay *) user_data)->received_us++;
}

static gboolean
text_cb (gpointer user_data, const char *text, gsize len)
{
  Replay *self = user_data;
  g_autoptr (VigilSioPacket) packet = NULL;

  if (!slow)
    return vigil_sio_sink_frame (self->sink, text, len, self->received_us);
  if (vigil_sio_decoder_text (self->decoder, text + 1, len - 1, &packet, NULL) && packet != NULL)
    vigil_sio_sink_event (self->sink, packet, self->received_us);
  return TRUE;
}

static const VigilTapFuncs funcs = { filled_cb, text_cb };

static void
shown_cb (VigilHandle handle, gpointer user_data)
{
  Replay *self = user_data;
  VigilScore score;

  vigil_score_store_read (self->store, handle, &score);
  self->n_shown++;
}

/* Every student's turn in a scattered order, as a hall has it. */
static guint
student (guint i)
{
  return (guint) ((guint64) i * 7919 % STUDENTS);
}

static void
append_score (GString *out, guint i)
{
  static const char *const flags[] = { "[]", "[\"gaze_away\"]", "[\"no_face\",\"low_light\"]" };

  g_string_append_printf (out, "{\"studentId\":\"s-%05u\",\"quizId\":\"q-77\",\"score\":%u,\"flags\":%s,\"timestamp\":%" G_GINT64_FORMAT "}",
                          student (i), i * 7 % 101, flags[i % 3], G_GINT64_CONSTANT (1763805598120) + i / 20);
}

static void
append_frame (GByteArray *out, const GString *text)
{
  guint8 head[10] = { 0x81 };
  guint n_bytes = text->len < 126 ? 0 : text->len < 65536 ? 2 : 8;

  head[1] = (guint8) (n_bytes == 0 ? text->len : n_bytes == 2 ? 126 : 127);
  for (guint i = 0; i < n_bytes; i++)
    head[2 + i] = (guint8) ((guint64) text->len >> (8 * (n_bytes - 1 - i)));
  g_byte_array_append (out, head, 2 + n_bytes);
  g_byte_array_append (out, (const guint8 *) text->str, (guint) text->len);
}

static GBytes *
make_frames (guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GByteArray *frames = g_byte_array_new ();

  for (guint i = 0; i < n;)
    {
      guint many = MAX (1, MIN ((guint) batch, n - i));

      g_string_assign (text, batch > 0 ? "42[\"proctoring_scores\",[" : "42[\"proctoring_score\",");
      for (guint j = 0; j < many; j++, i++)
        {
          if (j > 0)
            g_string_append_c (text, ',');
          append_score (text, i);
        }
      g_string_append (text, batch > 0 ? "]]" : "]");
      append_frame (frames, text);
    }
  return g_byte_array_free_to_bytes (frames);
}

/* Named in the command line of callgrind. */
void replay (Replay *self, GInputStream *tap);

__attribute__ ((noinline)) void
replay (Replay *self, GInputStream *tap)
{
  char byte;

  while (g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (tap), &byte, 1, NULL, NULL) > 0)
    ;
  vigil_score_store_sweep (self->store, shown_cb, self);
}

static void
run (Replay *self, guint n)
{
  g_autoptr (GBytes) frames = make_frames (n);
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_bytes (frames);
  g_autoptr (GInputStream) tap = vigil_tap_input_new (memory, 1024 * 1024);

  vigil_tap_input_set_funcs (VIGIL_TAP_INPUT (tap), &funcs, self);
  replay (self, tap);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- the hot path alone");
  g_autoptr (VigilScoringPolicy) policy = NULL;
  g_autoptr (GError) error = NULL;
  Replay self = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  policy = vigil_scoring_policy_new_default ();
  self.store = vigil_score_store_new (STUDENTS);
  self.sink = VIGIL_SIO_SINK (vigil_hall_sink_new (self.store, policy, NULL));
  self.decoder = vigil_sio_decoder_new (0);
  for (guint i = 0; i < STUDENTS; i++)
    {
      g_autofree char *id = g_strdup_printf ("s-%05u", i);

      vigil_score_store_intern (self.store, id, strlen (id));
      if (i < MAPPED)
        vigil_score_store_set_mapped (self.store, i, TRUE);
    }

  run (&self, (guint) updates);
  printf ("%d updates, %u shown\n", updates, self.n_shown);
  g_object_unref (self.sink);
  vigil_sio_decoder_free (self.decoder);
  g_object_unref (self.store);
  return 0;
}
