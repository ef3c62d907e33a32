/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the design, the capped sum, and catalogues that are refused. */

#include "vigil-model-error.h"
#include "vigil-scoring-policy.h"

#include <string.h>

static void
test_the_table (void)
{
  static const struct
  {
    const char *type;
    VigilBand   band;
    guint       weight;
    guint       ttl_s;
  } table[] = {
    { "gaze_away", VIGIL_BAND_LOW, 4, 10 },
    { "low_light", VIGIL_BAND_LOW, 2, 20 },
    { "head_turned", VIGIL_BAND_LOW, 4, 10 },
    { "no_face", VIGIL_BAND_MEDIUM, 12, 30 },
    { "tab_switch", VIGIL_BAND_MEDIUM, 10, 10 },
    { "camera_blackout", VIGIL_BAND_HIGH, 20, 15 },
    { "multiple_faces", VIGIL_BAND_HIGH, 25, 45 },
    { "identity_mismatch", VIGIL_BAND_CRITICAL, 60, 60 },
  };
  static const guint caps[VIGIL_N_BANDS] = { 20, 45, 75, 100 };
  VigilScoringPolicy *policy = vigil_scoring_policy_new_default ();
  guint32 flags = 0;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const VigilViolationType *type = vigil_scoring_policy_lookup (policy, table[i].type);
      guint32 flag = vigil_scoring_policy_get_flag (policy, table[i].type, -1);

      g_assert_nonnull (type);
      g_assert_cmpint (type->band, ==, table[i].band);
      g_assert_cmpuint (type->weight, ==, table[i].weight);
      g_assert_cmpuint (type->ttl_s, ==, table[i].ttl_s);
      g_assert_cmpuint (strlen (type->title), >, 0);
      g_assert_cmpuint (strlen (type->sentence), >, 0);
      g_assert_cmpuint (flags & flag, ==, 0);
      flags |= flag;
    }
  for (VigilBand band = 0; band < VIGIL_N_BANDS; band++)
    g_assert_cmpuint (vigil_scoring_policy_get_cap (policy, band), ==, caps[band]);

  g_assert_null (vigil_scoring_policy_lookup (policy, "telepathy"));
  g_assert_null (vigil_scoring_policy_lookup (policy, NULL));
  g_assert_cmpuint (vigil_scoring_policy_get_flag (policy, "telepathy", -1), ==, 1u << 31);
  g_assert_cmpuint (vigil_scoring_policy_get_flag (policy, "gaze_awayxyz", 9), ==,
                    vigil_scoring_policy_get_flag (policy, "gaze_away", -1));
  g_assert_cmpuint (vigil_scoring_policy_get_flag (policy, "gaze_awa\0y", 10), ==, 1u << 31);
  g_assert_cmpuint (vigil_scoring_policy_get_flag (policy, "", 0), ==, 1u << 31);
  g_assert_finalize_object (policy);
}

static void
test_capped_sum (void)
{
  static const struct
  {
    const char *types;
    guint       score;
    guint       unknown;
  } table[] = {
    { "", 0, 0 },
    { "gaze_away", 4, 0 },
    { "gaze_away gaze_away gaze_away gaze_away gaze_away gaze_away", 20, 0 },
    { "gaze_away low_light head_turned", 10, 0 },
    { "no_face no_face no_face no_face", 45, 0 },
    { "multiple_faces multiple_faces multiple_faces multiple_faces", 75, 0 },
    { "gaze_away no_face", 16, 0 },
    { "identity_mismatch", 60, 0 },
    { "identity_mismatch identity_mismatch", 100, 0 },
    { "identity_mismatch multiple_faces multiple_faces", 100, 0 },
    { "telepathy", 0, 1 },
    { "telepathy gaze_away telepathy", 4, 2 },
  };
  g_autoptr (VigilScoringPolicy) policy = vigil_scoring_policy_new_default ();
  VigilScoreBreakdown breakdown;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (GStrv) types = g_strsplit (table[i].types, " ", -1);

      vigil_scoring_policy_explain (policy, (const char *const *) types, &breakdown);
      g_assert_cmpuint (breakdown.score, ==, table[i].score);
      g_assert_cmpuint (breakdown.unknown, ==, table[i].unknown);
      for (VigilBand band = 0; band < VIGIL_N_BANDS; band++)
        g_assert_cmpuint (breakdown.capped[band], ==,
                          MIN (breakdown.sum[band], vigil_scoring_policy_get_cap (policy, band)));
    }
  vigil_scoring_policy_explain (policy, NULL, &breakdown);
  g_assert_cmpuint (breakdown.score, ==, 0);
}

static void
test_bands_of_scores (void)
{
  static const struct
  {
    int       score;
    VigilBand band;
  } table[] = {
    { -1, VIGIL_BAND_LOW }, { 0, VIGIL_BAND_LOW }, { 24, VIGIL_BAND_LOW },
    { 25, VIGIL_BAND_MEDIUM }, { 49, VIGIL_BAND_MEDIUM },
    { 50, VIGIL_BAND_HIGH }, { 74, VIGIL_BAND_HIGH },
    { 75, VIGIL_BAND_CRITICAL }, { 100, VIGIL_BAND_CRITICAL },
  };
  g_autoptr (VigilScoringPolicy) policy = vigil_scoring_policy_new_default ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpint (vigil_scoring_policy_band_of_score (policy, table[i].score), ==, table[i].band);
}

#define BANDS "\"bands\":{\"low\":{\"cap\":20,\"from\":0},\"medium\":{\"cap\":45,\"from\":25}," \
              "\"high\":{\"cap\":75,\"from\":50},\"critical\":{\"cap\":100,\"from\":75}}"
#define TYPE(members) "{\"version\":1," BANDS ",\"types\":[{" members "}]}"

static void
test_refused (void)
{
  static const struct
  {
    const char *json;
    const char *names;
  } table[] = {
    { "", "catalogue" },
    { "[]", "object" },
    { "{", "catalogue" },
    { "{}", "version" },
    { "{\"version\":2}", "version" },
    { "{\"version\":1}", "bands" },
    { "{\"version\":1,\"bands\":{\"low\":{\"cap\":101,\"from\":0}}}", "cap" },
    { "{\"version\":1,\"bands\":{\"low\":{\"cap\":1,\"from\":0},\"medium\":{\"cap\":1,\"from\":0}}}", "from" },
    { "{\"version\":1," BANDS "}", "types" },
    { "{\"version\":1," BANDS ",\"types\":{}}", "types" },
    { "{\"version\":1," BANDS ",\"types\":[1]}", "types[0]" },
    { TYPE (""), "type" },
    { TYPE ("\"type\":\"\""), "type" },
    { TYPE ("\"type\":\"a\",\"title\":1"), "title" },
    { TYPE ("\"type\":\"a\",\"title\":\"t\",\"sentence\":\"s\",\"band\":\"awful\",\"weight\":1,\"ttl\":1"), "awful" },
    { TYPE ("\"type\":\"a\",\"title\":\"t\",\"sentence\":\"s\",\"band\":\"low\",\"weight\":-1,\"ttl\":1"), "weight" },
    { TYPE ("\"type\":\"a\",\"title\":\"t\",\"sentence\":\"s\",\"band\":\"low\",\"weight\":1.5,\"ttl\":1"), "weight" },
    { TYPE ("\"type\":\"a\",\"title\":\"t\",\"sentence\":\"s\",\"band\":\"low\",\"weight\":1"), "ttl" },
    { TYPE ("\"type\":\"a\",\"title\":\"t\",\"sentence\":\"s\",\"band\":\"low\",\"weight\":1,\"ttl\":1},"
            "{\"type\":\"a\",\"title\":\"t\",\"sentence\":\"s\",\"band\":\"low\",\"weight\":1,\"ttl\":1"), "twice" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (vigil_scoring_policy_new_from_data (table[i].json, -1, &error));
      g_assert_error (error, VIGIL_MODEL_ERROR, VIGIL_MODEL_ERROR_CATALOGUE);
      g_assert_nonnull (strstr (error->message, table[i].names));
    }
}

static void
test_own_catalogue (void)
{
  g_autoptr (GError) error = NULL;
  VigilScoringPolicy *policy = vigil_scoring_policy_new_from_data (
    TYPE ("\"type\":\"nap\",\"title\":\"Nap\",\"sentence\":\"Eyes closed\",\"band\":\"high\",\"weight\":7,\"ttl\":3"),
    -1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (vigil_scoring_policy_get_n_types (policy), ==, 1);
  g_assert_cmpstr (vigil_scoring_policy_get_type_at (policy, 0)->title, ==, "Nap");
  g_assert_cmpuint (vigil_scoring_policy_get_flag (policy, "nap", 3), ==, 1);
  g_assert_finalize_object (policy);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/scoring-policy/the-table", test_the_table);
  g_test_add_func ("/model/scoring-policy/capped-sum", test_capped_sum);
  g_test_add_func ("/model/scoring-policy/bands-of-scores", test_bands_of_scores);
  g_test_add_func ("/model/scoring-policy/refused", test_refused);
  g_test_add_func ("/model/scoring-policy/own-catalogue", test_own_catalogue);
  return g_test_run ();
}
