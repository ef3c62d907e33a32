/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was asked of the fakes, in order. */

#include "vigil-fake-log.h"

struct _VigilFakeLog
{
  grefcount  ref_count;
  GPtrArray *lines;
  char      *joined;
};

VigilFakeLog *
vigil_fake_log_new (void)
{
  VigilFakeLog *self = g_new0 (VigilFakeLog, 1);

  g_ref_count_init (&self->ref_count);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  return self;
}

VigilFakeLog *
vigil_fake_log_ref (VigilFakeLog *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_fake_log_unref (VigilFakeLog *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->lines);
  g_free (self->joined);
  g_free (self);
}

void
vigil_fake_log_add (VigilFakeLog *self,
                    const char   *format,
                    ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (self->lines, g_strdup_vprintf (format, args));
  va_end (args);
}

void
vigil_fake_log_clear (VigilFakeLog *self)
{
  g_ptr_array_set_size (self->lines, 0);
}

const char *
vigil_fake_log_get (VigilFakeLog *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->lines->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", (const char *) g_ptr_array_index (self->lines, i));

  g_free (self->joined);
  self->joined = g_string_free (text, FALSE);
  return self->joined;
}

guint
vigil_fake_log_count (VigilFakeLog *self,
                      const char   *prefix)
{
  guint n = 0;

  for (guint i = 0; i < self->lines->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (self->lines, i), prefix))
      n++;

  return n;
}

int
vigil_fake_log_find (VigilFakeLog *self,
                     const char   *line)
{
  for (guint i = 0; i < self->lines->len; i++)
    if (g_str_equal (g_ptr_array_index (self->lines, i), line))
      return i;

  return -1;
}

static gboolean
timeout_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

gboolean
vigil_fake_wait (gboolean (*condition) (gpointer),
                 gpointer   data,
                 guint      ms)
{
  gboolean timed_out = FALSE;
  guint timer = g_timeout_add (ms, timeout_cb, &timed_out);

  while (!condition (data) && !timed_out)
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (timer);
  return condition (data);
}

void
vigil_fake_spin (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gboolean
never (gpointer data)
{
  return FALSE;
}

void
vigil_fake_run (guint ms)
{
  vigil_fake_wait (never, NULL, ms);
}
