/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where simulated pictures and voices are encoded, once, and kept.
 *
 * The studio owns a few low-priority worker threads, the clips in memory and a
 * bounded cache of clips on disk. One studio serves a whole hall. Create, use
 * and drop it on one thread (the hall's); the workers are its own business.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  const char *cache_dir;     /* NULL: the user's cache directory; "": no disk cache */
  guint       workers;       /* encoding threads; 0: one per core, at most 4 */
  guint64     disk_limit;    /* bytes; 0: 256 MiB */
  guint64     memory_limit;  /* bytes of clips nobody plays; 0: 64 MiB */
} VigilSimStudioOptions;

#define VIGIL_TYPE_SIM_STUDIO (vigil_sim_studio_get_type ())
G_DECLARE_FINAL_TYPE (VigilSimStudio, vigil_sim_studio, VIGIL, SIM_STUDIO, GObject)

VigilSimStudio *vigil_sim_studio_new          (const VigilSimStudioOptions *options);

guint           vigil_sim_studio_get_n_encoded (VigilSimStudio *self);
guint           vigil_sim_studio_get_n_loaded  (VigilSimStudio *self);
gboolean        vigil_sim_studio_is_idle       (VigilSimStudio *self);

G_END_DECLS
