/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A slot that changes hands: no packet of the former holder, however late, passes for the next one's. */

#include "vigil-packet-sink.h"
#include "vigil-ssrc-table.h"
#include "vigil-succession.h"

#define RATE 90000
#define MS(ms) ((guint32) (ms) * (RATE / 1000))
#define US(ms) ((gint64) (ms) * 1000)
#define START_US (100 * G_USEC_PER_SEC)

/* A former holder that sent until @ms, a frame each 100 ms; the last one was received. */
static VigilSuccession
former_until (guint ms,
              guint32 timestamp)
{
  VigilSuccession former;

  vigil_succession_init (&former, NULL, 0, RATE, START_US);
  for (guint at = 0; at <= ms; at += 100)
    g_assert_true (vigil_succession_admit (&former, (guint16) (65500 + at / 100), timestamp + MS (at), START_US + US (at)));
  return former;
}

static void
test_late (void)
{
  /* Also around the ends of what the numbers can hold. */
  const guint32 timestamps[] = { 0, 123456, G_MAXUINT32 - MS (1000), G_MAXINT32 - MS (900), G_MAXUINT32 };

  for (guint i = 0; i < G_N_ELEMENTS (timestamps); i++)
    {
      guint32 begin = timestamps[i];
      VigilSuccession former = former_until (1000, begin), next;

      /* Stopped 40 ms later, and given on after a rest of 300. */
      vigil_succession_init (&next, &former, START_US + US (1040), RATE, START_US + US (1350));

      /* The last frame that was sent, kept somewhere for as long as one likes; its numbers go on where they should. */
      g_assert_false (vigil_succession_admit (&next, 65511, begin + MS (1030), START_US + US (1360)));
      g_assert_false (vigil_succession_admit (&next, 65512, begin + MS (1040), START_US + US (5000)));
      g_assert_false (vigil_succession_admit (&next, 65509, begin + MS (900), START_US + US (5001)));

      /* What Janus sends of the next one begins as far ahead as the slot was silent. */
      g_assert_true (vigil_succession_admit (&next, 65513, begin + MS (1345), START_US + US (5002)));
      g_assert_true (vigil_succession_admit (&next, 65514, begin + MS (1445), START_US + US (5100)));
      /* From then on the stream is the next one's; what is older than its first packet is late there. */
      g_assert_true (vigil_succession_admit (&next, 65515, begin + MS (1400), START_US + US (5200)));
    }
}

/* A voice, by its own clock: no 20 ms of the former one. */
static void
test_voice (void)
{
  const guint rate = 48000, khz = 48, frame = 20;
  const guint32 begin = G_MAXUINT32 - 500 * khz;
  VigilSuccession former, next;

  vigil_succession_init (&former, NULL, 0, rate, START_US);
  for (guint at = 0; at <= 1000; at += frame)
    g_assert_true (vigil_succession_admit (&former, (guint16) (at / frame), begin + at * khz, START_US + US (at)));
  vigil_succession_init (&next, &former, START_US + US (1050), rate, START_US + US (2700));
  for (guint at = 1020; at <= 1180; at += frame)
    g_assert_false (vigil_succession_admit (&next, (guint16) (at / frame), begin + at * khz, START_US + US (1700 + at)));
  /* The slot was silent for 1.6 s and as long as it took to say so. */
  for (guint at = 2720; at <= 3000; at += frame)
    g_assert_true (vigil_succession_admit (&next, (guint16) (60 + (at - 2720) / frame), begin + at * khz, START_US + US (at)));
}

static void
test_nobody_before (void)
{
  VigilSuccession former, next;

  vigil_succession_init (&next, NULL, 0, RATE, START_US);
  g_assert_true (vigil_succession_admit (&next, 1, 5, START_US));

  /* Nothing was heard of the former: there is nothing to tell from. */
  vigil_succession_init (&former, NULL, 0, RATE, START_US);
  vigil_succession_init (&next, &former, START_US + US (100), RATE, START_US + US (500));
  g_assert_true (vigil_succession_admit (&next, 1, 5, START_US + US (600)));

  /* A minute ago; a clock of 32 bits would not know any more what is ahead. */
  former = former_until (1000, 7);
  vigil_succession_init (&next, &former, START_US + US (1100), RATE, START_US + US (1000) + VIGIL_SUCCESSION_FORGET_US + 1);
  g_assert_true (vigil_succession_admit (&next, 1, 0, START_US + US (90000)));
}

/* Whoever sends nonsense spoils the slot for the next holder at most, and not for the one after him. */
static void
test_hostile_clock (void)
{
  VigilSuccession former = former_until (1000, 1000), next, third;

  g_assert_true (vigil_succession_admit (&former, 65520, 1000 + 0x70000000u, START_US + US (1010)));
  vigil_succession_init (&next, &former, START_US + US (1040), RATE, START_US + US (1350));
  g_assert_false (vigil_succession_admit (&next, 65521, 1000 + MS (1400), START_US + US (1400)));
  g_assert_false (vigil_succession_admit (&next, 65522, 1000 + MS (1500), START_US + US (1500)));

  vigil_succession_init (&third, &next, START_US + US (1600), RATE, START_US + US (2000));
  g_assert_false (vigil_succession_admit (&third, 65523, 1000 + MS (1590), START_US + US (2010)));
  g_assert_true (vigil_succession_admit (&third, 65524, 1000 + MS (2000), START_US + US (2020)));
}

/* And not for ever: nothing of the former is under way after a minute, however much was refused in it. */
static void
test_forgotten (void)
{
  VigilSuccession former = former_until (1000, 1000), next;
  const gint64 last_us = START_US + US (1010), end_us = last_us + VIGIL_SUCCESSION_FORGET_US;
  guint16 seq = 65521;
  guint ms = 1400;

  g_assert_true (vigil_succession_admit (&former, 65520, 1000 + 0x70000000u, last_us));
  vigil_succession_init (&next, &former, START_US + US (1040), RATE, START_US + US (1350));
  for (; START_US + US (ms) <= end_us; ms += 100)
    g_assert_false (vigil_succession_admit (&next, seq++, 1000 + MS (ms), START_US + US (ms)));
  g_assert_true (vigil_succession_admit (&next, seq++, 1000 + MS (ms), START_US + US (ms)));
  /* From then on as if there had been nobody. */
  g_assert_true (vigil_succession_admit (&next, seq, 1000 + MS (ms + 100), START_US + US (ms + 100)));
}

/* -- in the table of a transport -- */

#define TEST_TYPE_SINK (test_sink_get_type ())
G_DECLARE_FINAL_TYPE (TestSink, test_sink, TEST, SINK, GObject)

struct _TestSink
{
  GObject parent_instance;
};

static void
test_sink_packet_sink_init (VigilPacketSinkInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestSink, test_sink, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_PACKET_SINK, test_sink_packet_sink_init))

static void
test_sink_class_init (TestSinkClass *klass)
{
}

static void
test_sink_init (TestSink *self)
{
}

static void
test_table (void)
{
  g_autoptr (VigilSsrcTable) table = vigil_ssrc_table_new ();
  g_autoptr (VigilPacketSink) sink = g_object_new (TEST_TYPE_SINK, NULL);
  gint64 now = g_get_monotonic_time ();

  g_assert_false (vigil_ssrc_table_admit (table, 5, 1, 0, now));
  g_assert_true (vigil_ssrc_table_add (table, 5, RATE, sink));
  g_assert_false (vigil_ssrc_table_add (table, 5, RATE, sink));
  g_assert_true (vigil_ssrc_table_admit (table, 5, 1, 1000, now));
  g_assert_true (vigil_ssrc_table_admit (table, 5, 2, 1000 + MS (100), now));
  g_assert_false (vigil_ssrc_table_admit (table, 6, 2, 1000, now));
  g_assert_true (vigil_ssrc_table_remove (table, 5));
  g_assert_false (vigil_ssrc_table_remove (table, 5));
  g_assert_false (vigil_ssrc_table_admit (table, 5, 3, 1000 + MS (200), now));

  g_assert_true (vigil_ssrc_table_add (table, 5, RATE, sink));
  g_assert_false (vigil_ssrc_table_admit (table, 5, 3, 1000 + MS (110), now));
  g_assert_true (vigil_ssrc_table_admit (table, 5, 4, 1000 + MS (500), now));

  /* Taken and given back without a packet: the one before is still the one to be told from. */
  g_assert_true (vigil_ssrc_table_remove (table, 5));
  g_assert_true (vigil_ssrc_table_add (table, 5, RATE, sink));
  g_assert_true (vigil_ssrc_table_remove (table, 5));
  g_assert_true (vigil_ssrc_table_add (table, 5, RATE, sink));
  g_assert_false (vigil_ssrc_table_admit (table, 5, 5, 1000 + MS (510), now));

  /* Other SSRCs have nothing to do with it. */
  g_assert_true (vigil_ssrc_table_add (table, 7, RATE, sink));
  g_assert_true (vigil_ssrc_table_admit (table, 7, 1, 0, now));
  vigil_ssrc_table_clear (table);
  g_assert_false (vigil_ssrc_table_contains (table, 7));
  g_assert_finalize_object (g_steal_pointer (&sink));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/media/succession/late", test_late);
  g_test_add_func ("/media/succession/voice", test_voice);
  g_test_add_func ("/media/succession/nobody-before", test_nobody_before);
  g_test_add_func ("/media/succession/hostile-clock", test_hostile_clock);
  g_test_add_func ("/media/succession/forgotten", test_forgotten);
  g_test_add_func ("/media/succession/table", test_table);
  return g_test_run ();
}
