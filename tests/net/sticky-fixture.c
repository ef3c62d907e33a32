/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the wire's JSON to the roster, without a network between them. */
#include "sticky-fixture.h"

#include <string.h>

#include "vigil-hall-answer.h"
#include "vigil-json.h"
#include "vigil-session-error.h"

static void
event_cb (Fixture *f, VigilHallEvent *event)
{
  vigil_roster_sync_take (f->sync, event);
}

static void
lost_cb (Fixture *f, gint64 seq, gboolean away)
{
  vigil_roster_sync_skip_to (f->sync, seq);
}

void
set_up (Fixture *f)
{
  *f = (Fixture) { 0 };
  f->log = vigil_fake_log_new ();
  f->store = vigil_score_store_new (100);
  f->policy = vigil_scoring_policy_new_default ();
  f->roster = vigil_roster_new (f->store);
  vigil_roster_set_policy (f->roster, f->policy);
  f->directory = vigil_fake_directory_new (f->log);
  f->order = vigil_event_order_new (VIGIL_HALL_DIRECTORY (f->directory));
  f->sync = vigil_roster_sync_new (f->roster, VIGIL_HALL_DIRECTORY (f->directory));
  g_signal_connect_swapped (f->order, "event", G_CALLBACK (event_cb), f);
  g_signal_connect_swapped (f->order, "lost", G_CALLBACK (lost_cb), f);
  vigil_event_order_set_exam (f->order, "e");
  vigil_roster_sync_set_exam (f->sync, "e");
  vigil_event_order_joined (f->order, 5, 0);
  vigil_roster_sync_joined (f->sync, 5, 0);
}

void
tear_down (Fixture *f)
{
  vigil_event_order_set_exam (f->order, NULL);
  vigil_roster_sync_stop (f->sync);
  while (vigil_fake_directory_get_n_waiting (f->directory) > 0)
    vigil_fake_directory_fail (f->directory, VIGIL_SESSION_ERROR_CLOSED);
  vigil_fake_spin ();
  g_clear_pointer (&f->last, vigil_hall_event_unref);
  g_clear_pointer (&f->missing, g_free);
  g_assert_finalize_object (f->sync);
  g_assert_finalize_object (f->order);
  g_assert_finalize_object (f->directory);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
  vigil_fake_log_unref (f->log);
}

JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = vigil_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return node;
}

static gboolean
is_asked (gpointer data)
{
  return vigil_roster_sync_is_loading (data);
}

void
answer_roster (Fixture *f, const char *rows, gint64 seq)
{
  g_autofree char *text = g_strdup_printf ("{\"items\":[%s],\"next\":null,\"total\":1,\"epoch\":5,\"seq\":%" G_GINT64_FORMAT "}", rows, seq);
  g_autoptr (JsonNode) node = parse (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWirePage) wire = vigil_wire_page_from_json (node, VIGIL_PAGE_CANDIDATES, &error);
  VigilRosterPage *page = vigil_fake_page_new (NULL, 0, 5, seq);

  g_assert_no_error (error);
  g_ptr_array_unref (page->candidates);
  page->candidates = g_ptr_array_ref (wire->items);
  if (!vigil_roster_sync_is_loading (f->sync))
    vigil_roster_sync_request (f->sync, "the test says so");
  g_assert_true (vigil_fake_wait (is_asked, f->sync, 3000));
  vigil_fake_directory_answer (f->directory, page, (GDestroyNotify) vigil_roster_page_free);
  vigil_fake_spin ();
}

void
take (Fixture *f, VigilHallEvent *event)
{
  vigil_event_order_take (f->order, event);
  g_clear_pointer (&f->last, vigil_hall_event_unref);
  f->last = event;
}
