/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of vigil-hall. */
#include "vigil-hall-options.h"

#include <stdio.h>
#include <string.h>

#include "vigil-hall-control.h"

void
vigil_hall_options_init (VigilHallOptions *self)
{
  *self = (VigilHallOptions) {
    .name = g_strdup ("Rehearsal hall"),
    .listen = g_strdup ("127.0.0.1"),
    .candidates = 200,
    .score_rate = 80,
    .publish = -1,
    .width = 640,
    .height = 360,
    .rate = 15,
    .looks = 0,
    .seed = 1,
    .activity = 0.02,
    .churn = 0.01,
    .absent = 0.03,
    .networks = 4,
    .workers = 4,
    .claim_seconds = 60,
    .captures = 10,
    .score_window = 10,
    .ready_fd = -1,
    .ping_interval_ms = 25000,
    .ping_timeout_ms = 20000,
    .url_seconds = 300,
    .http_rate = 50,
    .socket_rate = 200,
    .events_interval_ms = 5000,
  };
}

void
vigil_hall_options_clear (VigilHallOptions *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->listen, g_free);
  g_clear_pointer (&self->evidence_dir, g_free);
  g_clear_pointer (&self->database, g_free);
  g_clear_pointer (&self->tokens, g_strfreev);
  g_clear_pointer (&self->faults, g_strfreev);
}

static gboolean
bad (GError **error, const char *option, const char *what)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s", option, what);
  return FALSE;
}

static gboolean
parse_video (VigilHallOptions *self, const char *video, GError **error)
{
  int used = 0;

  if (!video)
    return TRUE;
  if (sscanf (video, "%dx%d@%d%n", &self->width, &self->height, &self->rate, &used) != 3 || video[used] != '\0')
    return bad (error, "--video", "write WIDTHxHEIGHT@FPS, for instance 640x360@15");
  if (self->width < 64 || self->width > 1920 || self->height < 36 || self->height > 1080 ||
      self->width % 2 || self->height % 2 || self->rate < 1 || self->rate > 60)
    return bad (error, "--video", "64x36 … 1920x1080, even, 1 … 60 frames a second");
  return TRUE;
}

static gboolean
parse_publish (VigilHallOptions *self, const char *publish, GError **error)
{
  guint64 n;

  if (!publish || g_str_equal (publish, "all"))
    return TRUE;
  if (!g_ascii_string_to_unsigned (publish, 10, 0, 1000000, &n, NULL))
    return bad (error, "--publish", "a number or \"all\"");
  self->publish = (int) n;
  return TRUE;
}

static gboolean
check_ranges (VigilHallOptions *self, GError **error)
{
  if (self->candidates < 0 || self->candidates > 200000)
    return bad (error, "--candidates", "0 … 200000");
  if (self->port < 0 || self->port > 65535)
    return bad (error, "--port", "0 … 65535");
  if (!(self->score_rate >= 0 && self->score_rate <= 200000))
    return bad (error, "--score-rate", "0 … 200000");
  if (self->batch_ms < 0 || self->batch_ms > 10000)
    return bad (error, "--batch", "0 … 10000");
  if (!(self->activity >= 0 && self->activity <= 1) || !(self->churn >= 0 && self->churn <= 1) ||
      !(self->absent >= 0 && self->absent <= 1))
    return bad (error, "--activity, --churn, --absent", "0 … 1");
  if (self->networks < 1 || self->networks > 1000 || self->workers < 1 || self->workers > 1000)
    return bad (error, "--networks, --workers", "1 … 1000");
  if (self->captures < 0 || self->captures > 3600)
    return bad (error, "--captures", "0 … 3600");
  if (self->claim_seconds < 0)
    return bad (error, "--claim-seconds", "at least 0");
  if (self->ping_interval_ms < 100 || self->ping_timeout_ms < 100)
    return bad (error, "--ping-interval, --ping-timeout", "at least 100");
  if (self->url_seconds < 1 || self->events_interval_ms < 100)
    return bad (error, "--url-seconds, --events-interval", "too short");
  return TRUE;
}

gboolean
vigil_hall_options_parse (VigilHallOptions *self, int *argc, char ***argv, GError **error)
{
  g_autofree char *video = NULL;
  g_autofree char *publish = NULL;
  GOptionEntry main_entries[] = {
    { "candidates", 0, 0, G_OPTION_ARG_INT, &self->candidates, "Simulated candidates (200)", "N" },
    { "port", 0, 0, G_OPTION_ARG_INT, &self->port, "Port; 0 takes a free one (0)", "P" },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &self->listen, "Address to listen on (127.0.0.1)", "ADDRESS" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &self->name, "Display name of the hall", "NAME" },
    { "score-rate", 0, 0, G_OPTION_ARG_DOUBLE, &self->score_rate, "Score messages a second in all (80)", "R" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &self->batch_ms, "Send scores as arrays every MS milliseconds (0: singly)", "MS" },
    { "publish", 0, 0, G_OPTION_ARG_STRING, &publish, "Candidates with a webcam: a number or all (all)", "M" },
    { "video", 0, 0, G_OPTION_ARG_STRING, &video, "Size and rate of the webcams (640x360@15)", "WxH@FPS" },
    { "screens", 0, 0, G_OPTION_ARG_NONE, &self->screens, "Publishing candidates share their screen too, but for one in ten", NULL },
    { "microphones", 0, 0, G_OPTION_ARG_NONE, &self->microphones, "Publishing candidates have a microphone, but for one in seven", NULL },
    { "no-markers", 0, 0, G_OPTION_ARG_NONE, &self->plain, "Pictures without the marker that tests read", NULL },
    { "looks", 0, 0, G_OPTION_ARG_INT, &self->looks, "Different people (0: one per candidate)", "K" },
    { "prepare", 0, 0, G_OPTION_ARG_INT, &self->prepare, "Have the first N webcams encoded before being ready (0)", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &self->seed, "Seed of everything that looks random (1)", "S" },
    { "activity", 0, 0, G_OPTION_ARG_DOUBLE, &self->activity, "Share of candidates that show something (0.02)", "SHARE" },
    { "churn", 0, 0, G_OPTION_ARG_DOUBLE, &self->churn, "Share that loses its connection, a minute (0.01)", "SHARE" },
    { "absent", 0, 0, G_OPTION_ARG_DOUBLE, &self->absent, "Share that joins later (0.03)", "SHARE" },
    { "networks", 0, 0, G_OPTION_ARG_INT, &self->networks, "Networks that the candidates' connections come through (4)", "N" },
    { "workers", 0, 0, G_OPTION_ARG_INT, &self->workers, "Workers of the SFU that carry their feeds (4)", "N" },
    { "captures", 0, 0, G_OPTION_ARG_INT, &self->captures, "A picture of each candidate every S seconds, streaming or not (10; 0: whenever it is asked for)", "S" },
    { "no-sfu", 0, 0, G_OPTION_ARG_NONE, &self->no_sfu, "No live video at all: captures and scores", NULL },
    { "claim-seconds", 0, 0, G_OPTION_ARG_INT, &self->claim_seconds, "A claim outlives its holder's last console by so long (60; 0: for ever)", "S" },
    { "evidence", 0, 0, G_OPTION_ARG_FILENAME, &self->evidence_dir, "Folder of the evidence (temporary)", "DIR" },
    { "database", 0, 0, G_OPTION_ARG_FILENAME, &self->database, "SQLite file (temporary)", "FILE" },
    { "token", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->tokens, "Token of a role, repeatable", "ROLE[:USER]=TOKEN[@SECONDS]" },
    { "ready", 0, 0, G_OPTION_ARG_NONE, &self->ready, "Print one line of JSON on stdout when ready", NULL },
    { "ready-fd", 0, 0, G_OPTION_ARG_INT, &self->ready_fd, "Write that line to a file descriptor", "FD" },
    { "quit-on-stdin-eof", 0, 0, G_OPTION_ARG_NONE, &self->quit_on_stdin_eof, "Quit when stdin is closed", NULL },
    { NULL }
  };
  GOptionEntry test_entries[] = {
    { "control", 0, 0, G_OPTION_ARG_NONE, &self->control, "Take faults by POST /control", NULL },
    { "fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->faults, "A fault, now or later, repeatable", "OP[,KEY=VALUE…][@SECONDS]" },
    { "no-stills", 0, 0, G_OPTION_ARG_NONE, &self->no_stills, "Without the route of stills, as older halls", NULL },
    { "score-window", 0, 0, G_OPTION_ARG_INT, &self->score_window, "A violation counts for so many TTLs (10)", "N" },
    { "score-noise", 0, 0, G_OPTION_ARG_DOUBLE, &self->score_noise, "Points of noise in each score sent, for benchmarks (0)", "POINTS" },
    { "ping-interval", 0, 0, G_OPTION_ARG_INT, &self->ping_interval_ms, "Engine.IO ping interval (25000)", "MS" },
    { "ping-timeout", 0, 0, G_OPTION_ARG_INT, &self->ping_timeout_ms, "Engine.IO ping timeout (20000)", "MS" },
    { "url-seconds", 0, 0, G_OPTION_ARG_INT, &self->url_seconds, "Life of an evidence URL (300)", "S" },
    { "http-rate", 0, 0, G_OPTION_ARG_INT, &self->http_rate, "HTTP requests a second of one token (50; 0: any)", "N" },
    { "socket-rate", 0, 0, G_OPTION_ARG_INT, &self->socket_rate, "Socket requests a second of one console (200; 0: any)", "N" },
    { "events-interval", 0, 0, G_OPTION_ARG_INT, &self->events_interval_ms, "Milliseconds between two events calls (5000)", "MS" },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new ("- a hall made of simulated candidates");
  g_autofree char *orders = vigil_hall_control_dup_help ();
  g_autofree char *title = g_strconcat (orders, "\nFaults and numbers for tests:", NULL);
  GOptionGroup *tests = g_option_group_new ("tests", title, "Orders and options for tests", NULL, NULL);

  g_option_context_add_main_entries (context, main_entries, NULL);
  g_option_group_add_entries (tests, test_entries);
  g_option_context_add_group (context, tests);
  return g_option_context_parse (context, argc, argv, error) && parse_video (self, video, error) &&
         parse_publish (self, publish, error) && check_ranges (self, error);
}
