/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real engine against the real SFU in another process, with the signalling done by hand. */
#pragma once

#include <json-glib/json-glib.h>

#include "vigil-frame-slot.h"
#include "vigil-webrtc-engine.h"

G_BEGIN_DECLS

/** One feed as the test sees it. The look of a producer is its index. */
typedef struct
{
  struct _MediaRig *rig;
  guint64           id;
  guint             producer;
  VigilConsumerInfo info;
  VigilFrameSlot   *slot;
  gint64            attached_us;
  gint64            first_us;     /* of the last FIRST_FRAME event; 0 without any */
  guint             n_first;
  guint             n_stalled;
  guint             n_recovered;
  guint             n_failed;
  guint             n_frames;     /* frames taken from the slot */
  guint             n_right;      /* whose marker says it is this producer */
  guint             n_wrong;      /* whose marker says it is another */
} MediaFeed;

typedef struct _MediaRig
{
  VigilWebrtcEngine *engine;
  VigilMediaEngine  *media;
  GPid               pid;
  GIOChannel        *to;
  GIOChannel        *from;
  JsonNode          *router;
  JsonNode          *capabilities;
  char              *transport;
  GHashTable        *feeds;       /* id -> MediaFeed */
  guint64            last_id;
  const char        *origin;      /* (nullable) of what is attached from now on */
  guint              n_lost;
  char              *lost_reason;
} MediaRig;

MediaRig   *media_rig_new        (guint n_producers, guint width, guint height, guint rate);
void        media_rig_free       (MediaRig *rig);
JsonObject *media_rig_call       (MediaRig *rig, const char *format, ...) G_GNUC_PRINTF (2, 3);
void        media_rig_open       (MediaRig *rig);
char       *media_rig_dup_offer  (MediaRig *rig);
MediaFeed  *media_rig_attach     (MediaRig *rig, guint producer, guint width, guint height);
void        media_rig_resume     (MediaFeed *feed);
void        media_rig_pause      (MediaFeed *feed);
void        media_rig_detach     (MediaFeed *feed);
gint64      media_rig_count      (MediaRig *rig, const char *member);
/** Each feed showed its own pictures, so many at least, nobody else's, and did not fail. */
void        media_rig_check_right (MediaRig *rig, guint at_least);

typedef gboolean (*MediaDone) (gpointer data);
gboolean    media_wait           (MediaDone done, gpointer data, guint timeout_ms);
void        media_run            (guint ms);
gboolean    media_has_first      (gpointer feed);
gboolean    media_all_first      (gpointer rig);
gint64      media_metric         (const char *name);
guint       media_n_threads      (void);
char       *media_dup_thread_names (void);
guint       media_n_fds          (void);
double      media_rss_mb         (void);
gboolean    media_nothing_lives  (gpointer unused);

G_END_DECLS
