/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process costs, read from /proc. */
#include "bench-process.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *
proc_path (int pid, const char *leaf)
{
  return pid == 0 ? g_strdup_printf ("/proc/self/%s", leaf) : g_strdup_printf ("/proc/%d/%s", pid, leaf);
}

static double
kb_member (const char *text, const char *name)
{
  const char *at = text != NULL ? strstr (text, name) : NULL;

  return at != NULL ? g_ascii_strtod (at + strlen (name), NULL) / 1024 : 0;
}

static guint
count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
read_stat (BenchProcess *reading, const char *text)
{
  /* The second field is the name in parentheses and may hold spaces: count from the last ')'. */
  const char *at = text != NULL ? strrchr (text, ')') : NULL;
  g_auto (GStrv) fields = at != NULL ? g_strsplit (at + 2, " ", -1) : NULL;

  if (fields == NULL || g_strv_length (fields) < 18)
    return;
  reading->cpu_s = (g_ascii_strtod (fields[11], NULL) + g_ascii_strtod (fields[12], NULL)) /
                   (double) sysconf (_SC_CLK_TCK);
  reading->threads = (guint) atoi (fields[17]);
}

static void
read_cpu (BenchProcess *reading, int pid)
{
  g_autofree char *stat_path = proc_path (pid, "stat");
  g_autofree char *text = NULL;

  memset (reading, 0, sizeof *reading);
  reading->at_s = (double) g_get_monotonic_time () / 1e6;
  if (g_file_get_contents (stat_path, &text, NULL, NULL))
    read_stat (reading, text);
}

static void
read_one (BenchProcess *reading, int pid)
{
  g_autofree char *status_path = proc_path (pid, "status");
  g_autofree char *rollup_path = proc_path (pid, "smaps_rollup");
  g_autofree char *fd_path = proc_path (pid, "fd");
  g_autofree char *status = NULL;
  g_autofree char *rollup = NULL;

  read_cpu (reading, pid);
  if (g_file_get_contents (status_path, &status, NULL, NULL))
    reading->rss_mb = kb_member (status, "VmRSS:");
  if (g_file_get_contents (rollup_path, &rollup, NULL, NULL))
    {
      reading->pss_mb = kb_member (rollup, "\nPss:");
      reading->anon_mb = kb_member (rollup, "\nPss_Anon:");
    }
  reading->fds = count_entries (fd_path);
}

/* Whether that is a process that decodes for us. */
static gboolean
is_our_decoder (const char *pid)
{
  g_autofree char *stat_path = g_strdup_printf ("/proc/%s/stat", pid);
  g_autofree char *text = NULL;
  const char *name, *at;

  if (!g_ascii_isdigit (*pid) || !g_file_get_contents (stat_path, &text, NULL, NULL))
    return FALSE;
  name = strchr (text, '(');
  at = strrchr (text, ')');
  return name != NULL && at != NULL && strlen (at) > 4 && g_str_has_prefix (name, "(vigil-decoder") &&
         atoi (at + 4) == getpid ();
}

void
bench_process_read_cpu (BenchProcess *reading)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;
  BenchProcess helper;
  double cpu_s = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_our_decoder (name))
      {
        read_cpu (&helper, atoi (name));
        cpu_s += helper.cpu_s;
      }
  /* Last: what looking cost is not of the time that begins now. */
  read_cpu (reading, 0);
  reading->cpu_s += cpu_s;
}

void
bench_process_read (BenchProcess *reading, int pid)
{
  g_autoptr (GDir) dir = pid == 0 ? g_dir_open ("/proc", 0, NULL) : NULL;
  const char *name;

  read_one (reading, pid);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      BenchProcess helper;

      if (!is_our_decoder (name))
        continue;
      read_one (&helper, atoi (name));
      reading->cpu_s += helper.cpu_s;
      reading->threads += helper.threads;
      reading->fds += helper.fds;
      reading->rss_mb += helper.rss_mb;
      reading->pss_mb += helper.pss_mb;
      reading->anon_mb += helper.anon_mb;
      reading->helper_pss_mb += helper.pss_mb;
      reading->helper_anon_mb += helper.anon_mb;
    }
}

double
bench_process_heap_mb (void)
{
#ifdef __GLIBC__
  struct mallinfo2 info = mallinfo2 ();

  return (double) (info.uordblks + info.hblkhd) / (1024 * 1024);
#else
  return 0;
#endif
}

static void
add_thread (BenchThread *reading, const char *id, const char *name)
{
  g_autofree char *comm_path = g_strdup_printf ("/proc/self/task/%s/comm", id);
  g_autofree char *stat_path = g_strdup_printf ("/proc/self/task/%s/stat", id);
  g_autofree char *comm = NULL;
  g_autofree char *text = NULL;
  const char *at;
  double ticks = (double) sysconf (_SC_CLK_TCK);

  if (!g_file_get_contents (comm_path, &comm, NULL, NULL) || strcmp (g_strchomp (comm), name) != 0 ||
      !g_file_get_contents (stat_path, &text, NULL, NULL) || (at = strrchr (text, ')')) == NULL)
    return;

  g_auto (GStrv) fields = g_strsplit (at + 2, " ", -1);

  if (g_strv_length (fields) < 13)
    return;
  reading->user_s += g_ascii_strtod (fields[11], NULL) / ticks;
  reading->system_s += g_ascii_strtod (fields[12], NULL) / ticks;
}

void
bench_process_read_thread (BenchThread *reading, const char *name)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;

  memset (reading, 0, sizeof *reading);
  while (dir != NULL && (id = g_dir_read_name (dir)) != NULL)
    add_thread (reading, id, name);
}

double
bench_process_cores (const BenchProcess *from, const BenchProcess *to)
{
  double wall = to->at_s - from->at_s;

  return wall > 0 ? (to->cpu_s - from->cpu_s) / wall : 0;
}

void
bench_slope_add (BenchSlope *self, double x, double y)
{
  self->n++;
  self->x += x;
  self->y += y;
  self->xx += x * x;
  self->xy += x * y;
}

double
bench_slope_get (const BenchSlope *self)
{
  return (self->n * self->xy - self->x * self->y) / (self->n * self->xx - self->x * self->x);
}
