/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between the SFUs, as a test sees them. */

#include "any-hall.h"

#include "janus/janus-server.h"
#include "network/tls-door.h"

#define WHEP_PORT 7080
#define WHEP_TOKEN "a-token-for-tests"
#define READY_MS 120000
#define VOICES 4
#define H264_EACH 6 /* of whoever sends to a Janus */

/* How one kind of hall is made and what is done to it; NULL: nothing. */
typedef struct
{
  const char *name;
  gboolean    has_video;
  guint       n_voices;    /* of how many candidates there is sound */
  const char *options[20]; /* of the hall's program, besides the usual */
  const char *room;        /* nullable: what the room of candidates is told */
  void      (*join)   (AnyHall *self);
  void      (*leave)  (AnyHall *self, guint candidate);
  void      (*come)   (AnyHall *self, guint candidate);
  void      (*die)    (AnyHall *self);
  void      (*live)   (AnyHall *self);
  int       (*count)  (AnyHall *self);
} Kind;

struct _AnyHall
{
  const Kind  *kind;
  InteropHall *hall;
  InteropPeer *room; /* nullable: a Janus and who publishes there */
  InteropPeer *whep; /* nullable */
  TlsDoor     *door; /* nullable: what the client is told of is behind it */
};

static JsonNode *
tell (InteropPeer *peer, const char *cmd, const char *members)
{
  g_autoptr (GError) error = NULL;
  JsonNode *answer = interop_peer_command (peer, cmd, members, &error);

  g_assert_no_error (error);
  return answer;
}

static void
tell_index (InteropPeer *peer, const char *cmd, guint candidate)
{
  g_autofree char *members = g_strdup_printf ("\"index\":%u", candidate);
  g_autoptr (JsonNode) answer = tell (peer, cmd, members);
}

static int
ask_count (InteropPeer *peer, const char *cmd, const char *member)
{
  g_autoptr (JsonNode) answer = tell (peer, cmd, NULL);

  return (int) json_object_get_int_member (json_node_get_object (answer), member);
}

/* -- mediasoup, the hall's own -- */

static void
tell_hall (AnyHall *self, const char *cmd, guint candidate)
{
  interop_hall_do (self->hall, cmd, "\"studentId\":\"s-%05u\"", candidate + 1);
}

static void
hall_leave (AnyHall *self, guint candidate)
{
  tell_hall (self, "leave", candidate);
}

static void
hall_come (AnyHall *self, guint candidate)
{
  tell_hall (self, "come_back", candidate);
}

static void
kill_worker (AnyHall *self)
{
  interop_hall_do (self->hall, "kill_worker", "\"restartMs\":2500");
}

static int
count_at_hall (AnyHall *self)
{
  return ask_count (self->hall->peer, "state", "consumers");
}

/* -- a Janus -- */

static void
publish_at_janus (AnyHall *self, guint first, guint end)
{
  interop_hall_do (self->hall, "janus", "\"url\":\"wss://127.0.0.1:%d/\",\"room\":%d,\"pin\":\"%s\",\"candidates\":%u,\"first\":%u,\"voices\":%u",
                   tls_door_get_port (self->door), JANUS_ROOM, JANUS_PIN, end, first, self->kind->n_voices);
}

static void
join_janus (AnyHall *self)
{
  self->door = tls_door_open (JANUS_PORT);
  publish_at_janus (self, 0, ANY_HALL_CANDIDATES);
}

static void
leave_janus (AnyHall *self, guint candidate)
{
  tell_index (self->room, "leave", candidate);
  interop_hall_do (self->hall, "janus_left", "\"index\":%u", candidate);
}

static void
come_to_janus (AnyHall *self, guint candidate)
{
  tell_index (self->room, "enter", candidate);
  publish_at_janus (self, candidate, candidate + 1);
}

static void
kill_room (AnyHall *self)
{
  json_node_unref (tell (self->room, "kill", NULL));
}

static void
start_room (AnyHall *self)
{
  json_node_unref (tell (self->room, "start", NULL));
}

/* -- a WHEP -- */

static void
start_whep (AnyHall *self)
{
  g_autofree char *program = interop_dup_path ("janus/whep-server.mjs");
  const char *argv[] = { program, "ws://127.0.0.1:" G_STRINGIFY (JANUS_PORT) "/", G_STRINGIFY (WHEP_PORT),
                         G_STRINGIFY (ANY_HALL_CANDIDATES), WHEP_TOKEN, G_STRINGIFY (VOICES), NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) ready = NULL;

  self->whep = interop_peer_start (argv, &error);
  g_assert_no_error (error);
  ready = interop_peer_wait (self->whep, "ready", READY_MS, &error);
  g_assert_no_error (error);
}

static void
publish_at_whep (AnyHall *self, guint first, guint end)
{
  interop_hall_do (self->hall, "whep", "\"url\":\"https://127.0.0.1:%d/whep/endpoint/\",\"token\":\"%s\",\"first\":%u,\"candidates\":%u,\"voices\":%u",
                   tls_door_get_port (self->door), WHEP_TOKEN, first, end, self->kind->n_voices);
}

static void
join_whep (AnyHall *self)
{
  self->door = tls_door_open (WHEP_PORT);
  start_whep (self);
  publish_at_whep (self, 0, ANY_HALL_CANDIDATES);
}

static void
leave_whep (AnyHall *self, guint candidate)
{
  tell_index (self->whep, "remove", candidate);
  interop_hall_do (self->hall, "whep_left", "\"index\":%u", candidate);
}

static void
come_to_whep (AnyHall *self, guint candidate)
{
  tell_index (self->whep, "add", candidate);
  publish_at_whep (self, candidate, candidate + 1);
}

/* Its HTTP side and the Janus behind it. */
static void
kill_whep (AnyHall *self)
{
  g_clear_pointer (&self->whep, interop_peer_stop);
  kill_room (self);
}

static void
restore_whep (AnyHall *self)
{
  start_room (self);
  start_whep (self);
}

static int
count_at_whep (AnyHall *self)
{
  return ask_count (self->whep, "count", "subscribers");
}

/* -- no SFU at all -- */

static void
cut (AnyHall *self)
{
  interop_hall_do (self->hall, "drop_consoles", NULL);
}

static const Kind kinds[] = {
  { "mediasoup", TRUE, VOICES, { "--streaming", G_STRINGIFY (ANY_HALL_CANDIDATES), "--microphones", G_STRINGIFY (VOICES) }, NULL,
    NULL, hall_leave, hall_come, kill_worker, NULL, count_at_hall },
  { "janus", TRUE, VOICES, { "--streaming", "0", "--microphones", "0" }, "room",
    join_janus, leave_janus, come_to_janus, kill_room, start_room, NULL },
  { "whep", TRUE, VOICES, { "--streaming", "0", "--microphones", "0" }, "mountpoints",
    join_whep, leave_whep, come_to_whep, kill_whep, restore_whep, count_at_whep },
  { "stills", FALSE, 0, { "--streaming", G_STRINGIFY (ANY_HALL_CANDIDATES), "--no-sfu", "1" }, NULL,
    NULL, hall_leave, hall_come, cut, NULL, NULL },
};

static void
start_candidates (AnyHall *self)
{
  g_autofree char *program = g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "interop", "janus-room", NULL);
  g_autofree char *voices = g_strdup_printf ("%u", self->kind->n_voices);
  const char *argv[] = { program, G_STRINGIFY (ANY_HALL_CANDIDATES), "320", "180", "8", self->kind->room, voices, G_STRINGIFY (H264_EACH), NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) ready = NULL;

  self->room = interop_peer_start (argv, &error);
  g_assert_no_error (error);
  ready = interop_peer_wait (self->room, "ready", READY_MS, &error);
  g_assert_no_error (error);
}

AnyHall *
any_hall_start (const char *name)
{
  static const char *const usual[] = { "--candidates", G_STRINGIFY (ANY_HALL_CANDIDATES), "--looks", G_STRINGIFY (ANY_HALL_CANDIDATES),
                                       "--fps", "8", "--scores", "20", "--captures", "2", "--violation-seconds", "0" };
  g_autoptr (GPtrArray) options = g_ptr_array_new ();
  AnyHall *self = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].name, name) == 0)
      {
        self = g_new0 (AnyHall, 1);
        self->kind = &kinds[i];
      }
  if (self == NULL)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    g_ptr_array_add (options, (gpointer) usual[i]);
  for (guint i = 0; self->kind->options[i] != NULL; i++)
    g_ptr_array_add (options, (gpointer) self->kind->options[i]);
  g_ptr_array_add (options, NULL);

  if (self->kind->room != NULL)
    start_candidates (self);
  self->hall = interop_hall_start ((const char *const *) options->pdata);
  if (self->kind->join != NULL)
    self->kind->join (self);
  return self;
}

void
any_hall_stop (AnyHall *self)
{
  interop_hall_stop (self->hall);
  g_clear_pointer (&self->whep, interop_peer_stop);
  g_clear_pointer (&self->room, interop_peer_stop);
  g_clear_pointer (&self->door, tls_door_close);
  g_free (self);
}

InteropHall *
any_hall_get (AnyHall *self)
{
  return self->hall;
}

const char *
any_hall_get_kind (AnyHall *self)
{
  return self->kind->name;
}

gboolean
any_hall_has_video (AnyHall *self)
{
  return self->kind->has_video;
}

guint
any_hall_get_n_voices (AnyHall *self)
{
  return self->kind->n_voices;
}

gboolean
any_hall_has_tones (AnyHall *self)
{
  return self->room != NULL;
}

void
any_hall_leave (AnyHall *self, guint candidate)
{
  self->kind->leave (self, candidate);
  if (self->kind->leave != hall_leave)
    hall_leave (self, candidate);
}

void
any_hall_return (AnyHall *self, guint candidate)
{
  if (self->kind->come != hall_come)
    hall_come (self, candidate);
  self->kind->come (self, candidate);
}

static void
tell_room (AnyHall *self, const char *cmd, guint candidate, gboolean value)
{
  g_autofree char *members = g_strdup_printf ("\"index\":%u,\"value\":%s", candidate, value ? "true" : "false");
  g_autoptr (JsonNode) answer = tell (self->room, cmd, members);
}

void
any_hall_spoil (AnyHall *self, guint candidate, gboolean spoilt)
{
  if (self->room != NULL)
    tell_room (self, "spoil", candidate, spoilt);
  else
    interop_hall_do (self->hall, "garbage", "\"studentId\":\"s-%05u\"%s", candidate + 1, spoilt ? ",\"kind\":\"payload\"" : "");
}

void
any_hall_enlarge (AnyHall *self, guint candidate, gboolean larger)
{
  if (self->room != NULL)
    tell_room (self, "enlarge", candidate, larger);
  else
    interop_hall_do (self->hall, "resize", "\"studentId\":\"s-%05u\",\"larger\":%s", candidate + 1, larger ? "true" : "false");
}

void
any_hall_kill (AnyHall *self)
{
  self->kind->die (self);
}

void
any_hall_restore (AnyHall *self)
{
  if (self->kind->live != NULL)
    self->kind->live (self);
}

int
any_hall_count_consumers (AnyHall *self)
{
  return self->kind->count != NULL ? self->kind->count (self) : -1;
}
