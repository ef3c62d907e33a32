/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vigil-hall: a rehearsal hall as a program of its own. */
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "vigil-hall.h"
#include "vigil-sim-look.h"

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
stdin_cb (int fd, GIOCondition condition, gpointer user_data)
{
  char buffer[256];

  if (read (fd, buffer, sizeof buffer) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

/* Every console is a descriptor, every transport a few more. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static gboolean
say_ready (VigilHall *hall, const VigilHallOptions *options)
{
  g_autofree char *line = vigil_hall_dup_ready_line (hall);
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  int fd = options->ready_fd >= 0 ? options->ready_fd : options->ready ? STDOUT_FILENO : -1;

  if (fd >= 0)
    return write (fd, text, strlen (text)) == (gssize) strlen (text);
  printf ("%s is at %s\n", options->name, vigil_hall_get_url (hall));
  for (const char *const *role = (const char *const[]) { "invigilator", "reviewer", "admin", NULL }; *role; role++)
    printf ("  token of %s: %s\n", *role, vigil_hall_get_token (hall, *role));
  return fflush (stdout) == 0;
}

typedef struct
{
  const VigilHallOptions *options;
  GMainLoop              *loop;
  gboolean                failed;
} Program;

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr(GError) error = NULL;

  if (!vigil_hall_prepare_finish (VIGIL_HALL (source), result, &error))
    g_warning ("not everything could be prepared: %s", error->message);
  if (say_ready (VIGIL_HALL (source), program->options))
    return;
  program->failed = TRUE;
  g_main_loop_quit (program->loop);
}

static int
run (const VigilHallOptions *options, GError **error)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(VigilHall) hall = NULL;
  Program program = { options, loop, FALSE };

  vigil_sim_look_set_marked (!options->plain);
  hall = vigil_hall_new (options, error);
  if (!hall || !vigil_hall_start (hall, error))
    return 1;
  g_unix_signal_add (SIGINT, quit_cb, loop);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  if (options->quit_on_stdin_eof)
    g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, stdin_cb, loop);
  if (options->prepare)
    vigil_hall_prepare_async (hall, NULL, prepared_cb, &program);
  else if (!say_ready (hall, options))
    return 1;
  g_main_loop_run (loop);
  vigil_hall_stop (hall);
  return program.failed ? 1 : 0;
}

int
main (int argc, char **argv)
{
  g_auto(VigilHallOptions) options;
  g_autoptr(GError) error = NULL;
  int status;

  setlocale (LC_ALL, "");
  signal (SIGPIPE, SIG_IGN);
  raise_descriptor_limit ();
  vigil_hall_options_init (&options);
  if (!vigil_hall_options_parse (&options, &argc, &argv, &error))
    {
      g_printerr ("vigil-hall: %s\n", error->message);
      return 2;
    }
  status = run (&options, &error);
  if (error)
    g_printerr ("vigil-hall: %s\n", error->message);
  return status;
}
