/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application: options, the one window, and what it is built from. */
#include "vigil-app.h"

#include <glib/gi18n.h>

#include "vigil-app-connector.h"
#include "vigil-hardware-decoders.h"
#include "vigil-metrics-export.h"
#include "vigil-process.h"
#include "vigil-program-path.h"
#include "vigil-renderer.h"
#include "vigil-screenshots.h"
#include "vigil-window.h"

struct _VigilApp
{
  AdwApplication parent_instance;

  VigilSettings      *settings;
  VigilScoringPolicy *policy;
  VigilAppConnector  *connector;
  VigilMetricsExport *metrics;
  VigilHardwareDecoders *hardware; /* nullable: not wanted */
  VigilScreenshots   *screenshots;
  VigilWindow        *window;      /* weak */
  gint64              start_us;
  int                 status;

  /* What the command line said. */
  int                 rehearsal;   /* candidates; 0: none */
  char              **rehearsal_options;
  char               *hall;
  char               *token_file;
  char               *exam;
  char               *profile;
  char               *shot_dir;
  int                 shot_seconds;
  int                 width, height;
};

G_DEFINE_FINAL_TYPE (VigilApp, vigil_app, ADW_TYPE_APPLICATION)

#define DEFAULT_CANDIDATES 200
#define DEFAULT_SHOT_SECONDS 60
#define MAX_TOKEN_FILE 16384

static const GOptionEntry options[] = {
  { "rehearsal", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Start a hall of simulated candidates and watch it (--rehearsal=N for N of them)"), NULL },
  { "rehearsal-option", 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, N_("One more option for the rehearsal’s vigil-hall, repeatable"), N_("OPTION") },
  { "hall", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Connect to a hall"), N_("URL") },
  { "token-file", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("File that holds the token for --hall"), N_("FILE") },
  { "exam", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Join this exam"), N_("ID") },
  { "profile", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Connection profile, for a hall that uses other names"), N_("FILE") },
  { "screenshots", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Show everything once, write pictures of it and quit"), N_("FOLDER") },
  { "for", 0, 0, G_OPTION_ARG_INT, NULL, N_("Quit after so many seconds"), N_("SECONDS") },
  { "size", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Size of the window"), N_("WxH") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and quit"), NULL },
  { NULL }
};

/* GOption knows no optional arguments in a dictionary: "--rehearsal=N" becomes "--rehearsal" here. */
static gboolean
vigil_app_local_command_line (GApplication *application, char ***arguments, int *status)
{
  VigilApp *self = VIGIL_APP (application);

  for (char **argument = *arguments; *argument != NULL; argument++)
    if (g_str_has_prefix (*argument, "--rehearsal="))
      {
        guint64 n;

        if (!g_ascii_string_to_unsigned (*argument + strlen ("--rehearsal="), 10, 1, 200000, &n, NULL))
          {
            g_printerr (_("--rehearsal takes a number of candidates, 1 to 200000\n"));
            *status = 2;
            return TRUE;
          }
        self->rehearsal = (int) n;
        g_free (*argument);
        *argument = g_strdup ("--rehearsal");
      }
  return G_APPLICATION_CLASS (vigil_app_parent_class)->local_command_line (application, arguments, status);
}

static int
vigil_app_handle_local_options (GApplication *application, GVariantDict *given)
{
  VigilApp *self = VIGIL_APP (application);
  g_autofree char *size = NULL;

  if (g_variant_dict_contains (given, "version"))
    {
      g_print ("vigil %s\n", PACKAGE_VERSION);
      return 0;
    }
  if (g_variant_dict_contains (given, "rehearsal") && self->rehearsal == 0)
    self->rehearsal = DEFAULT_CANDIDATES;
  g_variant_dict_lookup (given, "rehearsal-option", "^as", &self->rehearsal_options);
  g_variant_dict_lookup (given, "hall", "s", &self->hall);
  g_variant_dict_lookup (given, "token-file", "^ay", &self->token_file);
  g_variant_dict_lookup (given, "exam", "s", &self->exam);
  g_variant_dict_lookup (given, "profile", "^ay", &self->profile);
  g_variant_dict_lookup (given, "screenshots", "^ay", &self->shot_dir);
  g_variant_dict_lookup (given, "for", "i", &self->shot_seconds);
  if (g_variant_dict_lookup (given, "size", "s", &size) && sscanf (size, "%dx%d", &self->width, &self->height) != 2)
    {
      g_printerr (_("--size takes a width and a height, such as 1920x1080\n"));
      return 2;
    }
  if (self->hall != NULL && self->rehearsal > 0)
    {
      g_printerr (_("Either --hall or --rehearsal, not both\n"));
      return 2;
    }
  /* Two consoles of different halls may run side by side, and scripts never talk to another instance. */
  if (self->hall != NULL || self->rehearsal > 0 || self->shot_dir != NULL)
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

static char *
read_token (VigilApp *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  if (self->token_file == NULL)
    return NULL;
  if (!g_file_get_contents (self->token_file, &text, &size, &error))
    {
      g_printerr ("%s\n", error->message);
      return NULL;
    }
  if (size > MAX_TOKEN_FILE || !g_utf8_validate (text, (gssize) size, NULL))
    {
      g_printerr (_("%s does not hold a token\n"), self->token_file);
      return NULL;
    }
  return g_strstrip (g_steal_pointer (&text));
}

static void
load_profile (VigilApp *self)
{
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;

  if (self->profile == NULL)
    return;
  if (g_file_get_contents (self->profile, &json, NULL, &error))
    vigil_app_connector_set_profile (self->connector, json);
  else
    g_printerr ("%s\n", error->message);
}

/* In the background: until one has proved itself, feeds are decoded in software. */
static void
try_hardware (VigilApp *self)
{
  g_autofree char *program = NULL;

  if (!vigil_settings_get_boolean (self->settings, VIGIL_SETTING_HARDWARE_DECODING))
    return;
  program = vigil_program_path_find ("vigil-decoder-probe", "VIGIL_DECODER_PROBE", "media/probe");
  self->hardware = vigil_hardware_decoders_new (program);
  vigil_hardware_decoders_try (self->hardware, (guint) vigil_settings_get_int (self->settings, VIGIL_SETTING_HARDWARE_TRIAL));
}

static void
vigil_app_startup (GApplication *application)
{
  VigilApp *self = VIGIL_APP (application);
  g_autofree char *renderer = NULL;

  G_APPLICATION_CLASS (vigil_app_parent_class)->startup (application);
  vigil_ui_init ();
  renderer = vigil_renderer_verify (gdk_display_get_default ());
  g_debug ("drawing by %s", renderer);
  vigil_process_warm_up ();
  gtk_window_set_default_icon_name ("org.vigil.Vigil");
  self->settings = vigil_settings_new ();
  self->policy = vigil_scoring_policy_new_default ();
  self->connector = vigil_app_connector_new (self->settings, self->policy);
  vigil_app_connector_set_rehearsal_options (self->connector, (const char *const *) self->rehearsal_options);
  load_profile (self);
  self->metrics = vigil_metrics_export_new (self->settings);
  try_hardware (self);
}

static gboolean
out_of_time_cb (gpointer user_data)
{
  g_application_quit (user_data);
  return G_SOURCE_REMOVE;
}

static void
start_script (VigilApp *self)
{
  if (self->shot_dir == NULL)
    {
      if (self->shot_seconds > 0)
        g_timeout_add_seconds ((guint) self->shot_seconds, out_of_time_cb, self);
      return;
    }
  self->screenshots = vigil_screenshots_new (self->window, self->connector, self->shot_dir,
                                             self->shot_seconds > 0 ? (guint) self->shot_seconds : DEFAULT_SHOT_SECONDS, self->start_us);
  g_signal_connect_swapped (self->screenshots, "done", G_CALLBACK (g_application_quit), self);
}

static void
vigil_app_activate (GApplication *application)
{
  VigilApp *self = VIGIL_APP (application);
  g_autofree char *token = NULL;

  if (self->window != NULL)
    {
      gtk_window_present (GTK_WINDOW (self->window));
      return;
    }
  g_set_weak_pointer (&self->window, vigil_window_new (ADW_APPLICATION (self), VIGIL_CONNECTOR (self->connector), self->settings));
  if (self->width > 0 && self->height > 0)
    gtk_window_set_default_size (GTK_WINDOW (self->window), self->width, self->height);
  if (self->rehearsal > 0)
    vigil_window_rehearse (self->window, (guint) self->rehearsal);
  else if (self->hall != NULL)
    {
      token = read_token (self);
      vigil_window_connect (self->window, self->hall, token, self->exam);
    }
  gtk_window_present (GTK_WINDOW (self->window));
  start_script (self);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilApp *self = VIGIL_APP (user_data);

  /* The window asks when actions are still pending; closing the last window quits. */
  if (self->window != NULL)
    gtk_window_close (GTK_WINDOW (self->window));
  else
    g_application_quit (user_data);
}

static void
vigil_app_shutdown (GApplication *application)
{
  VigilApp *self = VIGIL_APP (application);

  if (self->screenshots != NULL)
    self->status = vigil_screenshots_succeeded (self->screenshots) ? 0 : 1;
  g_clear_object (&self->screenshots);
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  g_clear_weak_pointer (&self->window);
  if (self->hardware != NULL)
    vigil_hardware_decoders_stop (self->hardware);
  G_APPLICATION_CLASS (vigil_app_parent_class)->shutdown (application);
}

int
vigil_app_get_status (VigilApp *self)
{
  g_return_val_if_fail (VIGIL_IS_APP (self), 1);

  return self->status;
}

static void
vigil_app_finalize (GObject *object)
{
  VigilApp *self = VIGIL_APP (object);

  g_clear_object (&self->hardware);
  g_clear_object (&self->metrics);
  g_clear_object (&self->connector);
  g_clear_object (&self->policy);
  g_clear_object (&self->settings);
  g_strfreev (self->rehearsal_options);
  g_free (self->hall);
  g_free (self->token_file);
  g_free (self->exam);
  g_free (self->profile);
  g_free (self->shot_dir);
  G_OBJECT_CLASS (vigil_app_parent_class)->finalize (object);
}

static void
vigil_app_class_init (VigilAppClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = vigil_app_finalize;
  application_class->local_command_line = vigil_app_local_command_line;
  application_class->handle_local_options = vigil_app_handle_local_options;
  application_class->startup = vigil_app_startup;
  application_class->activate = vigil_app_activate;
  application_class->shutdown = vigil_app_shutdown;
}

static void
vigil_app_init (VigilApp *self)
{
  static const GActionEntry entries[] = { { "quit", quit_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

VigilApp *
vigil_app_new (gint64 start_us)
{
  VigilApp *self = g_object_new (VIGIL_TYPE_APP,
                                 "application-id", "org.vigil.Vigil",
                                 "resource-base-path", "/org/vigil/Vigil",
                                 NULL);

  self->start_us = start_us;
  return self;
}
