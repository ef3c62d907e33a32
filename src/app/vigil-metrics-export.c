/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serves the metrics where the settings say. */
#include "vigil-metrics-export.h"

#include <glib/gi18n.h>

#include "vigil-metrics-server.h"

struct _VigilMetricsExport
{
  GObject             parent_instance;

  VigilSettings      *settings;
  VigilMetricsServer *server;
};

G_DEFINE_FINAL_TYPE (VigilMetricsExport, vigil_metrics_export, G_TYPE_OBJECT)

static char *
describe (guint port, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return g_strdup_printf (_("Port %u is in use by another program."), port);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return g_strdup_printf (_("Port %u may not be used by this program; try one above 1023."), port);
  return g_strdup_printf (_("Port %u cannot be used."), port);
}

static void
follow (VigilMetricsExport *self)
{
  guint port = (guint) vigil_settings_get_int (self->settings, VIGIL_SETTING_METRICS_PORT);
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (!vigil_metrics_server_set_port (self->server, port, &error))
    {
      g_message ("no metrics: %s", error->message);
      words = describe (port, error);
    }
  else if (port > 0)
    g_message ("metrics at http://127.0.0.1:%u/metrics", port);
  vigil_settings_set_trouble (self->settings, VIGIL_SETTING_METRICS_PORT, words);
}

static void
changed_cb (VigilMetricsExport *self, const char *what)
{
  if (g_str_equal (what, VIGIL_SETTING_METRICS_PORT))
    follow (self);
}

static void
vigil_metrics_export_dispose (GObject *object)
{
  VigilMetricsExport *self = VIGIL_METRICS_EXPORT (object);

  g_clear_object (&self->server);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (vigil_metrics_export_parent_class)->dispose (object);
}

static void
vigil_metrics_export_class_init (VigilMetricsExportClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_metrics_export_dispose;
}

static void
vigil_metrics_export_init (VigilMetricsExport *self)
{
  self->server = vigil_metrics_server_new ();
}

VigilMetricsExport *
vigil_metrics_export_new (VigilSettings *settings)
{
  VigilMetricsExport *self = g_object_new (VIGIL_TYPE_METRICS_EXPORT, NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  follow (self);
  return self;
}
