/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MessagePack: what is read is written and read the same; the score scanner takes nothing that the slow way reads otherwise. */
#include "fuzz.h"
#include "vigil-msgpack.h"
#include "vigil-score-scanner.h"
#include "vigil-sio-packet.h"

static guint32
flag_of (gpointer user_data, const char *type, gsize len)
{
  return 1u << (len % 32);
}

static void
read_twice (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = vigil_msgpack_parse (data, size, &error);
  g_autoptr (JsonNode) again = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (node == NULL)
    {
      fuzz_assert_error (&error);
      return;
    }
  vigil_msgpack_append (bytes, node);
  again = vigil_msgpack_parse (bytes->data, bytes->len, &error);
  g_assert_no_error (error);
  g_assert_true (json_node_equal (node, again));
}

static void
compare_scores (const VigilScoreScanner *scanner, const guint8 *data, gsize size)
{
  g_auto (VigilScoreBatch) fast = VIGIL_SCORE_BATCH_INIT;
  g_auto (VigilScoreBatch) slow = VIGIL_SCORE_BATCH_INIT;
  gboolean taken = vigil_score_scanner_scan_msgpack (scanner, data, size, &fast);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilSioPacket) packet = vigil_sio_packet_from_msgpack (data, size, &error);
  const char *event = packet != NULL ? vigil_sio_packet_get_event (packet) : NULL;

  if (packet == NULL)
    fuzz_assert_error (&error);
  g_assert_true (taken || fast.n_updates == 0);
  if (!taken)
    return;
  g_assert_nonnull (event);
  g_assert_true (vigil_score_scanner_parse (scanner, event, vigil_sio_packet_get_argument (packet), &slow, &error));
  g_assert_cmpuint (fast.n_updates, ==, slow.n_updates);
  for (guint i = 0; i < fast.n_updates; i++)
    {
      const VigilScoreUpdate *x = &fast.updates[i], *y = &slow.updates[i];

      g_assert_cmpmem (x->student_id, x->student_len, y->student_id, y->student_len);
      g_assert_cmpmem (x->quiz_id, x->quiz_len, y->quiz_id, y->quiz_len);
      g_assert_cmpint (x->score, ==, y->score);
      g_assert_cmpuint (x->flags, ==, y->flags);
      g_assert_cmpint (x->timestamp_ms, ==, y->timestamp_ms);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static VigilScoreScanner *scanner;
  /* an exact copy, so that reading beyond the end is seen */
  g_autofree guint8 *copy = g_memdup2 (data, size);
  const guint8 *bytes = copy != NULL ? copy : (const guint8 *) "";

  fuzz_init ();
  if (!scanner)
    scanner = vigil_score_scanner_new (NULL, flag_of, NULL);
  read_twice (bytes, size);
  compare_scores (scanner, bytes, size);
  return 0;
}
