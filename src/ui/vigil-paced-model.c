/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Few widgets at a time: what a grid sees of the roster view while the number of matches jumps. */
#include "vigil-paced-model.h"

#include "vigil-slot.h"

/* More than a grid makes widgets for: 30 rows of its columns. */
#define PACED_ITEMS 256
/* About 2 ms of widgets. */
#define PORTION 24
/* A timeout and not an idle: frames are drawn between, and a wall that plays is never idle. */
#define PAUSE_MS 4

struct _VigilPacedModel
{
  GObject     parent_instance;

  GListModel *base;
  guint       n_base;   /* as we last told */
  guint       n_shown;
  GPtrArray  *first;    /* the base's first slots, which stay the same whoever sits there */
  guint       timer;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilPacedModel, vigil_paced_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return VIGIL_TYPE_SLOT;
}

static guint
get_n_items (GListModel *model)
{
  return VIGIL_PACED_MODEL (model)->n_shown;
}

static gpointer
get_item (GListModel *model, guint position)
{
  VigilPacedModel *self = VIGIL_PACED_MODEL (model);

  if (position >= self->n_shown)
    return NULL;
  return position < self->first->len ? g_object_ref (self->first->pdata[position]) : g_list_model_get_item (self->base, position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
set_shown (VigilPacedModel *self, guint n_shown)
{
  guint n_old = self->n_shown;

  self->n_shown = n_shown;
  if (n_old > n_shown)
    g_list_model_items_changed (G_LIST_MODEL (self), n_shown, n_old - n_shown, 0);
  else if (n_old < n_shown)
    g_list_model_items_changed (G_LIST_MODEL (self), n_old, 0, n_shown - n_old);
}

/* One portion nearer to the base, or all of it where the grid has its widgets anyway. */
static void
step (VigilPacedModel *self)
{
  guint n = self->n_shown;

  if (n > PACED_ITEMS && n > self->n_base)
    set_shown (self, MAX (self->n_base, PACED_ITEMS));
  else if (n > self->n_base)
    set_shown (self, MAX (self->n_base, n - MIN (n, PORTION)));
  else
    set_shown (self, n >= PACED_ITEMS ? self->n_base : MIN (self->n_base, n + PORTION));
}

static gboolean
step_cb (gpointer user_data)
{
  VigilPacedModel *self = user_data;

  step (self);
  if (self->n_shown != self->n_base)
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  return G_SOURCE_REMOVE;
}

static void
pace (VigilPacedModel *self)
{
  if (self->n_shown == self->n_base)
    g_clear_handle_id (&self->timer, g_source_remove);
  else if (self->timer == 0)
    self->timer = g_timeout_add (PAUSE_MS, step_cb, self);
}

static void
keep_first (VigilPacedModel *self)
{
  while (self->first->len < MIN (self->n_base, PACED_ITEMS))
    g_ptr_array_add (self->first, g_list_model_get_item (self->base, self->first->len));
}

static void
items_changed_cb (GListModel *base, guint position, guint removed, guint added, gpointer user_data)
{
  VigilPacedModel *self = user_data;

  self->n_base = g_list_model_get_n_items (base);
  keep_first (self);
  /* Whoever was beyond the first ones is gone from the base: they go at once. */
  step (self);
  pace (self);
}

void
vigil_paced_model_finish (VigilPacedModel *self)
{
  g_return_if_fail (VIGIL_IS_PACED_MODEL (self));

  g_clear_handle_id (&self->timer, g_source_remove);
  set_shown (self, self->n_base);
}

static void
vigil_paced_model_dispose (GObject *object)
{
  VigilPacedModel *self = VIGIL_PACED_MODEL (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->base != NULL)
    g_signal_handlers_disconnect_by_data (self->base, self);
  g_clear_object (&self->base);
  self->n_base = self->n_shown = 0;
  G_OBJECT_CLASS (vigil_paced_model_parent_class)->dispose (object);
}

static void
vigil_paced_model_finalize (GObject *object)
{
  g_ptr_array_unref (VIGIL_PACED_MODEL (object)->first);
  G_OBJECT_CLASS (vigil_paced_model_parent_class)->finalize (object);
}

static void
vigil_paced_model_class_init (VigilPacedModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_paced_model_dispose;
  object_class->finalize = vigil_paced_model_finalize;
}

static void
vigil_paced_model_init (VigilPacedModel *self)
{
  self->first = g_ptr_array_new_with_free_func (g_object_unref);
}

VigilPacedModel *
vigil_paced_model_new (GListModel *base)
{
  VigilPacedModel *self = g_object_new (VIGIL_TYPE_PACED_MODEL, NULL);

  g_return_val_if_fail (G_IS_LIST_MODEL (base), self);

  self->base = g_object_ref (base);
  self->n_base = self->n_shown = g_list_model_get_n_items (base);
  keep_first (self);
  g_signal_connect (base, "items-changed", G_CALLBACK (items_changed_cb), self);
  return self;
}
