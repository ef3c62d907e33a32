/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consoles: joining, requests, leaving. */
#include "vigil-hall-console.h"

#include <string.h>

#include "vigil-clock.h"
#include "vigil-hall-error.h"
#include "vigil-hall-link.h"
#include "vigil-hall-media.h"
#include "vigil-hall-writer.h"
#include "vigil-members.h"

/* docs/protocol.md 7. */
#define JOIN_TIMEOUT_MS 45000

struct _VigilHallConsole
{
  VigilHall         *hall;     /* outlives us */
  VigilHallSocket   *socket;
  VigilHallIdentity *identity; /* of "/", nullable */
  VigilHallExam     *exam;     /* joined, nullable */
  VigilHallLink     *link;     /* of "/candidate", nullable */
};

VigilHallSocket *
vigil_hall_console_get_socket (VigilHallConsole *self)
{
  return self->socket;
}

VigilHallExam *
vigil_hall_console_get_exam (VigilHallConsole *self)
{
  return self->exam;
}

void
vigil_hall_console_tell (VigilHallConsole *self, const char *event, const char *argument)
{
  vigil_hall_socket_send_event (self->socket, "/", event, argument);
}

static void
exam_frame_cb (GBytes *frame, gpointer user_data)
{
  VigilHallConsole *self = user_data;

  vigil_hall_socket_send_frame (self->socket, frame);
}

static void
leave_exam (VigilHallConsole *self)
{
  if (self->exam)
    vigil_hall_exam_unsubscribe (self->exam, exam_frame_cb, self);
  self->exam = NULL;
  vigil_hall_media_close_client (self->hall->media, vigil_hall_socket_get_sid (self->socket));
}

static void
tell_degraded (VigilHallConsole *self)
{
  for (guint part = 0; part < VIGIL_HALL_N_PARTS; part++)
    if (self->hall->parts[part].degraded)
      {
        g_autofree char *system = vigil_hall_dup_system (self->hall, part);

        vigil_hall_console_tell (self, "system", system);
      }
}

static gboolean
join_exam (VigilHallConsole *self, JsonNode *argument, gint64 ack_id, GError **error)
{
  g_autoptr(GString) out = g_string_new ("{");
  VigilHallExam *exam;
  VigilMembers members;
  const char *exam_id;

  if (!vigil_members_init (&members, argument, "joinExam", error))
    return FALSE;
  exam_id = vigil_members_get_id (&members, "examId", VIGIL_MEMBER_REQUIRED);
  exam = exam_id ? vigil_hall_find_exam (self->hall, exam_id, error) : NULL;
  if (!exam)
    return FALSE;
  if (exam != self->exam)
    leave_exam (self);
  vigil_hall_write_int (out, "serverTime", vigil_clock_wall_ms ());
  vigil_hall_write_int (out, "epoch", vigil_hall_exam_get_epoch (exam));
  vigil_hall_write_int (out, "seq", vigil_hall_exam_get_seq (exam));
  vigil_hall_exam_write (exam, out, "exam");
  vigil_hall_socket_ack (self->socket, "/", ack_id, out->str + 1);
  if (!self->exam)
    vigil_hall_exam_subscribe (exam, exam_frame_cb, self);
  self->exam = exam;
  tell_degraded (self);
  return TRUE;
}

/* TRUE: acknowledged, or will be. */
static gboolean
request (VigilHallConsole *self, const char *name, JsonNode *argument, gint64 ack_id, GError **error)
{
  if (!argument || !JSON_NODE_HOLDS_OBJECT (argument))
    return vigil_hall_error_invalid (error, "argument", "one object is needed");
  if (g_str_equal (name, "joinExam"))
    return join_exam (self, argument, ack_id, error);
  if (!g_str_equal (name, "leaveExam") && !vigil_hall_media_knows (name))
    return vigil_hall_error_invalid (error, "request", "unknown");
  if (!self->exam)
    {
      g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_CONFLICT, "join an exam first");
      return FALSE;
    }
  if (g_str_equal (name, "leaveExam"))
    {
      leave_exam (self);
      vigil_hall_socket_ack (self->socket, "/", ack_id, NULL);
      return TRUE;
    }
  return vigil_hall_media_request (self->hall->media, self->socket, name, argument, ack_id, error);
}

static void
request_cb (VigilHallSocket *socket, const char *nsp, const char *name, JsonNode *argument,
            gint64 ack_id, gpointer user_data)
{
  VigilHallConsole *self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean done;

  if (g_str_equal (nsp, "/"))
    done = request (self, name, argument, ack_id, &error);
  else
    done = vigil_hall_link_request (self->link, name, argument, ack_id, &error);
  if (!done)
    vigil_hall_socket_ack_error (socket, nsp, ack_id, error);
}

static gboolean
admit (VigilHallConsole *self, const char *nsp, const char *token, GError **error)
{
  gboolean candidate = g_str_equal (nsp, "/candidate");
  VigilHallIdentity *identity;

  if (!candidate && !g_str_equal (nsp, "/"))
    {
      g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "no such namespace");
      return FALSE;
    }
  identity = vigil_hall_tokens_check (self->hall->tokens, token, vigil_clock_wall_ms (), error);
  if (!identity)
    return FALSE;
  if (candidate != (identity->role == VIGIL_HALL_ROLE_CANDIDATE))
    {
      g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_AUTH_FORBIDDEN, "not with this token");
      return FALSE;
    }
  if (candidate)
    {
      self->link = vigil_hall_link_new (self->hall, self->socket, identity, error);
      return self->link != NULL;
    }
  g_clear_pointer (&self->identity, vigil_hall_identity_unref);
  self->identity = vigil_hall_identity_ref (identity);
  return TRUE;
}

static void
joined_cb (VigilHallSocket *socket, const char *nsp, const char *token, gpointer user_data)
{
  VigilHallConsole *self = user_data;
  g_autoptr(GError) error = NULL;

  if (admit (self, nsp, token, &error))
    vigil_hall_socket_accept (socket, nsp);
  else
    vigil_hall_socket_refuse (socket, nsp, error);
}

static void
leave (VigilHallConsole *self, const char *nsp)
{
  if (g_str_equal (nsp, "/"))
    {
      leave_exam (self);
      g_clear_pointer (&self->identity, vigil_hall_identity_unref);
    }
  else
    g_clear_pointer (&self->link, vigil_hall_link_free);
}

static void
left_cb (VigilHallSocket *socket, const char *nsp, gpointer user_data)
{
  leave (user_data, nsp);
}

static void
closed_cb (VigilHallSocket *socket, gpointer user_data)
{
  VigilHallConsole *self = user_data;

  /* Frees us: transports and consumers are gone before the next connection is looked at. */
  g_ptr_array_remove (self->hall->consoles, self);
}

void
vigil_hall_console_free (VigilHallConsole *self)
{
  g_signal_handlers_disconnect_by_data (self->socket, self);
  leave (self, "/");
  leave (self, "/candidate");
  vigil_hall_socket_close (self->socket, FALSE);
  g_object_unref (self->socket);
  g_free (self);
}

void
vigil_hall_console_open (VigilHall *hall, SoupWebsocketConnection *connection)
{
  VigilHallConsole *self = g_new0 (VigilHallConsole, 1);
  VigilHallSocketLimits limits = {
    .ping_interval_ms = (guint) hall->options.ping_interval_ms,
    .ping_timeout_ms = (guint) hall->options.ping_timeout_ms,
    .join_timeout_ms = JOIN_TIMEOUT_MS,
    .requests_per_second = (guint) hall->options.socket_rate,
  };

  self->hall = hall;
  self->socket = vigil_hall_socket_new (connection, &limits);
  vigil_hall_socket_set_frozen (self->socket, hall->frozen);
  g_signal_connect (self->socket, "joined", G_CALLBACK (joined_cb), self);
  g_signal_connect (self->socket, "request", G_CALLBACK (request_cb), self);
  g_signal_connect (self->socket, "left", G_CALLBACK (left_cb), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (closed_cb), self);
  g_ptr_array_add (hall->consoles, self);
}

void
vigil_hall_consoles_expire (VigilHall *hall, gint64 now)
{
  for (guint i = hall->consoles->len; i > 0; i--)
    {
      VigilHallConsole *self = g_ptr_array_index (hall->consoles, i - 1);

      if (!self->identity || self->identity->expires_at == 0 || self->identity->expires_at > now)
        continue;
      vigil_hall_console_tell (self, "session_expired", "{}");
      vigil_hall_socket_disconnect (self->socket, "/");
    }
}

gboolean
vigil_hall_consoles_has_user (VigilHall *hall, const char *user)
{
  for (guint i = 0; i < hall->consoles->len; i++)
    {
      VigilHallConsole *self = g_ptr_array_index (hall->consoles, i);

      if (self->identity && g_str_equal (self->identity->user, user))
        return TRUE;
    }
  return FALSE;
}

VigilHallConsole *
vigil_hall_consoles_find (VigilHall *hall, const char *key)
{
  for (guint i = 0; i < hall->consoles->len; i++)
    {
      VigilHallConsole *self = g_ptr_array_index (hall->consoles, i);

      if (g_str_equal (vigil_hall_socket_get_sid (self->socket), key))
        return self;
    }
  return NULL;
}
