/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Node reference hall as a test sees it. */

#include "interop-hall.h"

#define READY_TIMEOUT_MS 60000

InteropHall *
interop_hall_start (const char *const *options)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *program = interop_dup_path ("hall/hall.mjs");
  InteropHall *self = g_new0 (InteropHall, 1);
  g_autoptr (JsonNode) ready = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  g_ptr_array_add (argv, program);
  for (; options != NULL && *options != NULL; options++)
    g_ptr_array_add (argv, (gpointer) *options);
  g_ptr_array_add (argv, NULL);

  self->peer = interop_peer_start ((const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  ready = interop_peer_wait (self->peer, "ready", READY_TIMEOUT_MS, &error);
  g_assert_no_error (error);

  object = json_node_get_object (ready);
  self->url = g_strdup (json_object_get_string_member (object, "url"));
  self->exam_id = g_strdup (json_object_get_string_member (object, "examId"));
  self->tokens = json_object_ref (json_object_get_object_member (object, "tokens"));
  return self;
}

void
interop_hall_stop (InteropHall *self)
{
  g_clear_pointer (&self->peer, interop_peer_stop);
  json_object_unref (self->tokens);
  g_free (self->exam_id);
  g_free (self->url);
  g_free (self);
}

const char *
interop_hall_get_token (InteropHall *self,
                        const char  *role)
{
  return json_object_get_string_member (self->tokens, role);
}

void
interop_hall_do (InteropHall *self,
                 const char  *cmd,
                 const char  *format,
                 ...)
{
  g_autofree char *members = NULL;
  g_autoptr (JsonNode) answer = NULL;
  g_autoptr (GError) error = NULL;
  va_list args;

  if (format != NULL)
    {
      va_start (args, format);
      members = g_strdup_vprintf (format, args);
      va_end (args);
    }
  answer = interop_peer_command (self->peer, cmd, members, &error);
  g_assert_no_error (error);
}

InteropPeer *
interop_hall_open_browser (InteropHall *self,
                           const char  *student_id)
{
  g_autofree char *members = g_strdup_printf ("\"studentId\":\"%s\",\"name\":\"Browser\"", student_id);
  g_autofree char *program = interop_dup_path ("chromium.mjs");
  g_autoptr (JsonNode) invited = NULL;
  g_autoptr (GError) error = NULL;
  const char *argv[] = { program, NULL, NULL };
  InteropPeer *browser;

  invited = interop_peer_command (self->peer, "invite", members, &error);
  g_assert_no_error (error);
  argv[1] = json_object_get_string_member (json_node_get_object (invited), "url");
  browser = interop_peer_start (argv, &error);
  g_assert_no_error (error);
  return browser;
}

char *
interop_hall_dup_state (InteropHall *self)
{
  g_autoptr (JsonNode) state = interop_peer_command (self->peer, "state", NULL, NULL);

  return state != NULL ? json_to_string (state, FALSE) : g_strdup ("no answer");
}
