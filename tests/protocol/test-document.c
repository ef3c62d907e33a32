/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The examples of docs/protocol.md are what the parsers take. */
#include "protocol-test.h"
#include "rtp-fixtures.h"
#include "vigil-hall-request.h"
#include "vigil-hall-answer.h"
#include "vigil-hall-message.h"
#include "vigil-people-json.h"
#include "vigil-rtp-consumer.h"
#include "vigil-rtp-offer.h"
#include "vigil-score-scanner.h"

static gboolean
is_hall (JsonNode *node, GError **error)
{
  return vigil_hall_answer_check_hall (node, NULL, error);
}

static gboolean
is_session (JsonNode *node, GError **error)
{
  g_autoptr (VigilWireSession) session = vigil_wire_session_from_json (node, error);

  return session != NULL;
}

static gboolean
is_exam (JsonNode *node, GError **error)
{
  g_autoptr (VigilWireExam) exam = vigil_wire_exam_from_json (node, error);

  return exam != NULL;
}

static gboolean
is_candidate (JsonNode *node, GError **error)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_from_json (node, FALSE, error);

  return info != NULL;
}

static gboolean
is_violation (JsonNode *node, GError **error)
{
  g_autoptr (VigilViolation) violation = vigil_violation_from_json (node, error);

  return violation != NULL;
}

static gboolean
is_evidence (JsonNode *node, GError **error)
{
  g_autoptr (VigilEvidenceItem) item = vigil_evidence_item_from_json (node, error);

  return item != NULL;
}

static gboolean
is_config (JsonNode *node, GError **error)
{
  g_autoptr (GPtrArray) values = vigil_wire_config_from_json (node, error);

  return values && values->len == 3;
}

static gboolean
is_bypass (JsonNode *node, GError **error)
{
  g_autoptr (VigilBypass) bypass = vigil_bypass_from_json (node, error);

  return bypass != NULL;
}

static gboolean
is_transport (JsonNode *node, GError **error)
{
  g_autoptr (JsonNode) router = json (ROUTER_ALL);
  g_autofree char *sdp = vigil_rtp_offer_build (router, node, error);

  return sdp != NULL && vigil_hall_answer_check_ack (node, error);
}

static gboolean
is_consumer (JsonNode *node, GError **error)
{
  g_autoptr (VigilRtpConsumer) consumer = vigil_rtp_consumer_from_json (node, error);

  return consumer != NULL && vigil_hall_answer_check_ack (node, error);
}

/* An intervention stands alone in the document and travels in an event. */
static gboolean
is_intervention (JsonNode *node, GError **error)
{
  g_autoptr (JsonNode) copy = json_node_copy (node);
  g_autoptr (VigilHallEvent) event = NULL;

  json_object_set_int_member (json_node_get_object (copy), "epoch", 1);
  json_object_set_int_member (json_node_get_object (copy), "seq", 1);
  event = vigil_hall_message_parse ("intervention", copy, error);
  return event != NULL;
}

static gboolean
is_changes (JsonNode *node, GError **error)
{
  g_autoptr (VigilWirePage) page = vigil_wire_page_from_json (node, VIGIL_PAGE_CHANGES, error);

  return page && page->items->len == 1 && page->seq == 4720 &&
         ((VigilHallEvent *) g_ptr_array_index (page->items, 0))->kind == VIGIL_HALL_EVENT_SESSION_UPDATE;
}

static guint32
no_flag (gpointer user_data, const char *type, gsize len)
{
  return 0;
}

/* ["event", argument] */
static gboolean
is_event (JsonNode *node, GError **error)
{
  JsonArray *array = json_node_get_array (node);
  const char *name = json_array_get_string_element (array, 0);
  g_autoptr (VigilScoreScanner) scanner = vigil_score_scanner_new (NULL, no_flag, NULL);
  g_auto (VigilScoreBatch) batch = VIGIL_SCORE_BATCH_INIT;
  g_autoptr (VigilHallEvent) event = NULL;

  if (vigil_score_scanner_is_score_event (scanner, name))
    return vigil_score_scanner_parse (scanner, name, json_array_get_element (array, 1), &batch, error);
  event = vigil_hall_message_parse (name, json_array_get_element (array, 1), error);
  return event != NULL;
}

/* What the candidate's browser says and hears is none of the client's business. */
static gboolean
is_json (JsonNode *node, GError **error)
{
  return TRUE;
}

/* Our console writes it member by member as it stands there. */
static gboolean
is_snapshot (JsonNode *node, GError **error)
{
  JsonObject *object = json_node_get_object (node);
  g_autoptr (JsonNode) ours = NULL;
  g_autofree char *said = vigil_json_to_string (node);
  g_autofree char *written = NULL;
  VigilSource source;

  if (!vigil_source_from_nick (json_object_get_string_member (object, "source"), &source))
    return FALSE;
  ours = vigil_request_snapshot (source, json_object_get_int_member (object, "at"), json_object_get_string_member (object, "note"),
                                 json_object_get_string_member (object, "contentType"), json_object_get_string_member (object, "data"));
  written = vigil_json_to_string (ours);
  g_assert_cmpstr (written, ==, said);
  return TRUE;
}

/* In this order: the first whose member is there has to take the example. */
static struct
{
  const char *member;
  gboolean  (*check) (JsonNode *node, GError **error);
  guint       seen;
} kinds[] = {
  { "service", is_hall, 0 }, { "batch", is_json, 0 }, { "intervalSeconds", is_json, 0 }, { "role", is_session, 0 },
  { "startsAt", is_exam, 0 }, { "rtpParameters", is_consumer, 0 }, { "iceParameters", is_transport, 0 }, { "values", is_config, 0 },
  { "bypassedBy", is_bypass, 0 }, { "openFlags", is_candidate, 0 }, { "severity", is_violation, 0 }, { "sha256", is_evidence, 0 },
  { "by", is_intervention, 0 }, { "source", is_snapshot, 0 }, { "items", is_changes, 0 },
};

static void
check_example (JsonNode *node)
{
  g_autofree char *text = vigil_json_to_string (node);
  g_autoptr (GError) error = NULL;

  note (text);
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      g_assert_true (is_event (node, &error));
      g_assert_no_error (error);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (json_object_has_member (json_node_get_object (node), kinds[i].member))
      {
        gboolean ok = kinds[i].check (node, &error);

        g_assert_no_error (error);
        g_assert_true (ok);
        kinds[i].seen++;
        return;
      }
  g_error ("an example of no known kind: %s", text);
}

static void
test_examples (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("VIGIL_SOURCE_ROOT"), "docs", "protocol.md", NULL);
  g_autofree char *document = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) parts = NULL;

  g_assert_true (g_file_get_contents (path, &document, NULL, &error));
  parts = g_strsplit (document, "```", -1);
  g_assert_cmpuint (g_strv_length (parts) % 2, ==, 1);
  for (guint i = 1; parts[i]; i += 2)
    {
      g_autoptr (JsonNode) node = NULL;

      g_assert_true (g_str_has_prefix (parts[i], "json\n"));
      node = vigil_json_parse (parts[i] + 5, strlen (parts[i] + 5), &error);
      g_assert_no_error (error);
      check_example (node);
    }
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_assert_cmpuint (kinds[i].seen, >, 0);
}

/* Every code of the table of errors is one we know, with its status. */
static void
test_codes (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("VIGIL_SOURCE_ROOT"), "docs", "protocol.md", NULL);
  g_autofree char *document = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &document, NULL, &error));
  for (guint i = 0; i <= VIGIL_HALL_ANSWER_ERROR_CANNOT_CONSUME; i++)
    {
      g_autofree char *row = g_strdup_printf ("| `%s` | %u |", vigil_hall_answer_error_to_code ((VigilHallAnswerError) i),
                                              vigil_hall_answer_error_to_status ((VigilHallAnswerError) i));

      note (row);
      g_assert_nonnull (strstr (document, row));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/examples", test_examples);
  g_test_add_func ("/document/codes", test_codes);
  return g_test_run ();
}
