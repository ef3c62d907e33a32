/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTP and RTCP as bytes: the VP8 depayloader, the frame header and the RTCP filter.
 *
 * The input is a row of packets, each after a byte of length; odd lengths have
 * a gap before them. Built by hand for libFuzzer (see docs/testing.md), and by
 * meson to replay the corpus.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vigil-rtcp-filter.h"
#include "vigil-vp8.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static gboolean
allowed_cb (guint32  ssrc,
            gpointer user_data)
{
  return (ssrc & 1) != 0;
}

/* What is left after filtering needs no more of it. */
static void
check_rtcp (const uint8_t *data,
            size_t         size)
{
  guint8 once[256], twice[256];
  gsize kept, kept_again;

  if (vigil_rtcp_filter (data, size, allowed_cb, NULL, once, &kept) == VIGIL_RTCP_DROP)
    return;

  g_assert_cmpuint (kept, <=, size);
  g_assert_cmpint (vigil_rtcp_filter (once, kept, allowed_cb, NULL, twice, &kept_again), ==, VIGIL_RTCP_PASS);
  g_assert_cmpmem (once, kept, twice, kept_again);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  VigilVp8Depay depay;
  VigilVp8Header header;

  vigil_vp8_depay_init (&depay);
  while (size > 0)
    {
      gsize length = MIN ((gsize) data[0], size - 1);
      gboolean gap = (data[0] & 1) != 0;

      if (vigil_vp8_depay_push (&depay, data + 1, length, gap) == VIGIL_VP8_FRAME)
        {
          g_assert_cmpuint (depay.frame->len, >, 0);
          vigil_vp8_parse_header (depay.frame->data, depay.frame->len, &header);
        }
      check_rtcp (data + 1, length);
      data += 1 + length;
      size -= 1 + length;
    }
  vigil_vp8_depay_clear (&depay);

  return 0;
}
