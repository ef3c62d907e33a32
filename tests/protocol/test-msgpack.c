/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MessagePack: what it reads as, what is refused and why, and the score events without nodes. */
#include <string.h>

#include "vigil-msgpack.h"
#include "vigil-score-scanner.h"
#include "vigil-sio-packet.h"

#define BYTES(text) text, sizeof text - 1

typedef struct
{
  const char *bytes;
  gsize       len;
  const char *json;  /* NULL: refused… */
  int         code;  /* …with this */
} Case;

static const Case cases[] = {
  { BYTES ("\xc0"), "null", 0 },
  { BYTES ("\xc2"), "false", 0 },
  { BYTES ("\xc3"), "true", 0 },
  { BYTES ("\x00"), "0", 0 },
  { BYTES ("\x7f"), "127", 0 },
  { BYTES ("\xff"), "-1", 0 },
  { BYTES ("\xe0"), "-32", 0 },
  { BYTES ("\xcc\xff"), "255", 0 },
  { BYTES ("\xcd\xff\xff"), "65535", 0 },
  { BYTES ("\xce\xff\xff\xff\xff"), "4294967295", 0 },
  { BYTES ("\xcf\x00\x1f\xff\xff\xff\xff\xff\xff"), "9007199254740991", 0 },
  { BYTES ("\xd0\x80"), "-128", 0 },
  { BYTES ("\xd1\x80\x00"), "-32768", 0 },
  { BYTES ("\xd2\x80\x00\x00\x00"), "-2147483648", 0 },
  { BYTES ("\xd3\xff\xff\xff\xff\xff\xff\xff\xff"), "-1", 0 },
  { BYTES ("\xca\x3f\xc0\x00\x00"), "1.5", 0 },
  { BYTES ("\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"), "1.5", 0 },
  { BYTES ("\xa0"), "\"\"", 0 },
  { BYTES ("\xa3\xc3\xa9x"), "\"éx\"", 0 },
  { BYTES ("\xd9\x01x"), "\"x\"", 0 },
  { BYTES ("\xda\x00\x01x"), "\"x\"", 0 },
  { BYTES ("\xdb\x00\x00\x00\x01x"), "\"x\"", 0 },
  { BYTES ("\x90"), "[]", 0 },
  { BYTES ("\x92\x01\x91\xc0"), "[1,[null]]", 0 },
  { BYTES ("\xdc\x00\x01\x01"), "[1]", 0 },
  { BYTES ("\xdd\x00\x00\x00\x01\x01"), "[1]", 0 },
  { BYTES ("\x80"), "{}", 0 },
  { BYTES ("\x81\xa1" "a\x01"), "{\"a\":1}", 0 },
  { BYTES ("\xde\x00\x01\xa1" "a\x01"), "{\"a\":1}", 0 },
  { BYTES ("\x82\xa1" "a\x01\xa1" "a\x02"), "{\"a\":2}", 0 },
  { BYTES ("\x81\xa1" "a\xd4\x00\x00"), "{\"a\":null}", 0 },

  { BYTES (""), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xc1"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\x01\x01"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xc4\x01x"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xd4\x01\x00"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xd4\x00"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xd7\xff\x00\x00\x00\x00\x00\x00\x00\x00"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xc7\x01\x00\x00"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xca\x7f\x80\x00\x00"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xcf\x00\x20\x00\x00\x00\x00\x00\x00"), NULL, VIGIL_PROTOCOL_ERROR_LIMIT },
  { BYTES ("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"), NULL, VIGIL_PROTOCOL_ERROR_LIMIT },
  { BYTES ("\xd3\x80\x00\x00\x00\x00\x00\x00\x00"), NULL, VIGIL_PROTOCOL_ERROR_LIMIT },
  { BYTES ("\xcd\x01"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xa2x"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xa1\xff"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xa2x\x00"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xdb\xff\xff\xff\xffx"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\x92\x01"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xdd\xff\xff\xff\xff"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xdf\xff\xff\xff\xff"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\xdf\x00\x00\x00\x02\xa1" "a\x01"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\x81\x01\x02"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
  { BYTES ("\x81\xc0\x02"), NULL, VIGIL_PROTOCOL_ERROR_MALFORMED },
};

/* An exact copy, so that reading beyond the end is seen. */
static JsonNode *
parse (const char *bytes, gsize len, GError **error)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, len);

  return vigil_msgpack_parse (copy != NULL ? copy : (const guint8 *) "", len, error);
}

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = parse (cases[i].bytes, cases[i].len, &error);
      g_autofree char *json = node != NULL ? vigil_json_to_string (node) : NULL;

      if (cases[i].json != NULL)
        g_assert_no_error (error);
      else
        g_assert_error (error, VIGIL_PROTOCOL_ERROR, cases[i].code);
      g_assert_cmpstr (json, ==, cases[i].json);
    }
}

static void
test_depth (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  char bytes[100001];

  memset (bytes, 0x91, sizeof bytes);
  bytes[VIGIL_JSON_MAX_DEPTH] = (char) 0xc0;
  node = parse (bytes, VIGIL_JSON_MAX_DEPTH + 1, &error);
  g_assert_no_error (error);
  g_assert_null (parse (bytes, sizeof bytes, &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_MALFORMED);
  g_clear_error (&error);
  bytes[VIGIL_JSON_MAX_DEPTH] = (char) 0x91;
  g_assert_null (parse (bytes, sizeof bytes, &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_LIMIT);
}

static GBytes *
pack (const char *json)
{
  g_autoptr (JsonNode) node = vigil_json_parse (json, strlen (json), NULL);
  GByteArray *bytes = g_byte_array_new ();

  vigil_msgpack_append (bytes, node);
  return g_byte_array_free_to_bytes (bytes);
}

static void
test_round_trip (void)
{
  static const char *const texts[] = {
    "{\"a\":[1,-1,127,128,-32,-33,1763805598120,9007199254740991,1.25,true,false,null],\"b\":{\"c\":\"a text that is longer than the thirty-one bytes\"}}",
    "[]", "{}", "\"é\"", "[[[[]]]]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = pack (texts[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = vigil_msgpack_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = vigil_json_to_string (node);
      g_assert_cmpstr (text, ==, texts[i]);
    }
}

static void
test_packets (void)
{
  static const struct { const char *json; gboolean good; } table[] = {
    { "{\"type\":0,\"nsp\":\"/\",\"data\":{\"sid\":\"x\"}}", TRUE },
    { "{\"type\":1,\"nsp\":\"/\"}", TRUE },
    { "{\"type\":2,\"nsp\":\"/\",\"data\":[\"a\",1],\"id\":3}", TRUE },
    { "{\"nsp\":\"/admin\",\"data\":[\"a\"],\"type\":2,\"options\":{\"compress\":true}}", TRUE },
    { "{\"type\":3,\"nsp\":\"/\",\"data\":[{}],\"id\":3}", TRUE },
    { "{\"type\":4,\"nsp\":\"/\",\"data\":{\"message\":\"no\"}}", TRUE },
    { "{\"type\":2,\"nsp\":\"/\",\"data\":[1]}", FALSE },
    { "{\"type\":2,\"nsp\":\"/\",\"data\":{}}", FALSE },
    { "{\"type\":2,\"nsp\":\"/\"}", FALSE },
    { "{\"type\":2,\"nsp\":\"/\",\"data\":[\"connect\"]}", FALSE },
    { "{\"type\":3,\"nsp\":\"/\",\"data\":[]}", FALSE },
    { "{\"type\":3,\"nsp\":\"/\",\"data\":[],\"id\":-1}", FALSE },
    { "{\"type\":5,\"nsp\":\"/\",\"data\":[\"a\"]}", FALSE },
    { "{\"type\":2.5,\"nsp\":\"/\",\"data\":[\"a\"]}", FALSE },
    { "{\"type\":2,\"data\":[\"a\"]}", FALSE },
    { "{\"type\":2,\"nsp\":7,\"data\":[\"a\"]}", FALSE },
    { "[2,\"/\"]", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) bytes = pack (table[i].json);
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilSioPacket) packet = vigil_sio_packet_from_msgpack (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
      g_autoptr (VigilSioPacket) again = NULL;
      g_autoptr (GBytes) back = NULL;

      if ((packet != NULL) != table[i].good)
        g_error ("%s", table[i].json);
      if (packet == NULL)
        continue;
      back = vigil_sio_packet_to_msgpack (packet);
      again = vigil_sio_packet_from_msgpack (g_bytes_get_data (back, NULL), g_bytes_get_size (back), &error);
      g_assert_no_error (error);
      g_assert_cmpint (again->type, ==, packet->type);
      g_assert_cmpint (again->ack_id, ==, packet->ack_id);
      g_assert_cmpstr (again->nsp, ==, packet->nsp);
    }
}

static guint32
flag_of (gpointer user_data, const char *type, gsize len)
{
  return 1u << (len % 32);
}

static void
test_scores (void)
{
#define SCORE(id, rest) "{\"studentId\":\"" id "\",\"quizId\":\"q\"," rest "}"
#define FRAME(data) "{\"type\":2,\"data\":" data ",\"nsp\":\"/\"}"
  static const struct { const char *json; guint n; int score; } table[] = {
    { FRAME ("[\"proctoring_score\"," SCORE ("a", "\"score\":12,\"flags\":[\"abc\"],\"timestamp\":1763805598120") "]"), 1, 12 },
    { FRAME ("[\"proctoring_score\"," SCORE ("a", "\"score\":null,\"timestamp\":1") "]"), 1, -1 },
    { FRAME ("[\"proctoring_score\"," SCORE ("a", "\"score\":12.5,\"timestamp\":1") "]"), 1, 13 },
    { FRAME ("[\"proctoring_score\"," SCORE ("a", "\"score\":-3,\"timestamp\":1") "]"), 1, -2 },
    { FRAME ("[\"proctoring_scores\",[" SCORE ("a", "\"score\":1,\"timestamp\":1") "," SCORE ("b", "\"score\":2,\"timestamp\":1") "]]"), 2, 1 },
    { FRAME ("[\"proctoring_scores\",[]]"), 0, 0 },
    { FRAME ("[\"violation\",{}]"), 0, 0 },
    { FRAME ("[\"proctoring_score\"," SCORE ("é", "\"score\":1,\"timestamp\":1") "]"), 0, 0 },
    { FRAME ("[\"proctoring_score\"," SCORE ("", "\"score\":1,\"timestamp\":1") "]"), 0, 0 },
    { FRAME ("[\"proctoring_score\"," SCORE ("a", "\"score\":1,\"timestamp\":-1") "]"), 0, 0 },
    { FRAME ("[\"proctoring_score\"," SCORE ("a", "\"score\":1") "]"), 0, 0 },
    { FRAME ("[\"proctoring_score\"," SCORE ("a", "\"score\":\"1\",\"timestamp\":1") "]"), 0, 0 },
    { "{\"type\":3,\"data\":[\"proctoring_score\"," SCORE ("a", "\"score\":1,\"timestamp\":1") "],\"nsp\":\"/\"}", 0, 0 },
    { "{\"type\":2,\"data\":[\"proctoring_score\"," SCORE ("a", "\"score\":1,\"timestamp\":1") "],\"nsp\":\"/x\"}", 0, 0 },
  };
  g_autoptr (VigilScoreScanner) scanner = vigil_score_scanner_new (NULL, flag_of, NULL);
  g_auto (VigilScoreBatch) batch = VIGIL_SCORE_BATCH_INIT;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) bytes = pack (table[i].json);
      gsize len = g_bytes_get_size (bytes);
      const guint8 *data = g_bytes_get_data (bytes, NULL);

      if (vigil_score_scanner_scan_msgpack (scanner, data, len, &batch) != (table[i].n > 0))
        g_error ("%s", table[i].json);
      g_assert_cmpuint (batch.n_updates, ==, table[i].n);
      if (table[i].n > 0)
        g_assert_cmpint (batch.updates[0].score, ==, table[i].score);
      /* Cut short anywhere it is nothing. */
      for (gsize cut = 0; cut < len; cut++)
        {
          g_autofree guint8 *part = g_memdup2 (data, cut);

          g_assert_false (vigil_score_scanner_scan_msgpack (scanner, part != NULL ? part : data, cut, &batch));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/msgpack/table", test_table);
  g_test_add_func ("/protocol/msgpack/depth", test_depth);
  g_test_add_func ("/protocol/msgpack/round-trip", test_round_trip);
  g_test_add_func ("/protocol/msgpack/packets", test_packets);
  g_test_add_func ("/protocol/msgpack/scores", test_scores);
  return g_test_run ();
}
