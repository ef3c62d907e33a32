/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The score scanner against json-glib: whatever the scanner takes, the slow way reads the same. */
#include "fuzz.h"
#include "vigil-score-scanner.h"
#include "vigil-sio-packet.h"

static guint32
flag_of (gpointer user_data, const char *type, gsize len)
{
  guint32 sum = 0;

  for (gsize i = 0; i < len; i++)
    sum = sum * 31 + (guchar) type[i];
  return 1u << (sum % 32);
}

static void
assert_same (const VigilScoreBatch *a, const VigilScoreBatch *b)
{
  g_assert_cmpuint (a->n_updates, ==, b->n_updates);
  for (guint i = 0; i < a->n_updates; i++)
    {
      const VigilScoreUpdate *x = &a->updates[i], *y = &b->updates[i];

      g_assert_cmpmem (x->student_id, x->student_len, y->student_id, y->student_len);
      g_assert_cmpmem (x->quiz_id, x->quiz_len, y->quiz_id, y->quiz_len);
      g_assert_cmpint (x->score, ==, y->score);
      g_assert_cmpuint (x->flags, ==, y->flags);
      g_assert_cmpint (x->timestamp_ms, ==, y->timestamp_ms);
    }
}

static void
compare (const VigilScoreScanner *scanner, const char *frame, gsize len)
{
  g_auto (VigilScoreBatch) fast = VIGIL_SCORE_BATCH_INIT;
  g_auto (VigilScoreBatch) slow = VIGIL_SCORE_BATCH_INIT;
  gboolean taken = vigil_score_scanner_scan (scanner, frame, len, &fast);
  g_autoptr (VigilSioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  const char *event;

  g_assert_true (taken || fast.n_updates == 0);
  if (len == 0 || frame[0] != '4')
    return;
  packet = vigil_sio_packet_parse (frame + 1, len - 1, &error);
  event = packet ? vigil_sio_packet_get_event (packet) : NULL;
  if (!event || !vigil_score_scanner_is_score_event (scanner, event))
    {
      g_assert_false (taken);
      return;
    }
  if (vigil_score_scanner_parse (scanner, event, vigil_sio_packet_get_argument (packet), &slow, &error))
    {
      if (taken)
        assert_same (&fast, &slow);
      return;
    }
  fuzz_assert_error (&error);
  g_assert_false (taken);
  g_assert_cmpuint (slow.n_updates, ==, 0);
}

static void
compare_wrapped (const VigilScoreScanner *scanner, const char *before, const uint8_t *data, size_t size, const char *after)
{
  g_autoptr (GString) frame = g_string_new (before);

  g_string_append_len (frame, (const char *) data, (gssize) size);
  g_string_append (frame, after);
  compare (scanner, frame->str, frame->len);
}

static VigilScoreScanner *
inverted_scanner (void)
{
  static const char text[] = "{\"id\":\"i\",\"title\":\"i\",\"fields\":{\"studentId\":\"u\"},\"scoreInverted\":true}";
  g_autoptr (VigilProfile) profile = vigil_profile_new_from_data (text, sizeof text - 1, NULL);

  return vigil_score_scanner_new (profile, flag_of, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static VigilScoreScanner *scanners[2];

  fuzz_init ();
  if (!scanners[0])
    {
      scanners[0] = vigil_score_scanner_new (NULL, flag_of, NULL);
      scanners[1] = inverted_scanner ();
    }
  for (guint i = 0; i < G_N_ELEMENTS (scanners); i++)
    {
      /* an exact copy, so that reading beyond the end is seen */
      g_autofree char *copy = g_memdup2 (data, size);

      compare (scanners[i], copy ? copy : "", size);
      compare_wrapped (scanners[i], "42[\"proctoring_score\",", data, size, "]");
      compare_wrapped (scanners[i], "42[\"proctoring_scores\",[", data, size, "]]");
    }
  return 0;
}
