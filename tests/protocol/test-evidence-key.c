/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence keys: the layout, and every way out of it. */
#include "protocol-test.h"
#include "vigil-evidence-key.h"

#define UUID "9b1f0c52-55aa-4f0e-9d53-0f6c2b8a7d11"

static void
test_good (void)
{
  static const struct { const char *key; VigilEvidenceKind kind; gint64 at; const char *nick; gint64 time; } good[] = {
    { "20251122/ex-1/s-17/camera/1763805571040_" UUID ".jpg", VIGIL_EVIDENCE_CAMERA, 1763805571040, "camera", 1763805571040 },
    { "20251122/ex-1/s-17/screen/0_" UUID ".png", VIGIL_EVIDENCE_SCREEN, 0, "screen", 0 },
    { "20251122/ex 1/Ünï/camera/base_truth_1763805571040.jpg", VIGIL_EVIDENCE_REFERENCE, 1763805571040, "camera", 1763805571040 },
    { "20240229/e/s/audio/audio_1000/chunk_00000.webm", VIGIL_EVIDENCE_AUDIO, 1000, "audio", 1000 },
    { "20240229/e/s/audio/audio_1000/chunk_00002.webm", VIGIL_EVIDENCE_AUDIO, 1000, "audio", 61000 },
    { "20240229/e/...s/audio/audio_9007199254740991/chunk_99999.webm", VIGIL_EVIDENCE_AUDIO, 9007199254740991, "audio", 9007202254710991 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilEvidenceKey) key = vigil_evidence_key_parse (good[i].key, &error);
      g_autofree char *again = NULL;

      note (good[i].key);
      g_assert_no_error (error);
      g_assert_cmpint (key->kind, ==, good[i].kind);
      g_assert_cmpint (key->at_ms, ==, good[i].at);
      g_assert_cmpstr (vigil_evidence_key_get_kind_nick (key), ==, good[i].nick);
      g_assert_cmpint (vigil_evidence_key_get_time (key), ==, good[i].time);
      again = vigil_evidence_key_build (key, &error);
      g_assert_cmpstr (again, ==, good[i].key);
    }
}

static const char *const bad[] = {
  "", "/", "//////", "x", "20251122", "20251122/e/s/camera", "20251122/e/s/camera/", "/20251122/e/s/camera/base_truth_1.jpg",
  "2025112/e/s/camera/base_truth_1.jpg", "20251132/e/s/camera/base_truth_1.jpg", "20250229/e/s/camera/base_truth_1.jpg",
  "20251322/e/s/camera/base_truth_1.jpg", "00000000/e/s/camera/base_truth_1.jpg", "2025-1-2/e/s/camera/base_truth_1.jpg",
  "20251122/../s/camera/base_truth_1.jpg", "20251122/e/../camera/base_truth_1.jpg", "20251122/./s/camera/base_truth_1.jpg",
  "20251122//s/camera/base_truth_1.jpg", "20251122/e//camera/base_truth_1.jpg", "20251122/e/s//camera/base_truth_1.jpg",
  "20251122/e\\x/s/camera/base_truth_1.jpg", "20251122/e\n/s/camera/base_truth_1.jpg", "20251122/e/s\x7f/camera/base_truth_1.jpg",
  "20251122/\xff/s/camera/base_truth_1.jpg", "../20251122/e/s/camera/base_truth_1.jpg", "20251122/e/s/camera/../../../../etc/passwd",
  "20251122/e/s/camera/..", "20251122/e/s/camera/.jpg", "20251122/e/s/camera/x.jpg", "20251122/e/s/camera/base_truth_.jpg",
  "20251122/e/s/camera/base_truth_1", "20251122/e/s/camera/base_truth_1.exe", "20251122/e/s/camera/base_truth_1.jpg.exe",
  "20251122/e/s/camera/base_truth_-1.jpg", "20251122/e/s/camera/base_truth_01.jpg", "20251122/e/s/camera/base_truth_1.JPG",
  "20251122/e/s/camera/base_truth_9007199254740992.jpg", "20251122/e/s/camera/base_truth_99999999999999999999.jpg",
  "20251122/e/s/camera/base_truth_1e3.jpg", "20251122/e/s/screen/base_truth_1.jpg", "20251122/e/s/Camera/base_truth_1.jpg",
  "20251122/e/s/camera/1_.jpg", "20251122/e/s/camera/1_9b1f0c52-55aa-4f0e-9d53-0f6c2b8a7d1.jpg", "20251122/e/s/camera/_" UUID ".jpg",
  "20251122/e/s/camera/1_9b1f0c52x55aa-4f0e-9d53-0f6c2b8a7d11.jpg", "20251122/e/s/camera/1_9b1f0c52-55aa-4f0e-9d53-0f6c2b8a7d1g.jpg",
  "20251122/e/s/camera/1-" UUID ".jpg", "20251122/e/s/camera/1_" UUID "_2.jpg",
  "20251122/e/s/audio/chunk_00000.webm", "20251122/e/s/audio/audio_/chunk_00000.webm", "20251122/e/s/audio/audio_1/chunk_0.webm",
  "20251122/e/s/audio/audio_1/chunk_000000.webm", "20251122/e/s/audio/audio_1/chunk_0000x.webm", "20251122/e/s/audio/audio_1/chunk_00000.mp3",
  "20251122/e/s/audio/audio_1/../x.webm", "20251122/e/s/audio/audio_x/chunk_00000.webm", "20251122/e/s/audio/audio_1/chunk_00000.webm/x",
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      note (bad[i]);
      g_assert_null (vigil_evidence_key_parse (bad[i], &error));
      assert_protocol_error (&error, "evidence key");
    }
}

static void
test_too_long (void)
{
  g_autofree char *id = g_strnfill (129, 'i');
  g_autofree char *key = g_strdup_printf ("20251122/%s/s/camera/base_truth_1.jpg", id);
  g_autofree char *all = g_strnfill (2000, 'i');
  g_autoptr (GError) error = NULL;

  g_assert_null (vigil_evidence_key_parse (key, &error));
  assert_protocol_error (&error, NULL);
  g_assert_null (vigil_evidence_key_parse (all, &error));
  assert_protocol_error (&error, NULL);
}

static void
test_build (void)
{
  VigilEvidenceKey key = { VIGIL_EVIDENCE_CAMERA, 0, (char *) "e", (char *) "s", 1763805571040, NULL, 0, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = vigil_evidence_key_build (&key, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (text, "20251122/e/s/camera/1763805571040_"));
  g_assert_true (g_str_has_suffix (text, ".jpg"));
  g_assert_cmpuint (vigil_evidence_date (1763805571040), ==, 20251122);
  g_assert_cmpuint (vigil_evidence_date (-1), ==, 0);
  g_assert_cmpuint (vigil_evidence_date (G_MAXINT64), ==, 0);
}

static void
test_build_refuses (void)
{
  static const char *const ids[] = { "", ".", "..", "a/b", "../x", "a\\b", "a\nb", "\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      VigilEvidenceKey key = { VIGIL_EVIDENCE_REFERENCE, 20251122, (char *) "e", (char *) ids[i], 1, NULL, 0, NULL };
      g_autoptr (GError) error = NULL;

      g_assert_null (vigil_evidence_key_build (&key, &error));
      assert_protocol_error (&error, NULL);
      key.exam_id = (char *) ids[i];
      key.student_id = (char *) "s";
      g_assert_null (vigil_evidence_key_build (&key, &error));
      assert_protocol_error (&error, NULL);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/evidence-key/good", test_good);
  g_test_add_func ("/evidence-key/bad", test_bad);
  g_test_add_func ("/evidence-key/too-long", test_too_long);
  g_test_add_func ("/evidence-key/build", test_build);
  g_test_add_func ("/evidence-key/build-refuses", test_build_refuses);
  return g_test_run ();
}
