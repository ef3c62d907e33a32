/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoding in another process, and everything that can become of that process. */
#include <signal.h>
#include <string.h>

#include "media-clip.h"
#include "media-rig.h"
#include "vigil-decode-host.h"
#include "vigil-main-post.h"
#include "vigil-sim-marker.h"

#define RATE    15u
#define N_TILES 12u

/* In a payload of one of these the helper's decoder "crashes", and in the other it "hangs". */
#define TRAP "a-frame-that-crashes-the-decoder"
#define TAR  "a-frame-that-the-decoder-never-leaves"

typedef struct
{
  VigilTileDecoder *decoder;
  VigilFrameSlot   *slot;
  MediaClip        *clip;
  guint             look;
  guint             next;        /* frame to push */
  gboolean          key_wanted;
  guint             n_failed;
  guint             n_wrong;
  guint64           n_before;    /* published, at the last mark */
  gint64            back_us;     /* when it first published after that */
} Tile;

static VigilDecodePool *pool;
static MediaClip *clips[N_TILES];

static void
key_wanted_cb (VigilTileDecoder *decoder,
               Tile             *tile)
{
  tile->key_wanted = TRUE;
}

static void
failed_cb (VigilTileDecoder *decoder,
           const char       *detail,
           Tile             *tile)
{
  g_test_message ("tile %u failed: %s", tile->look, detail);
  tile->n_failed++;
}

static void
frame_cb (VigilFrameSlot *slot,
          Tile           *tile)
{
  g_autoptr (VigilFrame) frame = vigil_frame_slot_dup_frame (slot);
  guint look, behaviour;

  if (frame == NULL ||
      !vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    return;
  tile->n_wrong += look != tile->look;
  if (tile->back_us == 0 && vigil_frame_slot_get_n_published (slot) > tile->n_before)
    tile->back_us = g_get_monotonic_time ();
}

static Tile *
tile_new (VigilDecodeHelper *helper,
          guint              look)
{
  Tile *tile = g_new0 (Tile, 1);
  g_autofree char *origin = g_strdup_printf ("producer %u", look);
  g_autoptr (GError) error = NULL;

  tile->look = look;
  /* Encoding takes longer than most of what is tested. */
  if (clips[look] == NULL)
    clips[look] = media_clip_new (look, 320, 180, RATE);
  tile->clip = clips[look];
  tile->decoder = vigil_tile_decoder_new_in_helper (look + 1, "VP8", origin, pool, helper, &error);
  g_assert_no_error (error);
  tile->slot = g_object_ref (vigil_tile_decoder_get_slot (tile->decoder));
  vigil_frame_slot_set_wanted_size (tile->slot, 240, 135);
  media_clip_announce (tile->decoder, "VP8");
  g_signal_connect (tile->decoder, "key-wanted", G_CALLBACK (key_wanted_cb), tile);
  g_signal_connect (tile->decoder, "failed", G_CALLBACK (failed_cb), tile);
  g_signal_connect (tile->slot, "frame", G_CALLBACK (frame_cb), tile);

  return tile;
}

static void
tile_free (gpointer data)
{
  Tile *tile = data;

  g_signal_handlers_disconnect_by_data (tile->slot, tile);
  vigil_tile_decoder_close (tile->decoder);
  g_object_unref (tile->decoder);
  g_object_unref (tile->slot);
  g_free (tile);
}

static VigilDecodeHelper *
helper_new (const char *program)
{
  g_autoptr (GError) error = NULL;
  VigilDecodeHelper *helper = vigil_decode_helper_new (program, "VP8", 2, &error);

  g_assert_no_error (error);
  return helper;
}

static VigilDecodeHelper *
real_helper_new (void)
{
  g_autofree char *program = g_build_filename (g_getenv ("VIGIL_DECODER_DIR"), "vigil-decoder", NULL);

  return helper_new (program);
}

static GPtrArray *
tiles_new (VigilDecodeHelper *helper,
           guint              n)
{
  GPtrArray *tiles = g_ptr_array_new_with_free_func (tile_free);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (tiles, tile_new (helper, i));

  return tiles;
}

static void
push_bait (Tile       *tile,
           const char *bait)
{
  g_autoptr (GPtrArray) packets = media_clip_frame (tile->clip, 0);
  GstBuffer *packet = gst_buffer_copy (packets->pdata[packets->len - 1]);

  gst_buffer_append_memory (packet, gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, (gpointer) bait, strlen (bait), 0,
                                                            strlen (bait), NULL, NULL));
  vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (tile->decoder), packet);
}

/* One frame of each, and a key frame from whoever was asked for one, as a candidate's browser would. */
static void
beat (GPtrArray *tiles)
{
  for (guint i = 0; i < tiles->len; i++)
    {
      Tile *tile = tiles->pdata[i];

      if (tile->key_wanted || tile->next == RATE)
        tile->next = 0;
      tile->key_wanted = FALSE;
      media_clip_push (tile->clip, tile->decoder, tile->next++, 1);
    }
  media_run (1000 / RATE);
}

static void
play (GPtrArray *tiles,
      guint      n_beats)
{
  for (guint i = 0; i < n_beats; i++)
    beat (tiles);
}

static void
mark (GPtrArray *tiles)
{
  for (guint i = 0; i < tiles->len; i++)
    {
      Tile *tile = tiles->pdata[i];

      tile->n_before = vigil_frame_slot_get_n_published (tile->slot);
      tile->back_us = 0;
    }
}

/* Plays on until all but the first @n_out are back; says how long that took. */
static void
wait_for_all (GPtrArray  *tiles,
              guint       n_out,
              gint64      since,
              guint       limit_ms,
              const char *what)
{
  gint64 last = 0;
  guint n_back = 0;

  while (n_back < tiles->len - n_out && g_get_monotonic_time () < since + 20 * G_USEC_PER_SEC)
    {
      beat (tiles);
      n_back = 0;
      for (guint i = n_out; i < tiles->len; i++)
        {
          Tile *tile = tiles->pdata[i];

          n_back += tile->back_us != 0;
          last = MAX (last, tile->back_us);
        }
    }

  g_test_message ("%s: %u of %u are back after %.0f ms", what, n_back, tiles->len - n_out, (last - since) / 1000.0);
  g_assert_cmpuint (n_back, ==, tiles->len - n_out);
  g_assert_cmpint ((last - since) / 1000, <, limit_ms);
}

static void
assert_all_well (GPtrArray *tiles,
                 guint      n_out)
{
  for (guint i = 0; i < tiles->len; i++)
    {
      Tile *tile = tiles->pdata[i];

      g_assert_cmpuint (tile->n_wrong, ==, 0);
      if (i >= n_out)
        g_assert_cmpuint (tile->n_failed, ==, 0);
    }
}

static gboolean
nothing_lives (gpointer unused)
{
  return media_metric ("decoders_live") == 0 && media_metric ("chains_live") == 0;
}

static void
finish (GPtrArray         *tiles,
        VigilDecodeHelper *helper)
{
  g_ptr_array_unref (tiles);
  g_assert_true (media_wait (nothing_lives, NULL, 5000));
  vigil_decode_helper_unref (helper);
  g_assert_cmpint (media_metric ("helpers_live"), ==, 0);
}

static void
test_plays (void)
{
  VigilDecodeHelper *helper = real_helper_new ();
  GPtrArray *tiles = tiles_new (helper, N_TILES);
  Tile *tile = tiles->pdata[0];

  play (tiles, 30);
  g_assert_cmpint (media_metric ("decode_sandboxed"), ==, 1);
  g_assert_cmpint (media_metric ("helpers_live"), ==, 1);
  for (guint i = 0; i < tiles->len; i++)
    g_assert_cmpuint (vigil_frame_slot_get_n_published (((Tile *) tiles->pdata[i])->slot), >=, 29);
  /* As without: a running tile allocates nothing. */
  g_assert_cmpuint (vigil_frame_slot_get_n_allocated (tile->slot), <=, 3);
  assert_all_well (tiles, 0);
  finish (tiles, helper);
}

static void
end_it (GPtrArray         *tiles,
        VigilDecodeHelper *helper,
        int                number,
        guint              limit_ms,
        const char        *what)
{
  GPid pid = vigil_decode_helper_get_pid (helper);
  gint64 began;

  g_assert_cmpint (pid, >, 0);
  began = g_get_monotonic_time ();
  g_assert_cmpint (kill (pid, number), ==, 0);
  /* What it still did before it stopped is no sign that there is another. */
  while (vigil_decode_helper_get_pid (helper) == pid && g_get_monotonic_time () < began + 10 * G_USEC_PER_SEC)
    beat (tiles);
  mark (tiles);
  wait_for_all (tiles, 0, began, limit_ms, what);
  g_assert_cmpint (vigil_decode_helper_get_pid (helper), !=, pid);
}

/* @data: the signal, and for how long they may all be without a picture. A stopped process says nothing: it is only
 * that no answer comes. */
typedef struct
{
  const char *name;
  int         number;
  guint       limit_ms;
} End;

static const End ends[] = {
  { "killed", SIGKILL, 1000 },
  { "crashed", SIGSEGV, 1000 },
  { "stopped", SIGSTOP, 4000 },
};

static void
test_ends (gconstpointer data)
{
  const End *end = data;
  VigilDecodeHelper *helper = real_helper_new ();
  GPtrArray *tiles = tiles_new (helper, N_TILES);
  gint64 lost = media_metric ("helpers_lost");

  play (tiles, 10);
  end_it (tiles, helper, end->number, end->limit_ms, end->name);
  g_assert_cmpint (media_metric ("helpers_lost"), ==, lost + 1);
  play (tiles, 5);
  assert_all_well (tiles, 0);
  finish (tiles, helper);
}

static void
bait (gconstpointer data)
{
  VigilDecodeHelper *helper = real_helper_new ();
  GPtrArray *tiles = tiles_new (helper, N_TILES);
  Tile *bad = tiles->pdata[0];
  gint64 lost = media_metric ("helpers_lost"), held = media_metric ("feeds_held_back");
  gint64 began = g_get_monotonic_time ();

  play (tiles, 10);
  while (bad->n_failed == 0 && g_get_monotonic_time () < began + 40 * G_USEC_PER_SEC)
    {
      push_bait (bad, data);
      beat (tiles);
    }
  g_assert_cmpuint (bad->n_failed, ==, 1);
  g_assert_cmpint (media_metric ("helpers_lost"), ==, lost + 3);
  g_assert_cmpint (media_metric ("feeds_held_back"), ==, held + 1);

  mark (tiles);
  wait_for_all (tiles, 1, g_get_monotonic_time (), 1500, "held back");
  assert_all_well (tiles, 1);

  /* Not either when it comes again at once, under another number. */
  tile_free (g_steal_pointer (&tiles->pdata[0]));
  tiles->pdata[0] = tile_new (helper, 0);
  play (tiles, 5);
  g_assert_cmpuint (((Tile *) tiles->pdata[0])->n_failed, ==, 1);
  g_assert_cmpint (media_metric ("helpers_lost"), ==, lost + 3);
  finish (tiles, helper);
}

/* What the helper says is of somebody's making. Nothing of it may do more than cost that process its life. */
static void
test_lies (gconstpointer data)
{
  g_autofree char *name = g_strdup (data);
  VigilDecodeHelper *helper;
  GPtrArray *tiles;
  gint64 lost = media_metric ("helpers_lost");

  g_setenv ("VIGIL_DECODER_LIE", name, TRUE);
  helper = helper_new (HOSTILE_DECODER);
  tiles = tiles_new (helper, 1);
  play (tiles, 8);
  g_assert_cmpint (media_metric ("helpers_lost"), >, lost);
  g_assert_cmpuint (vigil_frame_slot_get_n_published (((Tile *) tiles->pdata[0])->slot), ==, 0);
  finish (tiles, helper);
}

/* Without a helper, and with one that is not locked in, the tiles play all the same. */
static void
test_without (gconstpointer data)
{
  VigilDecodeHelper *helper;
  GPtrArray *tiles;

  g_setenv ("VIGIL_DECODER_LIE", "open", TRUE);
  helper = helper_new (data);
  tiles = tiles_new (helper, 2);
  play (tiles, 10);
  g_assert_cmpint (vigil_decode_helper_get_pid (helper), ==, 0);
  for (guint i = 0; i < tiles->len; i++)
    g_assert_cmpuint (vigil_frame_slot_get_n_published (((Tile *) tiles->pdata[i])->slot), >=, 9);
  assert_all_well (tiles, 0);
  finish (tiles, helper);
}

static gboolean
all_play (gpointer data)
{
  GPtrArray *tiles = data;

  beat (tiles);
  for (guint i = 0; i < tiles->len; i++)
    if (vigil_frame_slot_get_n_published (((Tile *) tiles->pdata[i])->slot) < 5)
      return FALSE;
  return TRUE;
}

/* One that is there and never gets as far as to be ready: that is known after the third time, when the feeds have
 * waited for it. */
static void
test_ends_at_once (void)
{
  VigilDecodeHelper *helper = helper_new ("/bin/false");
  GPtrArray *tiles = tiles_new (helper, 2);

  g_assert_true (media_wait (all_play, tiles, 10000));
  g_assert_cmpint (vigil_decode_helper_start (helper), ==, VIGIL_HELPER_NEVER);
  g_assert_cmpint (media_metric ("chains_here"), ==, 2);
  g_assert_cmpint (media_metric ("chains_apart"), ==, 0);
  assert_all_well (tiles, 0);
  finish (tiles, helper);
}

static gboolean
is_up (gpointer helper)
{
  return vigil_decode_helper_start (helper) == VIGIL_HELPER_READY;
}

/* An hour of trouble: nothing stays behind. */
static void
test_churn (void)
{
  VigilDecodeHelper *helper = real_helper_new ();
  guint fds = 0, threads = 0;
  gsize used = 0;

  for (guint i = 0; i < 200; i++)
    {
      GPtrArray *tiles = tiles_new (helper, 2);
      Tile *tile = tiles->pdata[i % 2];
      GPid pid;

      media_clip_push (tile->clip, tile->decoder, 0, 3);
      media_run (5);
      pid = vigil_decode_helper_get_pid (helper);
      if (i % 10 == 5 && pid > 0)
        {
          kill (pid, SIGKILL);
          media_clip_push (tile->clip, tile->decoder, 0, 3);
          media_run (20);
        }
      g_ptr_array_unref (tiles);
      g_assert_true (media_wait (nothing_lives, NULL, 5000));
      if (i == 9)
        {
          g_assert_true (media_wait (is_up, helper, 8000));
          fds = media_n_fds ();
          threads = media_n_threads ();
          used = vigil_frame_memory_get_used (vigil_decode_helper_get_memory (helper));
        }
    }

  g_assert_true (media_wait (is_up, helper, 8000));
  g_assert_cmpuint (media_n_fds (), ==, fds);
  g_assert_cmpuint (media_n_threads (), ==, threads);
  g_assert_cmpuint (vigil_frame_memory_get_used (vigil_decode_helper_get_memory (helper)), ==, used);
  g_assert_cmpint (media_metric ("helpers_live"), ==, 1);
  vigil_decode_helper_unref (helper);
  g_assert_cmpint (media_metric ("helpers_live"), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  static const char *const lies[] = {
    "huge", "drawn-nothing", "many", "status", "kind", "endless", "half", "blame", "unasked", "another", "two", "nobody",
  };
  int result;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("VIGIL_DECODER_TRAP", TRAP, TRUE);
  g_setenv ("VIGIL_DECODER_TAR", TAR, TRUE);
  vigil_set_main_thread ();
  gst_init (NULL, NULL);
  pool = vigil_decode_pool_new (2, vigil_tile_decoder_run, vigil_tile_decoder_joins);

  g_test_add_func ("/media/decode-helper/plays", test_plays);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/decode-helper/ends/%s", ends[i].name);

      g_test_add_data_func (path, &ends[i], test_ends);
    }
  g_test_add_data_func ("/media/decode-helper/crashes", TRAP, bait);
  g_test_add_data_func ("/media/decode-helper/hangs", TAR, bait);
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/decode-helper/lies/%s", lies[i]);

      g_test_add_data_func (path, lies[i], test_lies);
    }
  g_test_add_data_func ("/media/decode-helper/without/none", "/nonexistent/vigil-decoder", test_without);
  g_test_add_data_func ("/media/decode-helper/without/not-locked-in", HOSTILE_DECODER, test_without);
  g_test_add_func ("/media/decode-helper/without/ends-at-once", test_ends_at_once);
  g_test_add_func ("/media/decode-helper/churn", test_churn);

  result = g_test_run ();
  vigil_decode_pool_unref (pool);
  for (guint i = 0; i < N_TILES; i++)
    g_clear_pointer (&clips[i], media_clip_free);
  return result;
}
