/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who publishes in a room of a Janus. */
#include "vigil-janus-room.h"

#include "vigil-janus-metrics.h"

struct _VigilJanusRoom
{
  GHashTable *feeds; /* producer id, borrowed from the feed → VigilJanusFeed */
};

VigilJanusRoom *
vigil_janus_room_new (void)
{
  VigilJanusRoom *self = g_new0 (VigilJanusRoom, 1);

  self->feeds = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) vigil_janus_feed_free);
  return self;
}

void
vigil_janus_room_free (VigilJanusRoom *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->feeds);
  g_free (self);
}

static gboolean
is_named (const VigilJanusFeed *feed, GPtrArray *publishers)
{
  return g_ptr_array_find_with_equal_func (publishers, feed->id.text, g_str_equal, NULL);
}

static gboolean
is_listed (GPtrArray *feeds, const char *producer_id)
{
  for (guint i = 0; i < feeds->len; i++)
    if (g_str_equal (((VigilJanusFeed *) feeds->pdata[i])->producer_id, producer_id))
      return TRUE;
  return FALSE;
}

/* Of those named, whoever is not among @feeds any more. */
static void
forget (VigilJanusRoom *self, GPtrArray *publishers, GPtrArray *feeds, GPtrArray *gone)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      VigilJanusFeed *feed = value;

      if (!is_named (feed, publishers) || is_listed (feeds, feed->producer_id))
        continue;
      g_ptr_array_add (gone, g_strdup (feed->producer_id));
      g_hash_table_iter_remove (&iter);
    }
}

/* Never somebody else by the same name: whoever has it keeps it. */
static void
take (VigilJanusRoom *self, const VigilJanusFeed *feed)
{
  const VigilJanusFeed *known = g_hash_table_lookup (self->feeds, feed->producer_id);
  VigilJanusFeed *copy;

  if (known != NULL && (known->id.is_text != feed->id.is_text || !g_str_equal (known->id.text, feed->id.text) ||
                        !g_str_equal (known->mid, feed->mid)))
    {
      vigil_counter_add (vigil_janus_metrics ()->hostile, 1);
      return;
    }
  copy = vigil_janus_feed_copy (feed);
  g_hash_table_replace (self->feeds, copy->producer_id, copy);
}

gboolean
vigil_janus_room_take (VigilJanusRoom *self, JsonNode *data, GPtrArray *gone, GError **error)
{
  g_autoptr (GPtrArray) publishers = NULL;
  guint n_skipped;
  g_autoptr (GPtrArray) feeds = vigil_janus_feeds_from_data (data, &publishers, &n_skipped, error);
  char *leaver;

  vigil_counter_add (vigil_janus_metrics ()->hostile, n_skipped);
  if (feeds == NULL)
    return FALSE;

  leaver = vigil_janus_dup_gone (data);
  if (leaver != NULL)
    g_ptr_array_add (publishers, leaver);
  if (g_hash_table_size (self->feeds) > 0 && publishers->len > 0)
    forget (self, publishers, feeds, gone);

  for (guint i = 0; i < feeds->len; i++)
    take (self, feeds->pdata[i]);
  return TRUE;
}

const VigilJanusFeed *
vigil_janus_room_find (VigilJanusRoom *self, const char *producer_id)
{
  return g_hash_table_lookup (self->feeds, producer_id);
}

GPtrArray *
vigil_janus_room_list (VigilJanusRoom *self, VigilMediaKind kind)
{
  GPtrArray *found = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      VigilJanusFeed *feed = value;

      if (feed->kind == kind && feed->codec != NULL)
        g_ptr_array_add (found, feed);
    }
  return found;
}
