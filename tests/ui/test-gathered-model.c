/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whoever adds up what it tells has the base's own list, with few changes told. */
#include <gio/gio.h>

#include "vigil-gathered-model.h"

typedef struct
{
  GListStore         *base;
  VigilGatheredModel *model;
  GPtrArray          *sum;     /* of what was told, borrowed */
  guint               n_told;
} Fixture;

static void
told_cb (Fixture *f, guint position, guint removed, guint added)
{
  f->n_told++;
  g_assert_cmpuint (position + removed, <=, f->sum->len);
  if (removed > 0)
    g_ptr_array_remove_range (f->sum, position, removed);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (f->model), position + i);

      g_assert_nonnull (item);
      g_ptr_array_insert (f->sum, (int) (position + i), item);
    }
  g_assert_cmpuint (f->sum->len, ==, g_list_model_get_n_items (G_LIST_MODEL (f->model)));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->base = g_list_store_new (G_TYPE_OBJECT);
  f->model = vigil_gathered_model_new (G_LIST_MODEL (f->base));
  f->sum = g_ptr_array_new ();
  g_signal_connect_swapped (f->model, "items-changed", G_CALLBACK (told_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_ptr_array_unref (f->sum);
  g_assert_finalize_object (f->model);
  g_object_unref (f->base);
}

static void
assert_same (Fixture *f, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (f->base), i);

      g_assert_true (f->sum->pdata[i] == item);
    }
}

static void
run_until_told (Fixture *f)
{
  while (f->sum->len != g_list_model_get_n_items (G_LIST_MODEL (f->base)))
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (f->sum->len, ==, g_list_model_get_n_items (G_LIST_MODEL (f->base)));
  assert_same (f, f->sum->len);
}

static void
insert (Fixture *f, guint position)
{
  g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

  g_list_store_insert (f->base, position, item);
}

static void
test_once (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 1000; i++)
    insert (f, i);
  run_until_told (f);
  g_assert_cmpuint (f->n_told, <, 40);
  f->n_told = 0;
  for (guint i = 0; i < 50; i++)
    insert (f, i * 7);
  g_assert_cmpuint (f->n_told, ==, 0);
  run_until_told (f);
  g_assert_cmpuint (f->n_told, ==, 1);
}

static void
test_tell (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 500; i++)
    insert (f, 0);
  vigil_gathered_model_tell (f->model, 300);
  assert_same (f, 300);
  vigil_gathered_model_tell (f->model, 300);
  run_until_told (f);
}

/* A part is asked for before the rest had its turn: the rest comes all the same. */
static void
test_rest (Fixture *f, gconstpointer data)
{
  insert (f, 0);
  run_until_told (f);
  for (guint i = 0; i < 500; i++)
    insert (f, i);
  vigil_gathered_model_tell (f->model, 2);
  assert_same (f, 2);
  run_until_told (f);
}

/* Whatever comes in between, also while only a part is shown. */
static void
test_random (Fixture *f, gconstpointer data)
{
  for (guint round = 0; round < 4000; round++)
    {
      guint n = g_list_model_get_n_items (G_LIST_MODEL (f->base));
      guint position = (guint) g_test_rand_int_range (0, (int) n + 1);

      switch (g_test_rand_int_range (0, 12))
        {
        case 0:
          g_list_store_splice (f->base, position, (guint) g_test_rand_int_range (0, (int) (n - position) + 1), NULL, 0);
          break;
        case 1:
          for (guint i = 0; i < 300; i++)
            insert (f, position);
          break;
        case 2:
          vigil_gathered_model_tell (f->model, position);
          assert_same (f, position);
          break;
        case 3:
          run_until_told (f);
          break;
        case 4:
        case 5:
          g_main_context_iteration (NULL, FALSE);
          break;
        case 6:
          if (position < n)
            g_list_store_remove (f->base, position);
          break;
        default:
          insert (f, position);
          break;
        }
    }
  run_until_told (f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/ui/gathered-model/once", Fixture, NULL, set_up, test_once, tear_down);
  g_test_add ("/ui/gathered-model/tell", Fixture, NULL, set_up, test_tell, tear_down);
  g_test_add ("/ui/gathered-model/rest", Fixture, NULL, set_up, test_rest, tear_down);
  g_test_add ("/ui/gathered-model/random", Fixture, NULL, set_up, test_random, tear_down);
  return g_test_run ();
}
