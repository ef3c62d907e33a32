/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /control: {"op": …}. Every fault that a test wants is one line here. */
#include "vigil-hall-control.h"

#include <string.h>

#include "vigil-clock.h"
#include "vigil-hall-console.h"
#include "vigil-hall-error.h"
#include "vigil-hall-media.h"
#include "vigil-hall-sim.h"
#include "vigil-hall-writer.h"
#include "vigil-members.h"

typedef struct
{
  VigilHall    *hall;
  VigilMembers *members;
  GString      *out;
} Order;

static VigilHallCandidate *
get_candidate (Order *order)
{
  const char *id = vigil_members_get_id (order->members, "studentId", VIGIL_MEMBER_REQUIRED);
  VigilHallCandidate *candidate = id ? vigil_hall_exam_lookup (order->hall->exam, id) : NULL;

  if (id && !candidate)
    vigil_members_fail (order->members, "studentId", "no such candidate");
  return candidate;
}

static gboolean
get_source (Order *order, VigilSource *source)
{
  const char *nick = vigil_members_get_text (order->members, "source", 0, 32);

  *source = VIGIL_SOURCE_WEBCAM;
  return vigil_members_ok (order->members) &&
         (!nick || vigil_source_from_nick (nick, source) || vigil_members_fail (order->members, "source", "unknown"));
}

static guint
get_ms (Order *order, guint fallback)
{
  return (guint) vigil_members_get_int (order->members, "ms", 0, 0, 24 * 3600 * 1000, fallback);
}

static void
do_drop (Order *order)
{
  gboolean abrupt = vigil_members_get_bool (order->members, "abrupt", 0, TRUE);

  vigil_hall_write_int (order->out, "dropped", order->hall->consoles->len);
  while (order->hall->consoles->len > 0)
    vigil_hall_socket_close (vigil_hall_console_get_socket (g_ptr_array_index (order->hall->consoles, 0)), abrupt);
}

static void
freeze (VigilHall *hall, gboolean frozen)
{
  hall->frozen = frozen;
  for (guint i = hall->consoles->len; i > 0; i--)
    vigil_hall_socket_set_frozen (vigil_hall_console_get_socket (g_ptr_array_index (hall->consoles, i - 1)), frozen);
}

static gboolean
thaw_cb (gpointer user_data)
{
  freeze (user_data, FALSE);
  return G_SOURCE_REMOVE;
}

static void
do_freeze (Order *order)
{
  guint ms = get_ms (order, 0);

  freeze (order->hall, TRUE);
  if (ms > 0)
    vigil_hall_later (order->hall, ms, thaw_cb, order->hall, NULL);
}

static void
do_thaw (Order *order)
{
  freeze (order->hall, FALSE);
}

static void
do_scores (Order *order)
{
  double rate = vigil_members_get_number (order->members, "rate", 0, -1);

  vigil_hall_scores_set_running (order->hall->scores, vigil_members_get_bool (order->members, "running", 0, TRUE));
  if (rate >= 0)
    vigil_hall_scores_set_rate (order->hall->scores, rate);
}

static gboolean
revive_cb (gpointer user_data)
{
  VigilHall *hall = user_data;

  vigil_hall_media_revive (hall->media);
  vigil_hall_sim_produce_again (hall->sim);
  vigil_hall_set_part (hall, VIGIL_HALL_PART_SFU, FALSE, NULL);
  return G_SOURCE_REMOVE;
}

/* The worker dies; after @ms a new one stands there and the browsers produce again. ms 0: never. */
static void
do_sfu_kill (Order *order)
{
  VigilHall *hall = order->hall;
  guint ms = get_ms (order, 2000);

  if (vigil_hall_media_is_down (hall->media))
    return;
  vigil_hall_media_die (hall->media, "the SFU's worker died");
  vigil_hall_sim_forget_producers (hall->sim);
  vigil_hall_set_part (hall, VIGIL_HALL_PART_SFU, TRUE, "the SFU's worker died");
  if (ms > 0)
    vigil_hall_later (hall, ms, revive_cb, hall, NULL);
}

static void
do_sfu_revive (Order *order)
{
  if (vigil_hall_media_is_down (order->hall->media))
    revive_cb (order->hall);
}

static void
do_sfu_freeze (Order *order)
{
  vigil_hall_sfu_set_frozen (vigil_hall_media_get_sfu (order->hall->media),
                             vigil_members_get_bool (order->members, "frozen", 0, TRUE));
}

/* The media of every client goes silent for good, and nobody is told. */
static void
do_sfu_silence (Order *order)
{
  guint n = 0;

  for (guint i = 0; i < order->hall->consoles->len; i++)
    n += vigil_hall_sfu_kill_client (vigil_hall_media_get_sfu (order->hall->media),
           vigil_hall_socket_get_sid (vigil_hall_console_get_socket (g_ptr_array_index (order->hall->consoles, i))));
  vigil_hall_write_int (order->out, "transports", n);
}

static void
do_loss (Order *order)
{
  double percent = vigil_members_get_number (order->members, "percent", VIGIL_MEMBER_REQUIRED, 0);

  if (vigil_members_ok (order->members) && (percent < 0 || percent > 100))
    vigil_members_fail (order->members, "percent", "0 to 100");
  if (vigil_members_ok (order->members))
    vigil_hall_sfu_set_loss (vigil_hall_media_get_sfu (order->hall->media), percent / 100);
}

static void
do_stall (Order *order)
{
  VigilHallCandidate *candidate = get_candidate (order);
  gboolean stalled = vigil_members_get_bool (order->members, "stalled", 0, TRUE);
  VigilSource source;

  if (!candidate || !get_source (order, &source))
    return;
  if (!candidate->producers[source] ||
      !vigil_hall_sfu_set_producer_stalled (vigil_hall_media_get_sfu (order->hall->media),
                                            candidate->producers[source], stalled))
    vigil_members_fail (order->members, "studentId", "does not produce that");
}

static void
do_evidence (Order *order)
{
  gboolean lost = vigil_members_get_bool (order->members, "lost", 0, TRUE);

  vigil_hall_evidence_set_lost (order->hall->evidence, lost);
  vigil_hall_set_part (order->hall, VIGIL_HALL_PART_EVIDENCE, lost, lost ? "the evidence store does not answer" : NULL);
}

static void
do_retain (Order *order)
{
  gint64 before = vigil_members_get_int (order->members, "before", 0, 0, VIGIL_JSON_MAX_INT, vigil_clock_wall_ms () + 1);

  vigil_hall_write_int (order->out, "deleted", vigil_hall_evidence_retain (order->hall->evidence, before));
}

static void
do_unproduce (Order *order)
{
  VigilHallCandidate *candidate = get_candidate (order);
  VigilSource source;

  if (candidate && get_source (order, &source))
    vigil_hall_sim_unproduce (order->hall->sim, candidate, source);
}

typedef struct
{
  VigilHall          *hall;
  VigilHallCandidate *candidate;
  VigilSource         source;
} Late;

static gboolean
late_cb (gpointer user_data)
{
  Late *late = user_data;

  vigil_hall_sim_produce (late->hall->sim, late->candidate, late->source);
  return G_SOURCE_REMOVE;
}

/* Now, or after @ms: the late producer. */
static void
do_produce (Order *order)
{
  VigilHallCandidate *candidate = get_candidate (order);
  guint ms = get_ms (order, 0);
  Late late = { order->hall, candidate, VIGIL_SOURCE_WEBCAM };

  if (!candidate || !get_source (order, &late.source))
    return;
  if (ms == 0)
    late_cb (&late);
  else
    vigil_hall_later (order->hall, ms, late_cb, g_memdup2 (&late, sizeof late), g_free);
}

static void
do_disconnect (Order *order)
{
  VigilHallCandidate *candidate = get_candidate (order);
  guint ms = get_ms (order, 0);

  if (candidate)
    vigil_hall_sim_disconnect (order->hall->sim, candidate, ms);
}

static void
do_connect (Order *order)
{
  VigilHallCandidate *candidate = get_candidate (order);

  if (candidate)
    vigil_hall_sim_connect (order->hall->sim, candidate);
}

static void
do_behave (Order *order)
{
  VigilHallCandidate *candidate = get_candidate (order);
  const char *nick = vigil_members_get_text (order->members, "behaviour", VIGIL_MEMBER_REQUIRED, 32);
  guint ms = get_ms (order, 0);
  VigilSimBehaviour behaviour;

  if (!candidate || !vigil_members_ok (order->members))
    return;
  if (!vigil_sim_behaviour_from_nick (nick, &behaviour))
    vigil_members_fail (order->members, "behaviour", "unknown");
  else
    vigil_hall_sim_behave (order->hall->sim, candidate, behaviour, ms);
}

static void
do_slow_http (Order *order)
{
  order->hall->slow_http_ms = get_ms (order, 0);
}

static void
do_expire_token (Order *order)
{
  const char *token = vigil_members_get_text (order->members, "token", 0, 1024);

  if (!vigil_members_ok (order->members))
    return;
  vigil_hall_tokens_expire (order->hall->tokens, token, vigil_clock_wall_ms ());
  vigil_hall_consoles_expire (order->hall, vigil_clock_wall_ms ());
}

/* The hall's clock is set wrong, for everything from now on. */
static void
do_clock (Order *order)
{
  gint64 ms = vigil_members_get_int (order->members, "ms", VIGIL_MEMBER_REQUIRED, -G_GINT64_CONSTANT (1000) * G_TIME_SPAN_DAY, G_GINT64_CONSTANT (1000) * G_TIME_SPAN_DAY, 0);

  if (vigil_members_ok (order->members))
    vigil_clock_shift_wall_ms (ms);
}

static void
do_system (Order *order)
{
  const char *name = vigil_members_get_text (order->members, "part", VIGIL_MEMBER_REQUIRED, 32);
  gboolean degraded = vigil_members_get_bool (order->members, "degraded", 0, TRUE);
  const char *reason = vigil_members_get_text (order->members, "reason", VIGIL_MEMBER_NULLABLE, 500);

  if (!vigil_members_ok (order->members))
    return;
  for (guint part = 0; part < VIGIL_HALL_N_PARTS; part++)
    if (g_str_equal (name, vigil_hall_part_to_nick (part)))
      {
        if (part == VIGIL_HALL_PART_COUNTING)
          vigil_hall_referee_set_counting (order->hall->referee, !degraded);
        vigil_hall_set_part (order->hall, part, degraded, reason);
        return;
      }
  vigil_members_fail (order->members, "part", "unknown");
}

static void
do_exam (Order *order)
{
  static const char *const states[] = { "scheduled", "running", "ended" };
  const char *state = vigil_members_get_text (order->members, "state", VIGIL_MEMBER_REQUIRED, 32);

  for (guint i = 0; state && i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (state, states[i]))
      {
        vigil_hall_exam_set_state (order->hall->exam, states[i]);
        return;
      }
  vigil_members_fail (order->members, "state", "scheduled, running or ended");
}

/* The hall lost its counter: a new epoch, as after a restart. */
static void
do_new_epoch (Order *order)
{
  vigil_hall_exam_set_epoch (order->hall->exam, vigil_hall_exam_get_epoch (order->hall->exam) + 1);
}

/* Skips sequence numbers: what a lost delta looks like. */
static void
do_gap (Order *order)
{
  vigil_hall_exam_skip (order->hall->exam, 1);
}

static void
do_lose (Order *order)
{
  vigil_hall_exam_lose (order->hall->exam, (guint) vigil_members_get_int (order->members, "n", 0, 1, 100000, 1));
}

static void
do_candidate_token (Order *order)
{
  VigilHallCandidate *candidate = get_candidate (order);

  if (candidate)
    vigil_hall_write_string (order->out, "token",
                             vigil_hall_tokens_for_candidate (order->hall->tokens,
                                                              vigil_hall_exam_get_id (order->hall->exam),
                                                              candidate->student_id)->token);
}

static void
do_counts (Order *order)
{
  VigilHallSfuCounts counts;

  vigil_hall_sfu_get_counts (vigil_hall_media_get_sfu (order->hall->media), &counts);
  vigil_hall_write_int (order->out, "connections", order->hall->consoles->len);
  vigil_hall_write_int (order->out, "scoresSent", (gint64) vigil_hall_scores_get_sent (order->hall->scores));
  vigil_hall_write_int (order->out, "active", vigil_hall_sim_get_n_active (order->hall->sim));
  vigil_hall_write_int (order->out, "capturesMissed", vigil_hall_sim_get_n_missed (order->hall->sim));
  vigil_hall_write_int (order->out, "seq", vigil_hall_exam_get_seq (order->hall->exam));
  vigil_hall_write_int (order->out, "transports", counts.transports);
  vigil_hall_write_int (order->out, "producers", counts.producers);
  vigil_hall_write_int (order->out, "consumers", counts.consumers);
  vigil_hall_write_int (order->out, "packetsSent", (gint64) counts.packets_sent);
  vigil_hall_write_int (order->out, "bytesSent", (gint64) counts.bytes_sent);
  vigil_hall_write_int (order->out, "framesSent", (gint64) counts.frames_sent);
  vigil_hall_write_int (order->out, "keyFramesSent", (gint64) counts.key_frames_sent);
  vigil_hall_write_int (order->out, "pliReceived", (gint64) counts.pli_received);
  vigil_hall_write_int (order->out, "nackReceived", (gint64) counts.nack_received);
  vigil_hall_write_int (order->out, "packetsResent", (gint64) counts.packets_resent);
  vigil_hall_write_int (order->out, "packetsDropped", (gint64) counts.packets_dropped);
  vigil_hall_write_int (order->out, "lateFrames", (gint64) counts.late_frames);
}

static const struct
{
  const char *op;
  void      (*func) (Order *order);
} ops[] = {
  { "drop", do_drop },                    /* abrupt */
  { "freeze", do_freeze },                /* ms */
  { "thaw", do_thaw },
  { "scores", do_scores },                /* running, rate */
  { "sfu-kill", do_sfu_kill },            /* ms until it is back */
  { "sfu-revive", do_sfu_revive },
  { "sfu-freeze", do_sfu_freeze },        /* frozen */
  { "sfu-silence", do_sfu_silence },
  { "loss", do_loss },                    /* percent */
  { "stall", do_stall },                  /* studentId, source, stalled */
  { "evidence", do_evidence },            /* lost */
  { "retain", do_retain },                /* before */
  { "unproduce", do_unproduce },          /* studentId, source */
  { "produce", do_produce },              /* studentId, source, ms */
  { "disconnect", do_disconnect },        /* studentId, ms until it is back */
  { "connect", do_connect },              /* studentId */
  { "behave", do_behave },                /* studentId, behaviour, ms */
  { "slow-http", do_slow_http },          /* ms */
  { "expire-token", do_expire_token },    /* token; all without */
  { "clock", do_clock },                  /* ms ahead of the machine's */
  { "system", do_system },                /* part, degraded, reason */
  { "exam", do_exam },                    /* state */
  { "new-epoch", do_new_epoch },
  { "gap", do_gap },
  { "lose", do_lose },                    /* n */
  { "candidate-token", do_candidate_token }, /* studentId */
  { "counts", do_counts },
};

gboolean
vigil_hall_control_apply (VigilHall *hall, JsonNode *arguments, GString *out, GError **error)
{
  VigilMembers members;
  Order order = { hall, &members, out };
  const char *op;

  if (!vigil_members_init (&members, arguments, "control", error))
    return FALSE;
  op = vigil_members_get_text (&members, "op", VIGIL_MEMBER_REQUIRED, 64);
  for (guint i = 0; op && i < G_N_ELEMENTS (ops); i++)
    if (g_str_equal (op, ops[i].op))
      {
        ops[i].func (&order);
        return vigil_members_ok (&members);
      }
  return vigil_members_fail (&members, "op", "unknown");
}

static JsonNode *
value_of (const char *text)
{
  JsonNode *node = vigil_json_parse (text, strlen (text), NULL);

  if (node)
    return node;
  node = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (node, text);
  return node;
}

JsonNode *
vigil_hall_control_parse_spec (const char *spec)
{
  g_auto(GStrv) parts = g_strsplit (spec, ",", -1);
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "op", parts[0] ? parts[0] : "");
  for (guint i = 1; parts[0] && parts[i]; i++)
    {
      char *value = strchr (parts[i], '=');

      if (!value)
        continue;
      *value++ = '\0';
      json_object_set_member (object, parts[i], value_of (value));
    }
  json_node_take_object (node, object);
  return node;
}

static void
answer (SoupServerMessage *message, guint status, GString *body)
{
  gsize len = body->len;

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json; charset=utf-8", SOUP_MEMORY_TAKE,
                                    g_string_free (body, FALSE), len);
}

static gboolean
is_loopback (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return G_IS_INET_SOCKET_ADDRESS (address) &&
         g_inet_address_get_is_loopback (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static void
control_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  g_autoptr(GBytes) bytes = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autoptr(JsonNode) arguments = NULL;
  g_autoptr(GError) error = NULL;
  GString *out = g_string_new ("{\"ok\":true");

  if (!is_loopback (message))
    g_set_error_literal (&error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "no such route");
  else if (!g_str_equal (soup_server_message_get_method (message), "POST"))
    g_set_error_literal (&error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_METHOD, "POST it");
  else if ((arguments = vigil_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error)))
    vigil_hall_control_apply (user_data, arguments, out, &error);
  if (error)
    {
      g_string_assign (out, "{\"ok\":false");
      vigil_hall_error_write (out, "error", error);
    }
  g_string_append_c (out, '}');
  answer (message, error ? vigil_hall_error_get_status (error) : 200, out);
}

void
vigil_hall_control_add (VigilHall *hall)
{
  soup_server_add_handler (hall->server, "/control", control_cb, hall, NULL);
}
