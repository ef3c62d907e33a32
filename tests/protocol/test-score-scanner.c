/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The score scanner: what it takes, what it leaves, and that json-glib says the same. */
#include "protocol-test.h"
#include "vigil-score-scanner.h"
#include "vigil-sio-packet.h"

#define ONE "{'studentId':'s-1','quizId':'q-7','score':24,'flags':['gaze_away'],'timestamp':1763805598120}"
#define TWO "{'timestamp':0,'score':null,'quizId':'q','studentId':'s-2'}"

/* A number that depends on the type, and never on what follows it in memory. */
static guint32
flag_of (gpointer user_data, const char *type, gsize len)
{
  guint32 sum = 0;

  for (gsize i = 0; i < len; i++)
    sum = sum * 31 + (guchar) type[i];
  return 1u << (sum % 32);
}

static VigilScoreScanner *
scanner_new (void)
{
  return vigil_score_scanner_new (NULL, flag_of, NULL);
}

static gboolean
scan (const VigilScoreScanner *scanner, const char *text, VigilScoreBatch *batch)
{
  g_autofree char *real = quoted (text);

  /* the strings of the batch die with real: callers here only look at numbers */
  return vigil_score_scanner_scan (scanner, real, strlen (real), batch);
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

/* The slow path over a whole frame; FALSE with an error if json-glib's way refuses it. */
static gboolean
parse_frame (const VigilScoreScanner *scanner, const char *frame, gsize len, VigilScoreBatch *batch, GError **error)
{
  g_autoptr (VigilSioPacket) packet = vigil_sio_packet_parse (frame + 1, len - 1, error);

  if (!packet)
    return FALSE;
  return vigil_score_scanner_parse (scanner, vigil_sio_packet_get_event (packet),
                                    vigil_sio_packet_get_argument (packet), batch, error);
}

static void
test_single (void)
{
  g_autoptr (VigilScoreScanner) scanner = scanner_new ();
  g_auto (VigilScoreBatch) batch = VIGIL_SCORE_BATCH_INIT;
  g_autofree char *frame = quoted ("42['proctoring_score'," ONE "]");
  const VigilScoreUpdate *update;

  g_assert_true (vigil_score_scanner_scan (scanner, frame, strlen (frame), &batch));
  g_assert_cmpuint (batch.n_updates, ==, 1);
  update = &batch.updates[0];
  g_assert_cmpmem (update->student_id, update->student_len, "s-1", 3);
  g_assert_cmpmem (update->quiz_id, update->quiz_len, "q-7", 3);
  g_assert_cmpint (update->score, ==, 24);
  g_assert_cmpuint (update->flags, ==, flag_of (NULL, "gaze_away", 9));
  g_assert_cmpint (update->timestamp_ms, ==, G_GINT64_CONSTANT (1763805598120));
}

static void
test_batch (void)
{
  g_autoptr (VigilScoreScanner) scanner = scanner_new ();
  g_auto (VigilScoreBatch) batch = VIGIL_SCORE_BATCH_INIT;

  g_assert_true (scan (scanner, "42['proctoring_scores',[" ONE "," TWO "]]", &batch));
  g_assert_cmpuint (batch.n_updates, ==, 2);
  g_assert_cmpint (batch.updates[1].score, ==, -1);
  g_assert_cmpuint (batch.updates[1].flags, ==, 0);
}

/* One bad update leaves nothing of the batch. */
static void
test_batch_whole_or_nothing (void)
{
  g_autoptr (VigilScoreScanner) scanner = scanner_new ();
  g_auto (VigilScoreBatch) batch = VIGIL_SCORE_BATCH_INIT;
  g_autoptr (GError) error = NULL;
  g_autofree char *frame = quoted ("42['proctoring_scores',[" ONE ",{'studentId':'s-2','quizId':'q','score':'9','timestamp':1}]]");

  g_assert_false (vigil_score_scanner_scan (scanner, frame, strlen (frame), &batch));
  g_assert_cmpuint (batch.n_updates, ==, 0);
  g_assert_false (parse_frame (scanner, frame, strlen (frame), &batch, &error));
  g_assert_cmpuint (batch.n_updates, ==, 0);
  assert_protocol_error (&error, "score");
}

/* Legal, but not the scanner's: json-glib must take them, and say what they mean. */
static void
test_not_mine_but_legal (void)
{
  static const char *const frames[] = {
    "42['proctoring_score', " ONE "]",
    "42[ 'proctoring_score'," ONE "]",
    "42['proctoring_score'," ONE "]\n",
    "42['proctoring_score',{'studentId':'\\u0073-1','quizId':'q','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'é','quizId':'q','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'timestamp':1,'extra':0}]",
    "42['proctoring_score',{'studentId':'s','studentId':'t','quizId':'q','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':-3,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':123456,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'timestamp':1.0}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1.23456789,'timestamp':1}]",
    "42['proctoring_score'," ONE ",'second argument']",
    "4212['proctoring_score'," ONE "]",
    "42/,['proctoring_score'," ONE "]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (VigilScoreScanner) scanner = scanner_new ();
      g_auto (VigilScoreBatch) batch = VIGIL_SCORE_BATCH_INIT;
      g_autofree char *frame = quoted (frames[i]);
      g_autoptr (GError) error = NULL;

      note (frames[i]);
      g_assert_false (vigil_score_scanner_scan (scanner, frame, strlen (frame), &batch));
      g_assert_cmpuint (batch.n_updates, ==, 0);
      g_assert_true (parse_frame (scanner, frame, strlen (frame), &batch, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (batch.n_updates, ==, 1);
    }
}

/* Wrong: neither of the two may take them. */
static void
test_wrong (void)
{
  static const char *const frames[] = {
    "42['proctoring_score']", "42['proctoring_score',null]", "42['proctoring_score',[]]", "42['proctoring_score',{}]",
    "42['proctoring_scores',[]]", "42['proctoring_scores',{}]", "42['proctoring_scores'," ONE "]", "42['proctoring_score',[" ONE "]]",
    "42['proctoring_score',{'quizId':'q','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1}]",
    "42['proctoring_score',{'studentId':'','quizId':'q','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':1,'quizId':'q','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':null,'quizId':'q','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':true,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':'1','timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':01,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':NaN,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1e999,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':.5,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1.,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'timestamp':-1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'timestamp':9007199254740992}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'timestamp':18446744073709551616}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'timestamp':007}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'timestamp':'1'}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'timestamp':null}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'flags':'x','timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'flags':[1],'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'flags':['a',],'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'flags':null,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'a\nb','quizId':'q','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'a\\nb','quizId':'q','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'a\x7f','quizId':'q','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'\xff','quizId':'q','score':1,'timestamp':1}]",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'timestamp':1}",
    "42['proctoring_score',{'studentId':'s','quizId':'q','score':1,'timestamp':1}]]",
    "42['proctoring_scores',[" ONE ",]]", "42['proctoring_scores',[" ONE " " ONE "]]", "42['proctoring_score'," ONE "]x",
  };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (VigilScoreScanner) scanner = scanner_new ();
      g_auto (VigilScoreBatch) batch = VIGIL_SCORE_BATCH_INIT;
      g_autofree char *frame = quoted (frames[i]);
      g_autoptr (GError) error = NULL;

      note (frames[i]);
      g_assert_false (vigil_score_scanner_scan (scanner, frame, strlen (frame), &batch));
      g_assert_false (parse_frame (scanner, frame, strlen (frame), &batch, &error));
      g_assert_cmpuint (batch.n_updates, ==, 0);
      assert_protocol_error (&error, NULL);
    }
}

/* All orders of the members, all scores: the two paths agree. */
static void
test_agreement (void)
{
  static const char *const members[] = { "'studentId':'s'", "'quizId':'q'", "'score':%s", "'flags':['a','b']", "'timestamp':5" };
  static const char *const scores[] = {
    "0", "1", "99", "100", "101", "9999", "null", "0.4", "0.5", "0.499999", "0.999999", "24.500000", "99.5", "100.49", "9999.9",
  };
  g_autoptr (VigilScoreScanner) scanner = scanner_new ();
  guint taken = 0;

  for (guint s = 0; s < G_N_ELEMENTS (scores); s++)
    for (guint order = 0; order < 3125; order++)
      {
        g_autoptr (GString) text = g_string_new ("42['proctoring_score',{");
        g_auto (VigilScoreBatch) fast = VIGIL_SCORE_BATCH_INIT;
        g_auto (VigilScoreBatch) slow = VIGIL_SCORE_BATCH_INIT;
        g_autoptr (GError) error = NULL;
        guint digits = order, seen = 0;
        g_autofree char *frame = NULL;

        for (guint i = 0; i < 5; i++, digits /= 5)
          {
            seen |= 1u << (digits % 5);
            g_string_append (text, i ? "," : "");
            g_string_append (text, members[digits % 5]);
          }
        if (seen != 31)
          continue;
        g_string_append (text, "}]");
        g_string_replace (text, "%s", scores[s], 0);
        frame = quoted (text->str);
        g_assert_true (vigil_score_scanner_scan (scanner, frame, strlen (frame), &fast));
        g_assert_true (parse_frame (scanner, frame, strlen (frame), &slow, &error));
        assert_same (&fast, &slow);
        taken++;
      }
  g_assert_cmpuint (taken, ==, 120 * G_N_ELEMENTS (scores));
}

static void
test_truncation (void)
{
  g_autoptr (VigilScoreScanner) scanner = scanner_new ();
  g_auto (VigilScoreBatch) batch = VIGIL_SCORE_BATCH_INIT;
  g_autofree char *frame = quoted ("42['proctoring_scores',[" ONE "," TWO "]]");
  gsize len = strlen (frame);

  for (gsize n = 0; n < len; n++)
    {
      g_autofree char *copy = g_memdup2 (frame, n);

      g_assert_false (vigil_score_scanner_scan (scanner, n ? copy : "", n, &batch));
      g_assert_cmpuint (batch.n_updates, ==, 0);
    }
}

static char *
big_batch (guint n)
{
  GString *text = g_string_new ("42[\"proctoring_scores\",[");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s{\"studentId\":\"s-%u\",\"quizId\":\"q\",\"score\":%u,\"flags\":[],\"timestamp\":%u}",
                            i ? "," : "", i, i % 101, i);
  g_string_append (text, "]]");
  return g_string_free (text, FALSE);
}

static void
test_limits (void)
{
  g_autoptr (VigilScoreScanner) scanner = scanner_new ();
  g_auto (VigilScoreBatch) batch = VIGIL_SCORE_BATCH_INIT;
  g_autofree char *fits = big_batch (VIGIL_SCORE_BATCH_MAX);
  g_autofree char *over = big_batch (VIGIL_SCORE_BATCH_MAX + 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (vigil_score_scanner_scan (scanner, fits, strlen (fits), &batch));
  g_assert_cmpuint (batch.n_updates, ==, VIGIL_SCORE_BATCH_MAX);
  g_assert_false (vigil_score_scanner_scan (scanner, over, strlen (over), &batch));
  g_assert_cmpuint (batch.n_updates, ==, 0);
  g_assert_false (parse_frame (scanner, over, strlen (over), &batch, &error));
  assert_protocol_error (&error, "10000");
}

/* Once warm the buffer stays where it is. */
static void
test_no_growth (void)
{
  g_autoptr (VigilScoreScanner) scanner = scanner_new ();
  g_auto (VigilScoreBatch) batch = VIGIL_SCORE_BATCH_INIT;
  g_autofree char *frame = big_batch (500);
  VigilScoreUpdate *updates;

  g_assert_true (vigil_score_scanner_scan (scanner, frame, strlen (frame), &batch));
  updates = batch.updates;
  for (guint i = 0; i < 1000; i++)
    g_assert_true (vigil_score_scanner_scan (scanner, frame, strlen (frame), &batch));
  g_assert_true (batch.updates == updates);
}

static VigilProfile *
kebab_profile (void)
{
  g_autofree char *text = quoted ("{'id':'k','title':'k','events':{'proctoring_score':'score-changed'},"
                                  "'fields':{'studentId':'userId'},'scoreInverted':true}");
  g_autoptr (GError) error = NULL;
  VigilProfile *profile = vigil_profile_new_from_data (text, strlen (text), &error);

  g_assert_no_error (error);
  return profile;
}

static void
test_profile (void)
{
  g_autoptr (VigilProfile) profile = kebab_profile ();
  g_autoptr (VigilScoreScanner) scanner = vigil_score_scanner_new (profile, flag_of, NULL);
  static const struct { const char *score; int wanted; gboolean fast; } scores[] = {
    { "100", 0, TRUE }, { "76", 24, TRUE }, { "0", 100, TRUE }, { "101", -2, TRUE }, { "null", -1, TRUE },
    { "75.5", 25, FALSE }, { "75.4", 25, FALSE }, { "-1", 101, FALSE },
  };

  g_assert_true (vigil_score_scanner_is_score_event (scanner, "score-changed"));
  g_assert_false (vigil_score_scanner_is_score_event (scanner, "proctoring_score"));
  for (guint i = 0; i < G_N_ELEMENTS (scores); i++)
    {
      g_autofree char *text = g_strdup_printf ("42['score-changed',{'userId':'s','quizId':'q','score':%s,'timestamp':1}]", scores[i].score);
      g_autofree char *frame = quoted (text);
      g_auto (VigilScoreBatch) batch = VIGIL_SCORE_BATCH_INIT;
      g_autoptr (GError) error = NULL;

      note (scores[i].score);
      g_assert_true (vigil_score_scanner_scan (scanner, frame, strlen (frame), &batch) == scores[i].fast);
      if (scores[i].fast)
        g_assert_cmpint (batch.updates[0].score, ==, scores[i].wanted);
      g_assert_true (parse_frame (scanner, frame, strlen (frame), &batch, &error));
      g_assert_cmpint (batch.updates[0].score, ==, scores[i].wanted);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scores/single", test_single);
  g_test_add_func ("/scores/batch", test_batch);
  g_test_add_func ("/scores/batch-whole-or-nothing", test_batch_whole_or_nothing);
  g_test_add_func ("/scores/not-mine-but-legal", test_not_mine_but_legal);
  g_test_add_func ("/scores/wrong", test_wrong);
  g_test_add_func ("/scores/agreement", test_agreement);
  g_test_add_func ("/scores/truncation", test_truncation);
  g_test_add_func ("/scores/limits", test_limits);
  g_test_add_func ("/scores/no-growth", test_no_growth);
  g_test_add_func ("/scores/profile", test_profile);
  return g_test_run ();
}
