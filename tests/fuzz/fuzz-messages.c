/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hall messages: the first byte chooses what the JSON after it is read as. */
#include "fuzz.h"
#include "vigil-hall-answer.h"
#include "vigil-hall-message.h"
#include "vigil-profile.h"

static const char *const events[] = {
  "session_update", "violation", "flag_changed", "new_producer", "producer_closed", "bypass_changed", "intervention", "exam_update",
  "consumer_closed", "consumer_paused", "consumer_resumed", "consumer_layers", "transport_closed", "system", "session_expired", "unknown",
};

#define FIRST_ANSWER 16
#define FIRST_PAGE 24

static void
read_event (const char *name, JsonNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilHallEvent) event = vigil_hall_message_parse (name, node, &error);

  if (!event)
    fuzz_assert_error (&error);
  else if (event->candidate)
    g_assert_cmpint (event->candidate->score, >=, -2);
}

static void
read_answer (guint which, JsonNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWireSession) session = NULL;
  g_autoptr (VigilWireExam) exam = NULL;
  g_autoptr (VigilWireJoin) join = NULL;
  g_autoptr (GPtrArray) config = NULL;
  g_autofree char *name = NULL;
  gboolean ok = FALSE;

  switch (which)
    {
    case 0: ok = vigil_hall_answer_check_ack (node, &error); break;
    case 1: ok = vigil_hall_answer_check_hall (node, &name, &error); break;
    case 2: ok = (session = vigil_wire_session_from_json (node, &error)) != NULL; break;
    case 3: ok = (exam = vigil_wire_exam_from_json (node, &error)) != NULL; break;
    case 4: ok = (join = vigil_wire_join_from_json (node, &error)) != NULL; break;
    case 5: ok = (config = vigil_wire_config_from_json (node, &error)) != NULL; break;
    case 6: vigil_hall_answer_set_connect_error (node, &error); break;
    default: vigil_hall_answer_set_error (node, 500, &error); break;
    }
  if (ok)
    g_assert_no_error (error);
  else
    fuzz_assert_error (&error);
}

static void
read_page (VigilPageKind kind, JsonNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWirePage) page = vigil_wire_page_from_json (node, kind, &error);

  if (!page)
    fuzz_assert_error (&error);
  else
    g_assert_cmpuint (page->items->len, <=, 1000);
}

static VigilProfile *
other_profile (void)
{
  static const char text[] = "{\"id\":\"o\",\"title\":\"o\",\"paramsWrapper\":\"p\",\"scoreInverted\":true,"
                             "\"fields\":{\"studentId\":\"u\",\"name\":\"title\",\"title\":\"name\"}}";

  return vigil_profile_new_from_data (text, sizeof text - 1, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static VigilProfile *profile;
  g_autoptr (JsonNode) wire = NULL;
  g_autoptr (JsonNode) node = NULL;
  guint which;

  fuzz_init ();
  if (!profile)
    profile = other_profile ();
  if (size == 0)
    return 0;
  which = data[0] & 31;
  wire = vigil_json_parse ((const char *) data + 1, size - 1, NULL);
  if (!wire)
    return 0;
  node = vigil_profile_decode (data[0] & 32 ? profile : NULL, wire);
  if (which < FIRST_ANSWER)
    read_event (events[which], node);
  else if (which < FIRST_PAGE)
    read_answer (which - FIRST_ANSWER, node);
  else if (which - FIRST_PAGE <= VIGIL_PAGE_BYPASSES)
    read_page ((VigilPageKind) (which - FIRST_PAGE), node);
  return 0;
}
