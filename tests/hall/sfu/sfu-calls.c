/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU's requests as one function. */

#include "sfu-calls.h"

static void
store_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static JsonObject *
create_transport (const SfuLocal  *local,
                  GError         **error)
{
  GAsyncResult *result = NULL;
  JsonObject *answer;

  vigil_hall_sfu_create_transport_async (local->sfu, local->key, NULL, store_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  answer = vigil_hall_sfu_create_transport_finish (local->sfu, result, error);
  g_object_unref (result);

  return answer;
}

static const char *
text (JsonObject *params,
      const char *member)
{
  return json_object_get_string_member_with_default (params, member, NULL);
}

static JsonObject *
object (JsonObject *params,
        const char *member)
{
  return json_object_has_member (params, member) ? json_object_get_object_member (params, member) : NULL;
}

JsonObject *
sfu_call_local (const char *method,
                JsonObject *params,
                gpointer    user_data)
{
  const SfuLocal *local = user_data;
  g_autoptr (GError) error = NULL;
  JsonObject *answer = NULL;

  if (g_str_equal (method, "createTransport"))
    answer = create_transport (local, &error);
  else if (g_str_equal (method, "connectTransport"))
    vigil_hall_sfu_connect_transport (local->sfu, local->key, text (params, "transportId"),
                                      object (params, "dtlsParameters"), object (params, "iceParameters"), &error);
  else if (g_str_equal (method, "consume"))
    answer = vigil_hall_sfu_consume (local->sfu, local->key, text (params, "transportId"), text (params, "producerId"),
                                     object (params, "rtpCapabilities"), TRUE, &error);
  else if (g_str_equal (method, "resume"))
    vigil_hall_sfu_resume_consumer (local->sfu, local->key, text (params, "consumerId"), &error);
  else if (g_str_equal (method, "close"))
    vigil_hall_sfu_close_consumer (local->sfu, local->key, text (params, "consumerId"), &error);
  else
    g_assert_not_reached ();

  if (answer == NULL)
    answer = json_object_new ();
  if (error != NULL)
    json_object_set_string_member (answer, "error", error->message);

  return answer;
}
