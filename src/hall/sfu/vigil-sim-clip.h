/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A loop of encoded frames, cut into RTP-sized payloads.
 *
 * A clip is shared by everybody who plays it. One studio worker at a time
 * appends frames; any thread may read those that are ready. Frame 0 is a key
 * frame, and no key frame is more than a second from the next; a reader that
 * gets to the end of what is ready goes on from frame 0.
 */
#pragma once

#include <gst/gst.h>

#include "vigil-sim-look.h"

G_BEGIN_DECLS

/* Payload bytes per packet: leaves room for RTP, VP8 and SRTP in 1,200 or so. */
#define VIGIL_SIM_CLIP_PAYLOAD_MAX 1150

/* How long a clip's loop is. */
#define VIGIL_SIM_CLIP_SECONDS 4

typedef struct
{
  guint             look;
  VigilSimSource    source;
  VigilSimBehaviour behaviour;
  guint             width;   /* 0 for a microphone */
  guint             height;  /* 0 for a microphone */
  guint             rate;    /* frames a second */
} VigilSimClipKey;

typedef struct
{
  gboolean    key;
  guint       size;
  guint       n_payloads;
  GstMemory **payloads;
} VigilSimFrame;

typedef struct _VigilSimClip VigilSimClip;

guint                vigil_sim_clip_key_hash      (gconstpointer key);
gboolean             vigil_sim_clip_key_equal     (gconstpointer a,
                                                   gconstpointer b);

VigilSimClip        *vigil_sim_clip_new           (const VigilSimClipKey *key);
VigilSimClip        *vigil_sim_clip_ref           (VigilSimClip *self);
void                 vigil_sim_clip_unref         (VigilSimClip *self);
gboolean             vigil_sim_clip_is_shared     (VigilSimClip *self);

const VigilSimClipKey *vigil_sim_clip_get_key     (VigilSimClip *self);
guint                vigil_sim_clip_get_n_frames  (VigilSimClip *self);
guint                vigil_sim_clip_get_n_ready   (VigilSimClip *self);
gsize                vigil_sim_clip_get_size      (VigilSimClip *self);
const VigilSimFrame *vigil_sim_clip_get_frame     (VigilSimClip *self,
                                                   guint         index);
guint                vigil_sim_clip_get_next_key  (VigilSimClip *self,
                                                   guint         index);

void                 vigil_sim_clip_append        (VigilSimClip *self,
                                                   const guint8 *data,
                                                   gsize         size,
                                                   gboolean      key);

void                 vigil_sim_clip_add_user      (VigilSimClip *self);
void                 vigil_sim_clip_remove_user   (VigilSimClip *self);
gboolean             vigil_sim_clip_has_users     (VigilSimClip *self);
void                 vigil_sim_clip_set_failed    (VigilSimClip *self);
gboolean             vigil_sim_clip_has_failed    (VigilSimClip *self);

GBytes              *vigil_sim_clip_serialize     (VigilSimClip *self);
gboolean             vigil_sim_clip_deserialize   (VigilSimClip *self,
                                                   GBytes       *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSimClip, vigil_sim_clip_unref)

G_END_DECLS
