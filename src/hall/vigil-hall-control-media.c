/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders about the SFU and what is produced. */
#include "vigil-hall-control-private.h"

#include "vigil-hall-console.h"
#include "vigil-hall-media.h"
#include "vigil-hall-sim.h"
#include "vigil-hall-writer.h"

static gboolean
revive_cb (gpointer user_data)
{
  VigilHall *hall = user_data;

  vigil_hall_media_revive (hall->media);
  vigil_hall_sim_produce_again (hall->sim);
  vigil_hall_set_part (hall, VIGIL_HALL_PART_SFU, FALSE, NULL);
  return G_SOURCE_REMOVE;
}

/* The worker dies; after @ms a new one stands there and the browsers produce again. ms 0: never. */
static void
do_sfu_kill (VigilHallOrder *order)
{
  VigilHall *hall = order->hall;
  guint ms = vigil_hall_order_get_ms (order, 2000);

  if (vigil_hall_media_is_down (hall->media))
    return;
  vigil_hall_media_die (hall->media, "the SFU's worker died");
  vigil_hall_sim_forget_producers (hall->sim);
  vigil_hall_set_part (hall, VIGIL_HALL_PART_SFU, TRUE, "the SFU's worker died");
  if (ms > 0)
    vigil_hall_later (hall, ms, revive_cb, hall, NULL);
}

static void
do_sfu_revive (VigilHallOrder *order)
{
  if (vigil_hall_media_is_down (order->hall->media))
    revive_cb (order->hall);
}

static void
do_sfu_freeze (VigilHallOrder *order)
{
  vigil_hall_sfu_set_frozen (vigil_hall_media_get_sfu (order->hall->media),
                             vigil_members_get_bool (order->members, "frozen", 0, TRUE));
}

/* The media of every client goes silent for good, and nobody is told. */
static void
do_sfu_silence (VigilHallOrder *order)
{
  guint n = 0;

  for (guint i = 0; i < order->hall->consoles->len; i++)
    n += vigil_hall_sfu_kill_client (vigil_hall_media_get_sfu (order->hall->media),
           vigil_hall_socket_get_sid (vigil_hall_console_get_socket (g_ptr_array_index (order->hall->consoles, i))));
  vigil_hall_write_int (order->out, "transports", n);
}

static void
do_loss (VigilHallOrder *order)
{
  double percent = vigil_members_get_number (order->members, "percent", VIGIL_MEMBER_REQUIRED, 0);

  if (vigil_members_ok (order->members) && (percent < 0 || percent > 100))
    vigil_members_fail (order->members, "percent", "0 to 100");
  if (vigil_members_ok (order->members))
    vigil_hall_sfu_set_loss (vigil_hall_media_get_sfu (order->hall->media), percent / 100);
}

static void
do_stall (VigilHallOrder *order)
{
  VigilHallCandidate *candidate = vigil_hall_order_get_candidate (order);
  gboolean stalled = vigil_members_get_bool (order->members, "stalled", 0, TRUE);
  VigilSource source;

  if (!candidate || !vigil_hall_order_get_source (order, &source))
    return;
  if (!candidate->producers[source] ||
      !vigil_hall_sfu_set_producer_stalled (vigil_hall_media_get_sfu (order->hall->media),
                                            candidate->producers[source], stalled))
    vigil_members_fail (order->members, "studentId", "does not produce that");
}

static void
do_unproduce (VigilHallOrder *order)
{
  VigilHallCandidate *candidate = vigil_hall_order_get_candidate (order);
  VigilSource source;

  if (candidate && vigil_hall_order_get_source (order, &source))
    vigil_hall_sim_unproduce (order->hall->sim, candidate, source);
}

typedef struct
{
  VigilHall          *hall;
  VigilHallCandidate *candidate;
  VigilSource         source;
} Late;

static gboolean
late_cb (gpointer user_data)
{
  Late *late = user_data;

  vigil_hall_sim_produce (late->hall->sim, late->candidate, late->source);
  return G_SOURCE_REMOVE;
}

/* Now, or after @ms: the late producer. */
static void
do_produce (VigilHallOrder *order)
{
  VigilHallCandidate *candidate = vigil_hall_order_get_candidate (order);
  guint ms = vigil_hall_order_get_ms (order, 0);
  Late late = { order->hall, candidate, VIGIL_SOURCE_WEBCAM };

  if (!candidate || !vigil_hall_order_get_source (order, &late.source))
    return;
  if (ms == 0)
    late_cb (&late);
  else
    vigil_hall_later (order->hall, ms, late_cb, g_memdup2 (&late, sizeof late), g_free);
}

const VigilHallOp vigil_hall_media_ops[] = {
  { "sfu-kill", "{ms}: the whole SFU dies, for ms (2000; 0: for ever)", do_sfu_kill },
  { "sfu-revive", "it is back", do_sfu_revive },
  { "sfu-freeze", "{frozen}: it hangs, and nobody is told", do_sfu_freeze },
  { "sfu-silence", "the media goes silent, and nobody is told", do_sfu_silence },
  { "loss", "{percent}: of the packets", do_loss },
  { "stall", "{studentId, source, stalled}: produced, and nothing comes", do_stall },
  { "unproduce", "{studentId, source}: a feed ends, for good", do_unproduce },
  { "produce", "{studentId, source, ms}: now, or late", do_produce },
  { NULL }
};
