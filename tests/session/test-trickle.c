/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ICE candidates that come after the offer: none is lost, none goes to the wrong place, and nobody is asked for ever. */

#include "vigil-consumer.h"
#include "vigil-fake-engine.h"
#include "vigil-fake-sfu.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"
#include "vigil-trickle.h"

typedef struct
{
  VigilFakeLog       *log;
  VigilFakeSfu       *sfu;
  VigilFakeEngine    *engine;
  VigilConsumerTally *tally;
  VigilConsumer      *consumer;
} Fixture;

static gint64
metric (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static void
open_consumer (Fixture *f, gboolean trickles)
{
  const VigilSfuAbilities abilities = { .own_connections = TRUE, .trickles = trickles };

  vigil_fake_sfu_set_abilities (f->sfu, &abilities);
  f->consumer = vigil_consumer_new (VIGIL_SFU (f->sfu), VIGIL_MEDIA_ENGINE (f->engine), f->tally, "t1", "p1", "somebody", 7);
  vigil_consumer_open (f->consumer);
  vigil_fake_spin ();
}

static void
find (Fixture *f, guint64 feed, const char *candidate)
{
  vigil_media_engine_emit_local_candidate (VIGIL_MEDIA_ENGINE (f->engine), feed, candidate);
  vigil_fake_spin ();
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->log = vigil_fake_log_new ();
  f->sfu = vigil_fake_sfu_new (f->log);
  f->engine = vigil_fake_engine_new (f->log);
  f->tally = g_rc_box_new0 (VigilConsumerTally);
  vigil_media_engine_open_async (VIGIL_MEDIA_ENGINE (f->engine), NULL, NULL, NULL, NULL);
  vigil_fake_spin ();
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  vigil_fake_sfu_release (f->sfu, "consume");
  vigil_fake_sfu_release (f->sfu, "trickle");
  vigil_consumer_abandon (f->consumer);
  vigil_fake_spin ();
  g_assert_finalize_object (f->consumer);
  vigil_media_engine_close (VIGIL_MEDIA_ENGINE (f->engine));
  g_assert_finalize_object (f->engine);
  g_assert_finalize_object (f->sfu);
  g_rc_box_release (f->tally);
  vigil_fake_log_unref (f->log);
}

/* What is found before there is a consumer waits for it; what is found while a request is on its way goes with the next. */
static void
test_order (Fixture *f, gconstpointer unused)
{
  gint64 sent = metric ("vigil_ice_candidates_sent");

  vigil_fake_sfu_hold (f->sfu, "consume");
  open_consumer (f, TRUE);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "early offer 7"), ==, 1);
  find (f, 7, "candidate:1");
  find (f, 8, "candidate:of another");
  g_assert_cmpuint (vigil_fake_log_count (f->log, "trickle"), ==, 0);

  vigil_fake_sfu_hold (f->sfu, "trickle");
  vigil_fake_sfu_release (f->sfu, "consume");
  vigil_fake_spin ();
  g_assert_cmpint (vigil_fake_log_find (f->log, "trickle c1: candidate:1"), >, vigil_fake_log_find (f->log, "attach c1"));
  find (f, 7, "candidate:2");
  find (f, 7, "candidate:3");
  find (f, 7, NULL);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "trickle"), ==, 1);
  vigil_fake_sfu_release (f->sfu, "trickle");
  vigil_fake_spin ();
  g_assert_cmpint (vigil_fake_log_find (f->log, "trickle c1: candidate:2, candidate:3, end"), >, 0);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "trickle"), ==, 2);
  g_assert_cmpint (metric ("vigil_ice_candidates_sent") - sent, ==, 3);
}

static void
test_answered (Fixture *f, gconstpointer unused)
{
  const char *const answered[] = { "candidate:a", "candidate:b", NULL };

  vigil_fake_sfu_set_answered (f->sfu, answered);
  open_consumer (f, TRUE);
  find (f, 7, "candidate:1");
  g_assert_cmpint (vigil_fake_log_find (f->log, "candidates of 7: candidate:a, candidate:b"), >, 0);
}

/* An SFU that cannot is offered everything at once, and nothing later. */
static void
test_cannot (Fixture *f, gconstpointer unused)
{
  open_consumer (f, FALSE);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "offer 7"), ==, 1);
  find (f, 7, "candidate:1");
  g_assert_cmpuint (vigil_fake_log_count (f->log, "trickle"), ==, 0);
}

/* One that says that it cannot after all is not asked again. */
static void
test_refused (Fixture *f, gconstpointer unused)
{
  gint64 unsent = metric ("vigil_ice_candidates_unsent");

  vigil_fake_sfu_fail (f->sfu, "trickle", VIGIL_SESSION_ERROR_PROTOCOL);
  open_consumer (f, TRUE);
  find (f, 7, "candidate:1");
  find (f, 7, "candidate:2");
  g_assert_cmpuint (vigil_fake_log_count (f->log, "trickle"), ==, 1);
  g_assert_cmpint (metric ("vigil_ice_candidates_unsent") - unsent, ==, 2);
  g_assert_true (vigil_consumer_is_open (f->consumer));
}

/* One that cannot just now gets it later, in the order in which it was found. */
static void
test_later (Fixture *f, gconstpointer unused)
{
  vigil_fake_sfu_fail (f->sfu, "trickle", VIGIL_SESSION_ERROR_UNAVAILABLE);
  open_consumer (f, TRUE);
  find (f, 7, "candidate:1");
  find (f, 7, "candidate:2");
  find (f, 7, NULL);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "trickle"), ==, 1);
  vigil_fake_sfu_fail (f->sfu, "trickle", -1);
  vigil_fake_run (3200);
  g_assert_cmpint (vigil_fake_log_find (f->log, "trickle c1: candidate:1, candidate:2, end"), >, 0);
}

/* Nothing goes to, or comes from, whoever is not there any more. */
static void
test_gone (Fixture *f, gconstpointer unused)
{
  const char *const answered[] = { "candidate:a", NULL };

  vigil_fake_sfu_set_answered (f->sfu, answered);
  open_consumer (f, TRUE);
  vigil_fake_sfu_hold (f->sfu, "trickle");
  find (f, 7, "candidate:1");
  vigil_consumer_close (f->consumer);
  vigil_fake_spin ();
  find (f, 7, "candidate:2");
  vigil_fake_sfu_release (f->sfu, "trickle");
  vigil_fake_spin ();
  g_assert_cmpuint (vigil_fake_log_count (f->log, "trickle"), ==, 1);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "candidates of"), ==, 0);
}

#define ADD(name, func) g_test_add ("/session/trickle/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("order", test_order);
  ADD ("answered", test_answered);
  ADD ("cannot", test_cannot);
  ADD ("refused", test_refused);
  ADD ("later", test_later);
  ADD ("gone", test_gone);
  return g_test_run ();
}
