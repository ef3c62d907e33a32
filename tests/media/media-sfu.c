/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hall's SFU as a process of its own, driven by JSON lines: one request, one answer.
 *
 * Threads, descriptors, memory and CPU of a test are then the receiver's alone.
 */
#include <gst/gst.h>
#include <stdio.h>
#include <string.h>

#include "vigil-hall-sfu.h"
#include "vigil-main-post.h"

#define CLIENT "test"

typedef struct
{
  VigilHallSfu   *sfu;
  VigilSimStudio *studio;
  GPtrArray      *producers; /* of char* */
  GMainLoop      *loop;
  GIOChannel     *in;
} Program;

static void
answer (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_take_object (node, object);
  text = json_to_string (node, FALSE);
  puts (text);
  fflush (stdout);
}

static void
answer_done (gboolean  done,
             GError   *error)
{
  JsonObject *object = json_object_new ();

  json_object_set_boolean_member (object, "ok", done);
  if (error != NULL)
    json_object_set_string_member (object, "error", error->message);
  answer (object);
}

static void
created_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  JsonObject *transport = vigil_hall_sfu_create_transport_finish (VIGIL_HALL_SFU (source), result, &error);

  if (transport != NULL)
    answer (transport);
  else
    answer_done (FALSE, error);
}

static const char *
text (JsonObject *request,
      const char *member)
{
  return json_object_get_string_member_with_default (request, member, "");
}

static void
consume (Program    *self,
         JsonObject *request)
{
  g_autoptr (GError) error = NULL;
  gint64 index = json_object_get_int_member (request, "producer");
  JsonObject *consumer;

  consumer = vigil_hall_sfu_consume (self->sfu, CLIENT, text (request, "transport"),
                                     self->producers->pdata[index],
                                     json_object_get_object_member (request, "capabilities"),
                                     TRUE, &error);
  if (consumer != NULL)
    answer (consumer);
  else
    answer_done (FALSE, error);
}

static void
answer_counts (Program *self)
{
  JsonObject *object = json_object_new ();
  VigilHallSfuCounts counts;

  vigil_hall_sfu_get_counts (self->sfu, &counts);
  json_object_set_int_member (object, "consumers", counts.consumers);
  json_object_set_int_member (object, "pli", (gint64) counts.pli_received);
  json_object_set_int_member (object, "fir", (gint64) counts.fir_received);
  json_object_set_int_member (object, "nack", (gint64) counts.nack_received);
  json_object_set_int_member (object, "resent", (gint64) counts.packets_resent);
  json_object_set_int_member (object, "dropped", (gint64) counts.packets_dropped);
  json_object_set_int_member (object, "frames", (gint64) counts.frames_sent);
  json_object_set_int_member (object, "late", (gint64) counts.late_frames);
  answer (object);
}

static void
control (Program    *self,
         const char *verb,
         JsonObject *request)
{
  g_autoptr (GError) error = NULL;
  const char *consumer = text (request, "consumer");
  gboolean done = FALSE;

  if (g_str_equal (verb, "resume"))
    done = vigil_hall_sfu_resume_consumer (self->sfu, CLIENT, consumer, &error);
  else if (g_str_equal (verb, "pause"))
    done = vigil_hall_sfu_pause_consumer (self->sfu, CLIENT, consumer, &error);
  else if (g_str_equal (verb, "close"))
    done = vigil_hall_sfu_close_consumer (self->sfu, CLIENT, consumer, &error);
  else if (g_str_equal (verb, "close-transport"))
    done = vigil_hall_sfu_close_transport (self->sfu, CLIENT, text (request, "transport"), &error);
  else if (g_str_equal (verb, "connect"))
    done = vigil_hall_sfu_connect_transport (self->sfu, CLIENT, text (request, "transport"),
                                             json_object_get_object_member (request, "dtls"),
                                             json_object_get_object_member (request, "ice"), &error);
  answer_done (done, error);
}

static void
set_fault (Program    *self,
           const char *verb,
           JsonObject *request)
{
  if (g_str_equal (verb, "loss"))
    vigil_hall_sfu_set_loss (self->sfu, json_object_get_double_member (request, "value"));
  else if (g_str_equal (verb, "sequence"))
    vigil_hall_sfu_set_first_sequence (self->sfu, (guint16) json_object_get_int_member (request, "value"));
  else if (g_str_equal (verb, "frozen"))
    vigil_hall_sfu_set_frozen (self->sfu, json_object_get_boolean_member (request, "value"));
  else
    vigil_hall_sfu_set_producer_stalled (self->sfu, self->producers->pdata[json_object_get_int_member (request, "producer")],
                                         json_object_get_boolean_member (request, "value"));
  answer_done (TRUE, NULL);
}

static void
handle (Program    *self,
        JsonObject *request)
{
  const char *verb = text (request, "verb");

  if (g_str_equal (verb, "capabilities"))
    answer (vigil_hall_sfu_dup_router_capabilities (self->sfu));
  else if (g_str_equal (verb, "create"))
    vigil_hall_sfu_create_transport_async (self->sfu, CLIENT, NULL, created_cb, self);
  else if (g_str_equal (verb, "consume"))
    consume (self, request);
  else if (g_str_equal (verb, "counts"))
    answer_counts (self);
  else if (g_str_equal (verb, "loss") || g_str_equal (verb, "sequence") || g_str_equal (verb, "frozen") || g_str_equal (verb, "stall"))
    set_fault (self, verb, request);
  else
    control (self, verb, request);
}

static gboolean
line_cb (GIOChannel   *channel,
         GIOCondition  condition,
         gpointer      user_data)
{
  Program *self = user_data;
  g_autofree char *line = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    {
      g_main_loop_quit (self->loop);
      return G_SOURCE_REMOVE;
    }

  node = json_from_string (line, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    handle (self, json_node_get_object (node));
  else
    answer_done (FALSE, NULL);

  return G_SOURCE_CONTINUE;
}

static void
prepared_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Program *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = vigil_hall_sfu_prepare_finish (VIGIL_HALL_SFU (source), result, &error);

  answer_done (done, error);
  self->in = g_io_channel_unix_new (0);
  g_io_add_watch (self->in, G_IO_IN | G_IO_HUP, line_cb, self);
}

static void
add_producers (Program *self,
               guint    n,
               guint    width,
               guint    height,
               guint    rate)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (VigilSimFeed) feed = vigil_sim_feed_new (self->studio, i, VIGIL_SIM_SOURCE_WEBCAM,
                                                          width, height, rate);

      g_ptr_array_add (self->producers, g_strdup (vigil_hall_sfu_add_producer (self->sfu, feed)));
    }
}

int
main (int    argc,
      char **argv)
{
  VigilSimStudioOptions studio = { 0 };
  VigilHallSfuOptions options = { 0 };
  Program self = { 0 };

  if (argc != 5)
    {
      fprintf (stderr, "usage: %s PRODUCERS WIDTH HEIGHT RATE\n", argv[0]);
      return 2;
    }

  vigil_set_main_thread ();
  gst_init (NULL, NULL);
  self.loop = g_main_loop_new (NULL, FALSE);
  self.producers = g_ptr_array_new_with_free_func (g_free);
  self.studio = vigil_sim_studio_new (&studio);
  self.sfu = vigil_hall_sfu_new (&options);
  add_producers (&self, (guint) atoi (argv[1]), (guint) atoi (argv[2]), (guint) atoi (argv[3]), (guint) atoi (argv[4]));
  vigil_hall_sfu_prepare_async (self.sfu, (guint) atoi (argv[1]), NULL, prepared_cb, &self);

  g_main_loop_run (self.loop);

  vigil_hall_sfu_close (self.sfu);
  return 0;
}
