/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the SFU's calls to the hall's requests. */
#include "hall-media.h"

static const struct
{
  const char *method;
  const char *request;
} names[] = {
  { "createTransport", "createWebRtcTransport" },
  { "connectTransport", "connectTransport" },
  { "consume", "consume" },
  { "resume", "resumeConsumer" },
  { "close", "closeConsumer" },
};

static JsonObject *
call (const char *method, JsonObject *params, gpointer user_data)
{
  HallConsole *console = user_data;
  g_autoptr(JsonNode) argument = json_node_new (JSON_NODE_OBJECT);
  g_autoptr(JsonNode) answer = NULL;
  g_autofree char *text = NULL;
  const char *request = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (method, names[i].method))
      request = names[i].request;
  g_assert_nonnull (request);
  json_node_set_object (argument, params);
  if (g_str_equal (method, "createTransport"))
    json_object_set_string_member (params, "direction", "recv");
  if (g_str_equal (method, "consume"))
    json_object_set_boolean_member (params, "paused", TRUE);
  text = json_to_string (argument, FALSE);
  answer = hall_console_request (console, request, text);
  if (!hall_bool (answer, "ok"))
    g_error ("%s: %s", request, hall_string (answer, "error.message"));
  return json_object_ref (json_node_get_object (answer));
}

SfuClient *
hall_media_new (HallConsole *console)
{
  return sfu_client_new_remote (call, console);
}

char *
hall_media_dup_producer (HallFixture *fixture, const char *student_id)
{
  g_autofree char *path = g_strdup_printf ("/exams/%s/candidates/%s", fixture->exam, student_id);
  g_autoptr(HallAnswer) answer = hall_http (fixture, "invigilator", "GET", path, NULL, NULL);

  return hall_member (answer->json, "producers.0") ? g_strdup (hall_string (answer->json, "producers.0.producerId")) : NULL;
}
