/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a view sees of a list that changes many times between two frames: a copy, and one change. */
#include "vigil-gathered-model.h"

/* More than a list makes rows for. */
#define PACED_ITEMS 224
/* About a frame of rows. */
#define PORTION 8
/* A timeout and not an idle: frames are drawn between. */
#define PAUSE_MS 4

struct _VigilGatheredModel
{
  GObject     parent_instance;

  GListModel *base;
  GPtrArray  *items;   /* as they were told */
  guint       first;   /* so many at the beginning are the same as in the base */
  guint       last;    /* and so many at the end */
  guint       idle;    /* 0: all is told, as far as it is shown */
  guint       limit;   /* no more are shown yet */
  guint       timer;   /* more come with it */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilGatheredModel, vigil_gathered_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return g_list_model_get_item_type (VIGIL_GATHERED_MODEL (model)->base);
}

static guint
get_n_items (GListModel *model)
{
  return VIGIL_GATHERED_MODEL (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *items = VIGIL_GATHERED_MODEL (model)->items;

  return position < items->len ? g_object_ref (items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static guint
get_n_wanted (VigilGatheredModel *self)
{
  return MIN (g_list_model_get_n_items (self->base), self->limit);
}

/* What is between the first and the last ones is the base's now. Returns: how many that are. */
static guint
replace (VigilGatheredModel *self, guint removed)
{
  guint added = get_n_wanted (self) - self->first - self->last;
  guint before = self->items->len;

  /* What goes is let go of after what comes was taken: most of it is the same. */
  g_autoptr (GPtrArray) gone = g_ptr_array_new_full (removed, g_object_unref);

  for (guint i = 0; i < removed; i++)
    g_ptr_array_add (gone, self->items->pdata[self->first + i]);
  if (added > removed)
    g_ptr_array_set_size (self->items, (int) (before + added - removed));
  memmove (self->items->pdata + self->first + added, self->items->pdata + self->first + removed, self->last * sizeof (gpointer));
  for (guint i = 0; i < added; i++)
    self->items->pdata[self->first + i] = g_list_model_get_item (self->base, self->first + i);
  if (added < removed)
    {
      for (guint i = before + added - removed; i < before; i++)
        self->items->pdata[i] = NULL;
      g_ptr_array_set_size (self->items, (int) (before + added - removed));
    }
  return added;
}

static void
tell (VigilGatheredModel *self)
{
  guint n = get_n_wanted (self), position, removed, added;

  g_clear_handle_id (&self->idle, g_source_remove);
  /* Where not all is shown, what is at the end is not what is at the end of the base. */
  if (n < g_list_model_get_n_items (self->base) || self->items->len < self->first + self->last)
    self->last = 0;
  position = self->first = MIN (self->first, MIN (n, self->items->len));
  removed = self->items->len - self->first - self->last;
  added = replace (self, removed);
  self->first = self->items->len;
  self->last = n < g_list_model_get_n_items (self->base) ? 0 : self->items->len;
  if (removed > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static gboolean
more_cb (gpointer user_data)
{
  VigilGatheredModel *self = user_data;

  self->limit = self->limit >= PACED_ITEMS ? G_MAXUINT : self->limit + PORTION;
  tell (self);
  if (self->items->len < g_list_model_get_n_items (self->base))
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  return G_SOURCE_REMOVE;
}

/* What is held back now comes by itself: whoever tells a part of it has to see to that. */
static void
see_to_the_rest (VigilGatheredModel *self)
{
  if (self->timer == 0 && g_list_model_get_n_items (self->base) > self->limit)
    self->timer = g_timeout_add (PAUSE_MS, more_cb, self);
}

static gboolean
idle_cb (gpointer user_data)
{
  VigilGatheredModel *self = user_data;

  /* Rows of a first screen and what lies around it come a few at a time: they are made, and that takes longest of all. */
  if (self->items->len < PACED_ITEMS)
    self->limit = self->items->len + PORTION;
  see_to_the_rest (self);
  tell (self);
  return G_SOURCE_REMOVE;
}

void
vigil_gathered_model_tell (VigilGatheredModel *self, guint n)
{
  g_return_if_fail (VIGIL_IS_GATHERED_MODEL (self));

  if (n > self->limit)
    self->limit = G_MAXUINT;
  see_to_the_rest (self);
  tell (self);
}

static void
items_changed_cb (GListModel *base, guint position, guint removed, guint added, gpointer user_data)
{
  VigilGatheredModel *self = user_data;

  self->first = MIN (self->first, position);
  self->last = MIN (self->last, g_list_model_get_n_items (base) - position - added);
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, idle_cb, self, NULL);
}

static void
unref_item (gpointer item)
{
  if (item != NULL)
    g_object_unref (item);
}

static void
vigil_gathered_model_dispose (GObject *object)
{
  VigilGatheredModel *self = VIGIL_GATHERED_MODEL (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->base != NULL)
    g_signal_handlers_disconnect_by_data (self->base, self);
  g_clear_object (&self->base);
  G_OBJECT_CLASS (vigil_gathered_model_parent_class)->dispose (object);
}

static void
vigil_gathered_model_finalize (GObject *object)
{
  g_ptr_array_unref (VIGIL_GATHERED_MODEL (object)->items);
  G_OBJECT_CLASS (vigil_gathered_model_parent_class)->finalize (object);
}

static void
vigil_gathered_model_class_init (VigilGatheredModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_gathered_model_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_gathered_model_finalize;
}

static void
vigil_gathered_model_init (VigilGatheredModel *self)
{
  self->items = g_ptr_array_new_with_free_func (unref_item);
}

VigilGatheredModel *
vigil_gathered_model_new (GListModel *base)
{
  VigilGatheredModel *self = g_object_new (VIGIL_TYPE_GATHERED_MODEL, NULL);

  g_return_val_if_fail (G_IS_LIST_MODEL (base), self);

  self->base = g_object_ref (base);
  self->limit = G_MAXUINT;
  for (guint i = 0; i < g_list_model_get_n_items (base); i++)
    g_ptr_array_add (self->items, g_list_model_get_item (base, i));
  self->first = self->last = self->items->len;
  g_signal_connect (base, "items-changed", G_CALLBACK (items_changed_cb), self);
  return self;
}
