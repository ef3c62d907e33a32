/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events that are missing, late, double or of another life: what comes out is whole and in order, or says it is not. */

#include "vigil-event-order.h"
#include "vigil-fake-directory.h"
#include "vigil-session-error.h"

typedef struct
{
  VigilFakeLog       *log;
  VigilFakeDirectory *directory;
  VigilEventOrder    *order;
  GString            *out;    /* what came out, "11 12 lost:14 15" */
} Fixture;

static void
event_cb (Fixture        *f,
          VigilHallEvent *event)
{
  g_string_append_printf (f->out, "%s%" G_GINT64_FORMAT, f->out->len > 0 ? " " : "", event->seq);
}

static void
lost_cb (Fixture  *f,
         gint64    seq,
         gboolean  away)
{
  g_string_append_printf (f->out, "%slost%s:%" G_GINT64_FORMAT, f->out->len > 0 ? " " : "", away ? "-away" : "", seq);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->log = vigil_fake_log_new ();
  f->directory = vigil_fake_directory_new (f->log);
  f->order = vigil_event_order_new (VIGIL_HALL_DIRECTORY (f->directory));
  f->out = g_string_new (NULL);
  g_signal_connect_swapped (f->order, "event", G_CALLBACK (event_cb), f);
  g_signal_connect_swapped (f->order, "lost", G_CALLBACK (lost_cb), f);
  vigil_event_order_set_exam (f->order, "e");
  vigil_event_order_joined (f->order, 5, 10);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  vigil_event_order_set_exam (f->order, NULL);
  vigil_fake_directory_get_n_waiting (f->directory); /* which lets those go that were cancelled */
  vigil_fake_spin ();
  g_assert_finalize_object (f->order);
  g_assert_finalize_object (f->directory);
  g_string_free (f->out, TRUE);
  vigil_fake_log_unref (f->log);
}

static void
take (Fixture *f,
      gint64   seq,
      gint64   epoch)
{
  g_autoptr (VigilHallEvent) event = vigil_hall_event_new (VIGIL_HALL_EVENT_OTHER);

  event->seq = seq;
  event->epoch = epoch;
  vigil_event_order_take (f->order, event);
}

/* The events @from … @to, as the hall remembers them. */
static void
answer (Fixture *f,
        gint64   epoch,
        gint64   from,
        gint64   to)
{
  VigilChanges *changes = g_new0 (VigilChanges, 1);

  changes->epoch = epoch;
  changes->seq = to;
  changes->events = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_event_unref);
  for (gint64 seq = from; seq <= to; seq++)
    {
      VigilHallEvent *event = vigil_hall_event_new (VIGIL_HALL_EVENT_OTHER);

      event->seq = seq;
      event->epoch = epoch;
      g_ptr_array_add (changes->events, event);
    }
  vigil_fake_directory_answer_to (f->directory, VIGIL_DIRECTORY_CHANGES, changes, (GDestroyNotify) vigil_changes_free);
  vigil_fake_spin ();
}

static void
fail (Fixture *f,
      int      code)
{
  vigil_fake_directory_fail_to (f->directory, VIGIL_DIRECTORY_CHANGES, code);
  vigil_fake_spin ();
}

static void
test_in_order (Fixture       *f,
               gconstpointer  data)
{
  for (gint64 seq = 11; seq < 15; seq++)
    take (f, seq, 5);
  take (f, -1, 0);
  g_assert_cmpstr (f->out->str, ==, "11 12 13 14 -1");
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "");
  g_assert_cmpint (vigil_event_order_get_seq (f->order), ==, 14);
}

static void
test_duplicates (Fixture       *f,
                 gconstpointer  data)
{
  take (f, 11, 5);
  take (f, 11, 5);
  take (f, 3, 5);
  take (f, 12, 5);
  g_assert_cmpstr (f->out->str, ==, "11 12");
}

/* Only what is missing is read, and all come out in their order. */
static void
test_gap_is_healed (Fixture       *f,
                    gconstpointer  data)
{
  take (f, 11, 5);
  take (f, 14, 5);
  take (f, 15, 5);
  take (f, -1, 0);
  g_assert_cmpstr (f->out->str, ==, "11 -1");
  g_assert_true (vigil_event_order_is_healing (f->order));
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "changes after=11");
  answer (f, 5, 12, 15);
  g_assert_cmpstr (f->out->str, ==, "11 -1 12 13 14 15");
  g_assert_false (vigil_event_order_is_healing (f->order));
  take (f, 16, 5);
  g_assert_cmpstr (f->out->str, ==, "11 -1 12 13 14 15 16");
  g_assert_cmpuint (vigil_fake_log_count (f->log, "changes"), ==, 1);
}

static void
test_many_pages (Fixture       *f,
                 gconstpointer  data)
{
  take (f, 20, 5);
  answer (f, 5, 11, 14);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "changes after=10, changes after=14");
  answer (f, 5, 15, 19);
  g_assert_cmpstr (f->out->str, ==, "11 12 13 14 15 16 17 18 19 20");
}

/* Another one is missing among those that came meanwhile. */
static void
test_gap_in_held (Fixture       *f,
                  gconstpointer  data)
{
  take (f, 13, 5);
  take (f, 16, 5);
  answer (f, 5, 11, 12);
  g_assert_cmpstr (f->out->str, ==, "11 12 13");
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "changes after=10, changes after=13");
  answer (f, 5, 14, 16);
  g_assert_cmpstr (f->out->str, ==, "11 12 13 14 15 16");
}

/* Numbers that nothing ever had, or a hall that forgot: said, and nothing that came is dropped. */
static void
test_hole (Fixture       *f,
           gconstpointer  data)
{
  take (f, 15, 5);
  answer (f, 5, 13, 15);
  g_assert_cmpstr (f->out->str, ==, "lost:14 15");
  take (f, 16, 5);
  g_assert_cmpstr (f->out->str, ==, "lost:14 15 16");
}

static void
test_hall_cannot (Fixture       *f,
                  gconstpointer  data)
{
  take (f, 13, 5);
  take (f, 14, 5);
  take (f, 18, 5);
  fail (f, VIGIL_SESSION_ERROR_NOT_FOUND);
  g_assert_cmpstr (f->out->str, ==, "lost:12 13 14 lost:17 18");
}

static void
test_transient (Fixture       *f,
                gconstpointer  data)
{
  take (f, 13, 5);
  fail (f, VIGIL_SESSION_ERROR_TIMEOUT);
  g_assert_cmpstr (f->out->str, ==, "");
  vigil_fake_run (700);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "changes"), ==, 2);
  answer (f, 5, 11, 13);
  g_assert_cmpstr (f->out->str, ==, "11 12 13");
}

static void
test_other_epoch_answers (Fixture       *f,
                          gconstpointer  data)
{
  take (f, 13, 5);
  answer (f, 6, 1, 2);
  g_assert_cmpstr (f->out->str, ==, "lost:12 13");
}

static void
test_new_epoch (Fixture       *f,
                gconstpointer  data)
{
  take (f, 11, 5);
  take (f, 1, 6);
  take (f, 2, 6);
  g_assert_cmpstr (f->out->str, ==, "11 lost:11 1 2");
}

static void
test_reconnect (Fixture       *f,
                gconstpointer  data)
{
  take (f, 11, 5);
  vigil_event_order_stop (f->order);
  vigil_event_order_joined (f->order, 5, 14);
  take (f, 15, 5);
  g_assert_cmpstr (f->out->str, ==, "11");
  answer (f, 5, 12, 14);
  g_assert_cmpstr (f->out->str, ==, "11 12 13 14 15");
}

static void
test_reconnect_missed_nothing (Fixture       *f,
                               gconstpointer  data)
{
  take (f, 11, 5);
  vigil_event_order_stop (f->order);
  vigil_event_order_joined (f->order, 5, 11);
  take (f, 12, 5);
  g_assert_cmpstr (f->out->str, ==, "11 12");
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "");
}

static void
test_reconnect_lost (Fixture       *f,
                     gconstpointer  data)
{
  vigil_event_order_stop (f->order);
  vigil_event_order_joined (f->order, 5, 14);
  fail (f, VIGIL_SESSION_ERROR_NOT_FOUND);
  take (f, 15, 5);
  g_assert_cmpstr (f->out->str, ==, "lost-away:14 15");
}

/* The connection goes in the middle of it: what was held is not forgotten. */
static void
test_held_over_reconnect (Fixture       *f,
                          gconstpointer  data)
{
  take (f, 13, 5);
  vigil_event_order_stop (f->order);
  g_assert_cmpstr (f->out->str, ==, "");
  vigil_event_order_joined (f->order, 6, 0);
  g_assert_cmpstr (f->out->str, ==, "lost-away:12 13");
  take (f, 1, 6);
  g_assert_cmpstr (f->out->str, ==, "lost-away:12 13 1");
}

static void
test_flood (Fixture       *f,
            gconstpointer  data)
{
  for (gint64 seq = 12; seq < 12 + 25000; seq++)
    take (f, seq, 5);
  g_assert_true (g_str_has_prefix (f->out->str, "lost:11 12 13 14"));
  g_assert_true (g_str_has_suffix (f->out->str, " 25010 25011"));
}

#define ADD(name, func) g_test_add ("/session/event-order/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("in-order", test_in_order);
  ADD ("duplicates", test_duplicates);
  ADD ("gap-is-healed", test_gap_is_healed);
  ADD ("many-pages", test_many_pages);
  ADD ("gap-in-held", test_gap_in_held);
  ADD ("hole", test_hole);
  ADD ("hall-cannot", test_hall_cannot);
  ADD ("transient", test_transient);
  ADD ("other-epoch-answers", test_other_epoch_answers);
  ADD ("new-epoch", test_new_epoch);
  ADD ("reconnect", test_reconnect);
  ADD ("reconnect-missed-nothing", test_reconnect_missed_nothing);
  ADD ("reconnect-lost", test_reconnect_lost);
  ADD ("held-over-reconnect", test_held_over_reconnect);
  ADD ("flood", test_flood);
  return g_test_run ();
}
