/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The coverage of one exam on this computer's disk.
 *
 * Only ever appended to, a few lines every ten seconds: a write that is cut off costs its last line, and two
 * consoles of one user may share a file. What stands there twice counts once (VigilSpans). */

#include "vigil-coverage-journal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define SUFFIX ".coverage"
#define MAX_LINE 4096              /* an id of 1,024 bytes, escaped, and two times */
#define MAX_SIZE (64 * 1024 * 1024)

char *
vigil_coverage_journal_dup_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "vigil", "coverage", NULL);
}

char *
vigil_coverage_journal_dup_path (const char *hall,
                                 const char *exam_id,
                                 gint64      starts_at_ms,
                                 gint64      now_ms)
{
  g_autofree char *folder = vigil_coverage_journal_dup_folder ();
  g_autofree char *whose = g_strdup_printf ("%s\n%s\n%" G_GINT64_FORMAT, hall != NULL ? hall : "", exam_id,
                                            starts_at_ms != 0 ? starts_at_ms : now_ms / 86400000);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, whose, -1);
  g_autofree char *name = g_strconcat (sum, SUFFIX, NULL);

  return g_build_filename (folder, name, NULL);
}

void
vigil_coverage_journal_format (GString    *text,
                               const char *id,
                               gint64      from_ms,
                               gint64      to_ms)
{
  g_string_append_printf (text, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " ", from_ms, to_ms);
  g_string_append_uri_escaped (text, id, NULL, FALSE);
  g_string_append_c (text, '\n');
}

gboolean
vigil_coverage_journal_append (const char  *path,
                               const char  *text,
                               GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GFileOutputStream) out = NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s cannot be made: %s", folder, g_strerror (errno));
      return FALSE;
    }
  out = g_file_append_to (file, G_FILE_CREATE_PRIVATE, NULL, error);
  return out != NULL &&
         g_output_stream_write_all (G_OUTPUT_STREAM (out), text, strlen (text), NULL, NULL, error) &&
         g_output_stream_close (G_OUTPUT_STREAM (out), NULL, error);
}

static void
look_clear (gpointer data)
{
  g_free (((VigilCoverageLook *) data)->id);
}

static gboolean
parse_time (const char **at,
            gint64      *ms)
{
  char *end;

  if (!g_ascii_isdigit (**at))
    return FALSE;
  *ms = g_ascii_strtoll (*at, &end, 10);
  if (*end != ' ' || *ms == G_MAXINT64)
    return FALSE;
  *at = end + 1;
  return TRUE;
}

static gboolean
parse_line (const char        *line,
            VigilCoverageLook *look)
{
  if (!parse_time (&line, &look->from_ms) || !parse_time (&line, &look->to_ms) || look->to_ms < look->from_ms)
    return FALSE;
  look->id = g_uri_unescape_string (line, NULL);
  if (look->id != NULL && look->id[0] != '\0' && g_utf8_validate (look->id, -1, NULL))
    return TRUE;
  g_clear_pointer (&look->id, g_free);
  return FALSE;
}

/* A line that is longer than any of ours is not read into memory but passed over. */
static void
read_lines (const char *text,
            gsize       length,
            GArray     *looks,
            guint      *n_bad)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *stop = memchr (text, '\n', (gsize) (end - text));
      char line[MAX_LINE];
      VigilCoverageLook look = { 0 };

      /* The last line, cut off by a crash. */
      if (stop == NULL)
        {
          *n_bad += 1;
          return;
        }
      if ((gsize) (stop - text) < sizeof line)
        {
          memcpy (line, text, (gsize) (stop - text));
          line[stop - text] = '\0';
        }
      if ((gsize) (stop - text) < sizeof line && parse_line (line, &look))
        g_array_append_val (looks, look);
      else
        *n_bad += 1;
      text = stop + 1;
    }
}

GArray *
vigil_coverage_journal_read (const char  *path,
                             guint       *n_bad,
                             GError     **error)
{
  g_autoptr (GArray) looks = g_array_new (FALSE, FALSE, sizeof (VigilCoverageLook));
  g_autoptr (GMappedFile) map = NULL;
  g_autoptr (GError) local = NULL;

  *n_bad = 0;
  g_array_set_clear_func (looks, look_clear);
  map = g_mapped_file_new (path, FALSE, &local);
  if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_steal_pointer (&looks);
  if (map == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (g_mapped_file_get_length (map) > MAX_SIZE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s is larger than %d bytes", path, MAX_SIZE);
      return NULL;
    }
  if (g_mapped_file_get_length (map) > 0)
    read_lines (g_mapped_file_get_contents (map), g_mapped_file_get_length (map), looks, n_bad);
  return g_steal_pointer (&looks);
}

void
vigil_coverage_journal_clean (const char *folder,
                              guint       days)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf info;

      if (g_str_has_suffix (name, SUFFIX) && g_stat (path, &info) == 0 &&
          g_get_real_time () / G_USEC_PER_SEC - info.st_mtime > (gint64) days * 86400)
        g_unlink (path);
    }
}
