/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the network thread does with a score message, counted. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net-test.h"
#include "vigil-clock.h"
#include "vigil-hall-event.h"
#include "vigil-hall-sink.h"
#include "vigil-metrics.h"
#include "vigil-tap-input.h"

/* Under a sanitizer malloc is its own, and another libc has no such names. */
#if defined (__GLIBC__) && !defined (__SANITIZE_ADDRESS__) && !defined (__SANITIZE_THREAD__)
#define CAN_COUNT 1

void *__libc_malloc (size_t size);
void *__libc_calloc (size_t n, size_t size);
void *__libc_realloc (void *block, size_t size);

static __thread guint64 n_allocations;

void *
malloc (size_t size)
{
  n_allocations++;
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  n_allocations++;
  return __libc_calloc (n, size);
}

void *
realloc (void *block, size_t size)
{
  n_allocations++;
  return __libc_realloc (block, size);
}

/* Of this thread only: the machine is shared, and wall time would measure the others. */
static gint64
cpu_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}
#endif

#define STUDENTS 5000

typedef struct
{
  VigilScoreStore    *store;
  VigilScoringPolicy *policy;
  VigilSioSink       *sink;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  vigil_metrics_reset ();
  f->store = vigil_score_store_new (STUDENTS + 10);
  f->policy = vigil_scoring_policy_new_default ();
  f->sink = VIGIL_SIO_SINK (vigil_hall_sink_new (f->store, f->policy, NULL));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->sink);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
}

static gsize
write_frame (char *frame, gsize size, guint student, guint round)
{
  return (gsize) g_snprintf (frame, size, "42[\"proctoring_score\",{\"studentId\":\"s%05u\",\"quizId\":\"quiz-1\",\"score\":%u,"
                             "\"flags\":[\"gaze_away\",\"no_face\"],\"timestamp\":%u000}]", student, (student + round) % 101, 1763805598 + round);
}

static void
tell (Fixture *f, gint64 ago_ms, gint64 received_us)
{
  static guint student;
  g_autofree char *frame = g_strdup_printf ("42[\"proctoring_score\",{\"studentId\":\"d%05u\",\"quizId\":\"q\",\"score\":1,\"flags\":[],"
                                            "\"timestamp\":%" G_GINT64_FORMAT "}]", student++ % 8, vigil_clock_hall_ms () - ago_ms);

  g_assert_true (vigil_sio_sink_frame (f->sink, frame, strlen (frame), received_us));
  net_test_run_for (1);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* A clock that was set, in either direction, and what is no reason to doubt one. */
static void
test_doubt (Fixture *f, gconstpointer data)
{
  const gint64 s = G_USEC_PER_SEC;
  guint n = 0;

  g_signal_connect_swapped (f->sink, "clock-doubted", G_CALLBACK (count_cb), &n);
  tell (f, 3600000, 10 * s); /* the first says nothing of what was before */
  tell (f, 3600000, 11 * s);
  for (guint i = 1; i <= 100; i++)
    tell (f, 3600000 + i * 1000, (11 + i) * s); /* a feed that falls behind */
  g_assert_cmpuint (n, ==, 0);

  tell (f, 3600000 + 150000, 120 * s);
  net_test_wait (n == 1, 1000);
  tell (f, 5, 121 * s);      /* again, too soon… */
  tell (f, 5, 122 * s);
  g_assert_cmpuint (n, ==, 1);
  tell (f, 5, 126 * s);      /* …and not forgotten */
  net_test_wait (n == 2, 1000);
  tell (f, -7200000, 140 * s);
  net_test_wait (n == 3, 1000);
  tell (f, -7200000, 160 * s);
  g_assert_cmpuint (n, ==, 3);
}

static void
test_allocations (Fixture *f, gconstpointer data)
{
#ifdef CAN_COUNT
  static char frames[STUDENTS][192];
  static gsize lengths[STUDENTS];
  guint64 before, counted = 0;
  gint64 from, spent_ns = 0;

  /* The first round gives out the handles and makes the counters. */
  for (guint round = 0; round < 20; round++)
    {
      for (guint i = 0; i < STUDENTS; i++)
        lengths[i] = write_frame (frames[i], sizeof frames[i], i, round);

      before = n_allocations;
      from = cpu_ns ();
      for (guint i = 0; i < STUDENTS; i++)
        g_assert_true (vigil_sio_sink_frame (f->sink, frames[i], lengths[i], 1 + round));
      if (round == 0)
        continue;
      spent_ns += cpu_ns () - from;
      counted += n_allocations - before;
    }

  g_test_message ("%u messages, %" G_GUINT64_FORMAT " allocations, %.0f ns of CPU a message", 19 * STUDENTS, counted,
                  (double) spent_ns / (19 * STUDENTS));
  g_assert_cmpuint (counted, ==, 0);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_scores_received", "")), ==, 20 * STUDENTS);
#else
  g_test_skip ("allocations cannot be counted in this build");
#endif
}

#ifdef CAN_COUNT
static void
filled_cb (gpointer user_data)
{
}

static gboolean
text_cb (gpointer user_data, const char *text, gsize len)
{
  return vigil_sio_sink_frame (user_data, text, len, 1);
}

static const VigilTapFuncs tap_funcs = { filled_cb, text_cb };

static GBytes *
make_bytes (guint round)
{
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; i < STUDENTS; i++)
    {
      char frame[192];
      gsize len = write_frame (frame, sizeof frame, i, round);
      const guint8 head[] = { 0x81, 126, (guint8) (len >> 8), (guint8) len };

      g_assert_cmpuint (len, >=, 126);
      g_byte_array_append (bytes, head, sizeof head);
      g_byte_array_append (bytes, (const guint8 *) frame, (guint) len);
    }
  return g_byte_array_free_to_bytes (bytes);
}
#endif

/* From the bytes of the network to the store: the WebSocket does not see one of these messages. */
static void
test_tap_allocations (Fixture *f, gconstpointer data)
{
#ifdef CAN_COUNT
  guint64 counted = 0;

  for (guint round = 0; round < 10; round++)
    {
      g_autoptr (GBytes) bytes = make_bytes (round);
      g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_bytes (bytes);
      g_autoptr (GInputStream) tap = vigil_tap_input_new (memory, 1024);
      guint64 before;
      char byte;

      vigil_tap_input_set_funcs (VIGIL_TAP_INPUT (tap), &tap_funcs, f->sink);
      before = n_allocations;
      g_assert_cmpint (g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (tap), &byte, 1, NULL, NULL), ==, 0);
      if (round > 0)
        counted += n_allocations - before;
    }
  g_assert_cmpuint (counted, ==, 0);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_scores_received", "")), ==, 10 * STUDENTS);
#else
  g_test_skip ("allocations cannot be counted in this build");
#endif
}

static VigilHallEvent *
take (Fixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilSioPacket) packet = vigil_sio_packet_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return vigil_sio_sink_event (f->sink, packet, 1);
}

static gint64
count_of (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static void
test_events (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilHallEvent) event = take (f, "2[\"consumer_closed\",{\"consumerId\":\"c-1\",\"reason\":\"closed\"}]");

  g_assert_cmpint (event->kind, ==, VIGIL_HALL_EVENT_CONSUMER_CLOSED);
  g_assert_cmpstr (event->consumer_id, ==, "c-1");
  g_assert_null (take (f, "2[\"never_heard_of\",{}]"));
  g_assert_cmpint (count_of ("vigil_events_unknown"), ==, 1);
  g_assert_null (take (f, "2[\"consumer_closed\",{\"consumerId\":[]}]"));
  g_assert_null (take (f, "2[\"consumer_closed\"]"));
  g_assert_cmpint (count_of ("vigil_messages_malformed"), ==, 2);
  g_assert_cmpint (count_of ("vigil_events_received"), ==, 1);

  /* A score that took the long way is no event. */
  g_assert_null (take (f, "2[\"proctoring_score\",{\"studentId\":\"x\",\"quizId\":\"q\",\"score\":1,\"timestamp\":1763805598120}]"));
  g_assert_cmpint (count_of ("vigil_scores_received"), ==, 1);
  g_assert_cmpint (count_of ("vigil_scores_slow"), ==, 1);
}

static void
test_full_store (Fixture *f, gconstpointer data)
{
  char frame[256];

  /* More candidates than may be: the rest is counted and nothing breaks. */
  for (guint i = 0; i < STUDENTS + 100; i++)
    {
      gsize len = write_frame (frame, sizeof frame, i, 0);

      g_assert_true (vigil_sio_sink_frame (f->sink, frame, len, 1));
    }
  g_assert_cmpuint (vigil_score_store_get_n_handles (f->store), ==, STUDENTS + 10);
}

#define ADD(name, func) g_test_add ("/hall-sink/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  net_test_drop_debug ();
  ADD ("allocations", test_allocations);
  ADD ("doubt", test_doubt);
  ADD ("tap-allocations", test_tap_allocations);
  ADD ("events", test_events);
  ADD ("full-store", test_full_store);
  return g_test_run ();
}
