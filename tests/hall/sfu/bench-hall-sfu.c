/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the SFU costs: the hall's side in a process of its own, the receiving
 * client in another; a line of JSON between them for each request.
 *
 *   bench-hall-sfu [SECONDS]
 */

#include <gio/gunixinputstream.h>
#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sfu-client.h"

#define PRODUCERS 200

typedef struct
{
  guint width, height, rate, looks;
  guint consumed;
} Scene;

typedef struct
{
  double cpu;      /* seconds */
  guint  threads;
  guint  fds;
  guint  rss_kb;
} Usage;

/* the hall's process */

typedef struct
{
  VigilSimStudio *studio;
  SfuLocal        local;
  GPtrArray      *producers;  /* ids */
} Hall;

static void
flag_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(gboolean *) user_data = TRUE;
}

static JsonObject *
populate (Hall       *hall,
          JsonObject *params)
{
  JsonObject *answer = json_object_new ();
  JsonArray *ids = json_array_new ();
  guint looks = json_object_get_int_member (params, "looks");
  gboolean ready = FALSE;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < hall->producers->len; i++)
    vigil_hall_sfu_remove_producer (hall->local.sfu, hall->producers->pdata[i]);
  g_ptr_array_set_size (hall->producers, 0);

  for (guint i = 0; i < PRODUCERS; i++)
    {
      g_autoptr (VigilSimFeed) feed = vigil_sim_feed_new (hall->studio, i % looks, VIGIL_SIM_SOURCE_WEBCAM,
                                                          json_object_get_int_member (params, "width"),
                                                          json_object_get_int_member (params, "height"),
                                                          json_object_get_int_member (params, "rate"));

      g_ptr_array_add (hall->producers, g_strdup (vigil_hall_sfu_add_producer (hall->local.sfu, feed)));
      json_array_add_string_element (ids, hall->producers->pdata[i]);
    }
  vigil_hall_sfu_prepare_async (hall->local.sfu, PRODUCERS, NULL, flag_cb, &ready);
  while (!ready)
    g_main_context_iteration (NULL, TRUE);
  json_object_set_int_member (answer, "playable", (g_get_monotonic_time () - start) / 1000);
  while (!vigil_sim_studio_is_idle (hall->studio))
    g_usleep (10000);
  json_object_set_int_member (answer, "complete", (g_get_monotonic_time () - start) / 1000);
  json_object_set_array_member (answer, "producers", ids);

  return answer;
}

static JsonObject *
counts (Hall *hall)
{
  JsonObject *answer = json_object_new ();
  VigilHallSfuCounts now;

  vigil_hall_sfu_get_counts (hall->local.sfu, &now);
  json_object_set_int_member (answer, "packets", now.packets_sent);
  json_object_set_int_member (answer, "bytes", now.bytes_sent);
  json_object_set_int_member (answer, "late", now.late_frames);
  json_object_set_int_member (answer, "pli", now.pli_received);

  return answer;
}

static void
serve_line (Hall *hall,
            char *line)
{
  g_autoptr (JsonNode) request = NULL;
  g_autoptr (JsonNode) reply = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;
  JsonObject *params, *answer;
  const char *method;

  request = json_from_string (line, NULL);
  params = json_node_get_object (request);
  method = json_object_get_string_member (params, "method");
  if (g_str_equal (method, "populate"))
    answer = populate (hall, params);
  else if (g_str_equal (method, "counts"))
    answer = counts (hall);
  else if (g_str_equal (method, "leave"))
    answer = (vigil_hall_sfu_close_client (hall->local.sfu, "c"), json_object_new ());
  else
    answer = sfu_call_local (method, params, &hall->local);

  json_node_take_object (reply, answer);
  text = json_to_string (reply, FALSE);
  dprintf (STDOUT_FILENO, "%s\n", text);
}

static void
read_line_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    exit (0);
  serve_line (user_data, line);
  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (source), G_PRIORITY_DEFAULT, NULL, read_line_cb, user_data);
}

static G_NORETURN void
hall_main (void)
{
  Hall hall = { 0 };
  g_autoptr (GInputStream) raw = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (raw);

  gst_init (NULL, NULL);
  hall.studio = vigil_sim_studio_new (NULL);
  hall.local.sfu = vigil_hall_sfu_new (NULL);
  hall.local.key = "c";
  hall.producers = g_ptr_array_new_with_free_func (g_free);
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, read_line_cb, &hall);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

/* the client's process */

typedef struct
{
  FILE *in, *out;
  pid_t pid;
} Remote;

static JsonObject *
call_remote (const char *method,
             JsonObject *params,
             gpointer    user_data)
{
  Remote *remote = user_data;
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonNode) reply = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  size_t size = 0;

  json_object_set_string_member (params, "method", method);
  json_node_set_object (node, params);
  text = json_to_string (node, FALSE);
  fprintf (remote->out, "%s\n", text);
  fflush (remote->out);
  if (getline (&line, &size, remote->in) < 0)
    g_error ("The hall's process is gone");
  reply = json_from_string (line, NULL);

  return json_node_dup_object (reply);
}

static Remote
spawn_hall (const char *program)
{
  Remote remote;
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
  remote.pid = fork ();
  if (remote.pid == 0)
    {
      dup2 (pair[1], STDIN_FILENO);
      dup2 (pair[1], STDOUT_FILENO);
      close (pair[0]);
      close (pair[1]);
      execl (program, program, "--hall", NULL);
      _exit (127);
    }
  close (pair[1]);
  remote.in = fdopen (pair[0], "r");
  remote.out = fdopen (dup (pair[0]), "w");

  return remote;
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static Usage
usage_of (pid_t pid)
{
  g_autofree char *base = g_strdup_printf ("/proc/%d", pid);
  g_autofree char *stat_path = g_build_filename (base, "stat", NULL);
  g_autofree char *status_path = g_build_filename (base, "status", NULL);
  g_autofree char *task_path = g_build_filename (base, "task", NULL);
  g_autofree char *fd_path = g_build_filename (base, "fd", NULL);
  g_autofree char *stat = NULL;
  g_autofree char *status = NULL;
  unsigned long user = 0, sys = 0;
  Usage usage = { .threads = count_entries (task_path), .fds = count_entries (fd_path) };

  g_file_get_contents (stat_path, &stat, NULL, NULL);
  g_file_get_contents (status_path, &status, NULL, NULL);
  sscanf (strrchr (stat, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys);
  usage.cpu = (double) (user + sys) / sysconf (_SC_CLK_TCK);
  sscanf (strstr (status, "VmRSS:") + 6, "%u", &usage.rss_kb);

  return usage;
}

static JsonArray *
populate_remote (Remote      *remote,
                 const Scene *scene)
{
  JsonObject *params = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;

  json_object_set_int_member (params, "width", scene->width);
  json_object_set_int_member (params, "height", scene->height);
  json_object_set_int_member (params, "rate", scene->rate);
  json_object_set_int_member (params, "looks", scene->looks);
  answer = call_remote ("populate", params, remote);
  json_object_unref (params);
  printf ("  clips of %u looks: playable after %d ms, complete after %d ms\n", scene->looks,
          (int) json_object_get_int_member (answer, "playable"), (int) json_object_get_int_member (answer, "complete"));

  return json_array_ref (json_object_get_array_member (answer, "producers"));
}

static JsonObject *
ask (Remote     *remote,
     const char *method)
{
  g_autoptr (JsonObject) params = json_object_new ();

  return call_remote (method, params, remote);
}

static int
compare_ms (const void *a,
            const void *b)
{
  return *(const double *) a < *(const double *) b ? -1 : 1;
}

static void
measure_steady (Remote      *remote,
                const Scene *scene,
                guint        seconds)
{
  SfuClient *client = sfu_client_new_remote (call_remote, remote);
  g_autoptr (JsonArray) producers = NULL;
  g_autoptr (JsonObject) before = NULL;
  g_autoptr (JsonObject) after = NULL;
  g_autofree guint32 *ssrcs = g_new0 (guint32, scene->consumed);
  g_autofree double *first = g_new0 (double, scene->consumed);
  Usage start, end;
  gint64 began;
  guint blank = 0, gaps = 0;

  printf ("%u producers of %ux%u@%u, %u consumed\n", PRODUCERS, scene->width, scene->height, scene->rate, scene->consumed);
  producers = populate_remote (remote, scene);
  g_assert_true (sfu_client_connect (client));
  began = g_get_monotonic_time ();
  for (guint i = 0; i < scene->consumed; i++)
    g_free (sfu_client_consume (client, json_array_get_string_element (producers, i), FALSE, &ssrcs[i]));
  sfu_wait_ms (2000);
  before = ask (remote, "counts");
  start = usage_of (remote->pid);
  sfu_wait_ms (seconds * 1000);
  end = usage_of (remote->pid);
  after = ask (remote, "counts");

  for (guint i = 0; i < scene->consumed; i++)
    {
      SfuTrack track;

      sfu_client_get_track (client, ssrcs[i], &track);
      blank += track.frames == 0;
      gaps += track.gaps;
      first[i] = (track.first_at - began) / 1e3;
    }
  qsort (first, scene->consumed, sizeof (double), compare_ms);
  printf ("  %.3f core, %u threads, %u descriptors, %u MB RSS; %.0f packets/s, %.2f Mbit/s; %d late; first packet p50 %.0f p95 %.0f ms; %u blank, %u packets missing\n",
          (end.cpu - start.cpu) / seconds, end.threads, end.fds, end.rss_kb / 1024,
          (double) (json_object_get_int_member (after, "packets") - json_object_get_int_member (before, "packets")) / seconds,
          (json_object_get_int_member (after, "bytes") - json_object_get_int_member (before, "bytes")) * 8e-6 / seconds,
          (int) json_object_get_int_member (after, "late"), first[scene->consumed / 2], first[scene->consumed * 95 / 100], blank, gaps);
  sfu_client_free (client);
  json_object_unref (ask (remote, "leave"));
}

static void
measure_churn (Remote      *remote,
               const Scene *scene,
               guint        cycles)
{
  SfuClient *client = sfu_client_new_remote (call_remote, remote);
  g_autoptr (JsonArray) producers = populate_remote (remote, scene);
  Usage start = { 0 }, end;

  g_assert_true (sfu_client_connect (client));
  for (guint done = 0; done < cycles;)
    {
      char *ids[24];
      guint32 ssrcs[24];

      for (guint i = 0; i < 24; i++)
        ids[i] = sfu_client_consume (client, json_array_get_string_element (producers, (done + i) % PRODUCERS), FALSE, &ssrcs[i]);
      sfu_wait_ms (120);
      for (guint i = 0; i < 24; i++)
        {
          sfu_client_close (client, ids[i], ssrcs[i]);
          g_free (ids[i]);
        }
      done += 24;
      if (start.threads == 0 && done >= cycles / 5)
        start = usage_of (remote->pid);
    }
  /* The RTP session keeps a source for up to 20 s after its last packet. */
  sfu_wait_ms (25000);
  end = usage_of (remote->pid);
  printf ("%u consume/close cycles, 25 s later, the hall's process: threads %u, then %u; descriptors %u, then %u; RSS %u, then %u KB\n",
          cycles, start.threads, end.threads, start.fds, end.fds, start.rss_kb, end.rss_kb);
  sfu_client_free (client);
  json_object_unref (ask (remote, "leave"));
  sfu_wait_ms (300);
  end = usage_of (remote->pid);
  printf ("  after the client left: threads %u, descriptors %u, RSS %u KB\n", end.threads, end.fds, end.rss_kb);
}

int
main (int   argc,
      char *argv[])
{
  static const Scene scenes[] = {
    { 320, 180, 10, 24, 30 },
    { 640, 360, 15, 24, 24 },
    { 640, 360, 15, 24, 30 },
  };
  guint seconds = 8;
  Remote remote;

  if (argc > 1 && g_str_equal (argv[1], "--hall"))
    hall_main ();
  if (argc > 1)
    seconds = MAX (1, atoi (argv[1]));

  setvbuf (stdout, NULL, _IOLBF, 0);
  remote = spawn_hall (argv[0]);
  gst_init (NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    measure_steady (&remote, &scenes[i], seconds);
  /* Twice: what the first round left behind the second one must find again. */
  for (guint i = 0; i < 2; i++)
    measure_churn (&remote, &scenes[0], 1200);

  fclose (remote.out);
  fclose (remote.in);
  waitpid (remote.pid, NULL, 0);

  return 0;
}
