/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a grid sees while the number of matches jumps: a list that is right at every moment, and no jump of many widgets. */
#include "vigil-fake-log.h"
#include "vigil-paced-model.h"
#include "vigil-roster-view.h"

#include <string.h>

#define N 1000
#define GRID 240 /* widgets a grid has at most */

typedef struct
{
  VigilScoreStore *store;
  VigilRoster     *roster;
  VigilRosterView *view;
  GListModel      *model;
  GPtrArray       *copy;     /* what the signals made of it */
  guint            widest;   /* of the grid's widgets, in one call */
} Fixture;

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, Fixture *f)
{
  guint end = position + removed, widgets;

  g_assert_cmpuint (end, <=, f->copy->len);
  widgets = MIN (end, GRID) - MIN (position, GRID);
  f->widest = MAX (f->widest, widgets);
  if (removed > 0)
    g_ptr_array_remove_range (f->copy, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (f->copy, (int) (position + i), g_list_model_get_item (model, position + i));
  f->widest = MAX (f->widest, MIN (position + added, GRID) - MIN (position, GRID));

  g_assert_cmpuint (f->copy->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < f->copy->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      g_assert_true (item == f->copy->pdata[i]);
      g_assert_cmpuint (vigil_slot_get_position (VIGIL_SLOT (item)), ==, i);
    }
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->store = vigil_score_store_new (N);
  f->roster = vigil_roster_new (f->store);
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);
      g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

      info->fields = VIGIL_FIELD_NAME;
      info->name = g_strdup_printf ("Name %03u %s", i, i % 100 == 7 ? "seldom" : "often");
      vigil_roster_apply (f->roster, info);
    }
  f->view = vigil_roster_view_new (f->roster);
  f->model = G_LIST_MODEL (vigil_paced_model_new (G_LIST_MODEL (f->view)));
  f->copy = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (f->model); i++)
    g_ptr_array_add (f->copy, g_list_model_get_item (f->model, i));
  g_signal_connect (f->model, "items-changed", G_CALLBACK (changed_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_ptr_array_unref (f->copy);
  g_assert_finalize_object (f->model);
  g_assert_finalize_object (f->view);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
}

static void
search (Fixture *f, const char *text)
{
  VigilRosterFilter filter = { .search = (char *) text };

  vigil_roster_view_set_filter (f->view, &filter);
}

static gboolean
is_settled (gpointer data)
{
  Fixture *f = data;

  return g_list_model_get_n_items (f->model) == g_list_model_get_n_items (G_LIST_MODEL (f->view));
}

/* Nobody who was filtered out stays in a place for the moment that the place stays. */
static void
check_nobody_beyond (Fixture *f)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (f->view)); i < f->copy->len; i++)
    g_assert_cmpuint (vigil_slot_get_handle (f->copy->pdata[i]), ==, VIGIL_HANDLE_NONE);
}

static void
test_portions (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (f->copy->len, ==, N);
  search (f, "seldom");
  check_nobody_beyond (f);
  g_assert_cmpuint (f->copy->len, <=, 256);
  g_assert_true (vigil_fake_wait (is_settled, f, 3000));
  g_assert_cmpuint (f->copy->len, ==, N / 100);

  search (f, "");
  check_nobody_beyond (f);
  g_assert_true (vigil_fake_wait (is_settled, f, 3000));
  g_assert_cmpuint (f->copy->len, ==, N);
  for (guint i = 0; i < N; i++)
    g_assert_cmpuint (vigil_slot_get_handle (f->copy->pdata[i]), ==, vigil_roster_view_get_handle (f->view, i));
  g_assert_cmpuint (f->widest, <=, 24);
}

/* Letters come faster than portions. */
static void
test_typed_fast (Fixture *f, gconstpointer data)
{
  static const char *const texts[] = { "often", "seldom", "", "nobody", "1", "seldom", "12", "" };

  for (guint round = 0; round < 40; round++)
    {
      search (f, texts[round % G_N_ELEMENTS (texts)]);
      check_nobody_beyond (f);
      if (round % 3 == 1)
        g_main_context_iteration (NULL, FALSE);
      if (round % 7 == 6)
        vigil_fake_run (6);
    }
  search (f, "");
  g_assert_true (vigil_fake_wait (is_settled, f, 3000));
  for (guint i = 0; i < N; i++)
    g_assert_cmpuint (vigil_slot_get_handle (f->copy->pdata[i]), ==, vigil_roster_view_get_handle (f->view, i));
  g_assert_cmpuint (f->widest, <=, 24);
}

static void
test_finish (Fixture *f, gconstpointer data)
{
  search (f, "nobody");
  vigil_paced_model_finish (VIGIL_PACED_MODEL (f->model));
  g_assert_cmpuint (f->copy->len, ==, 0);
  search (f, "");
  g_assert_cmpuint (f->copy->len, ==, 24);
  vigil_paced_model_finish (VIGIL_PACED_MODEL (f->model));
  g_assert_cmpuint (f->copy->len, ==, N);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/ui/paced-model/portions", Fixture, NULL, set_up, test_portions, tear_down);
  g_test_add ("/ui/paced-model/typed-fast", Fixture, NULL, set_up, test_typed_fast, tear_down);
  g_test_add ("/ui/paced-model/finish", Fixture, NULL, set_up, test_finish, tear_down);
  return g_test_run ();
}
