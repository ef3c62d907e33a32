/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VP8 has a helper without GStreamer: its libraries would be most of that process, and most of what can be wrong in it. */
#include "vigil-decode-host.h"

#include "vigil-program-path.h"

typedef enum
{
  HELPER_VP8,
  HELPER_H264,
  N_HELPERS
} Which;

static const struct
{
  const char *codec;
  const char *program;
} kinds[N_HELPERS] = {
  [HELPER_VP8] = { "VP8", "vigil-decoder" },
  [HELPER_H264] = { "H264", "vigil-decoder-elements" },
};

struct _VigilDecodeHost
{
  guint              n_lanes;
  VigilDecodeHelper *helpers[N_HELPERS]; /* once they were asked for */
  gboolean           asked[N_HELPERS];
};

/**
 * vigil_decode_host_new:
 * @n_lanes: how many threads decode
 *
 * Returns: (transfer full): a host without a helper yet
 */
VigilDecodeHost *
vigil_decode_host_new (guint n_lanes)
{
  VigilDecodeHost *self = g_new0 (VigilDecodeHost, 1);

  self->n_lanes = n_lanes;
  return self;
}

/**
 * vigil_decode_host_free:
 */
void
vigil_decode_host_free (VigilDecodeHost *self)
{
  for (guint i = 0; i < N_HELPERS; i++)
    g_clear_pointer (&self->helpers[i], vigil_decode_helper_unref);
  g_free (self);
}

static VigilDecodeHelper *
create_helper (VigilDecodeHost *self,
               Which            which)
{
  static const char *const built[] = { "media", "../../src/media" /* of a benchmark or a test */, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *program = vigil_program_path_find_in_folder (kinds[which].program, "VIGIL_DECODER_DIR", built);
  VigilDecodeHelper *helper = NULL;

  if (program != NULL)
    helper = vigil_decode_helper_new (program, kinds[which].codec, self->n_lanes, &error);
  if (helper == NULL)
    g_message ("%s is decoded without a helper: %s", kinds[which].codec,
               error != NULL ? error->message : "it is not installed");

  return helper;
}

static VigilDecodeHelper *
get (VigilDecodeHost *self,
     Which            which)
{
  if (!self->asked[which])
    self->helpers[which] = create_helper (self, which);
  self->asked[which] = TRUE;

  return self->helpers[which];
}

/**
 * vigil_decode_host_get_helper:
 * @codec: (nullable): upper case
 *
 * Returns: (transfer none) (nullable): who decodes it; %NULL: nobody but we
 */
VigilDecodeHelper *
vigil_decode_host_get_helper (VigilDecodeHost *self,
                              const char      *codec)
{
  for (guint i = 0; i < N_HELPERS; i++)
    if (g_strcmp0 (kinds[i].codec, codec) == 0)
      return get (self, i);

  return NULL;
}

/**
 * vigil_decode_host_warm_up:
 *
 * Starts the helper that most feeds need, in the background.
 */
void
vigil_decode_host_warm_up (VigilDecodeHost *self)
{
  VigilDecodeHelper *helper = get (self, HELPER_VP8);

  if (helper != NULL)
    vigil_decode_helper_start (helper);
}
