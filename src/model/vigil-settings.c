/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed settings; the only file that names a key. */

#include "vigil-settings.h"

#include <string.h>

#define SCHEMA "org.vigil.Vigil"
#define MAX_RECENT_HALLS 10

struct _VigilSettings
{
  GObject    parent_instance;

  GSettings  *settings;
  GHashTable *troubles; /* key → words */
};

G_DEFINE_FINAL_TYPE (VigilSettings, vigil_settings, G_TYPE_OBJECT)

enum
{
  CHANGED,
  TROUBLE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *const order_nicks[] = {
  [VIGIL_ORDER_STABLE] = "stable",
  [VIGIL_ORDER_ATTENTION] = "attention",
  [VIGIL_ORDER_NAME] = "name",
  [VIGIL_ORDER_ARRIVAL] = "arrival",
  [VIGIL_ORDER_ROOM] = "room",
  [VIGIL_ORDER_LAST_SEEN] = "last-seen",
};

const char *
vigil_order_to_nick (VigilOrder order)
{
  g_return_val_if_fail ((guint) order < G_N_ELEMENTS (order_nicks), NULL);

  return order_nicks[order];
}

gboolean
vigil_order_from_nick (const char *nick,
                       VigilOrder *order)
{
  for (guint i = 0; i < G_N_ELEMENTS (order_nicks); i++)
    if (g_strcmp0 (nick, order_nicks[i]) == 0)
      {
        *order = i;
        return TRUE;
      }

  return FALSE;
}

static void
changed_cb (VigilSettings *self,
            const char    *key)
{
  g_signal_emit (self, signals[CHANGED], 0, key);
}

static void
vigil_settings_dispose (GObject *object)
{
  VigilSettings *self = VIGIL_SETTINGS (object);

  g_clear_object (&self->settings);

  G_OBJECT_CLASS (vigil_settings_parent_class)->dispose (object);
}

static void
vigil_settings_finalize (GObject *object)
{
  g_hash_table_unref (VIGIL_SETTINGS (object)->troubles);

  G_OBJECT_CLASS (vigil_settings_parent_class)->finalize (object);
}

static void
vigil_settings_class_init (VigilSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_settings_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_settings_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TROUBLE_CHANGED] = g_signal_new ("trouble-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
vigil_settings_init (VigilSettings *self)
{
  self->settings = g_settings_new (SCHEMA);
  self->troubles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_signal_connect_object (self->settings, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

VigilSettings *
vigil_settings_new (void)
{
  return g_object_new (VIGIL_TYPE_SETTINGS, NULL);
}

int
vigil_settings_get_int (VigilSettings *self,
                        const char    *key)
{
  return g_settings_get_int (self->settings, key);
}

/** Sets a number, clamped to its range. */
void
vigil_settings_set_int (VigilSettings *self,
                        const char    *key,
                        int            value)
{
  int min, max;

  vigil_settings_get_range (self, key, &min, &max);
  g_settings_set_int (self->settings, key, CLAMP (value, min, max));
}

/** The smallest and the largest value that a number may have. */
void
vigil_settings_get_range (VigilSettings *self,
                          const char    *key,
                          int           *min,
                          int           *max)
{
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettingsSchemaKey) schema_key = NULL;
  g_autoptr (GVariant) range = NULL;
  g_autoptr (GVariant) limits = NULL;
  const char *kind;

  g_object_get (self->settings, "settings-schema", &schema, NULL);
  schema_key = g_settings_schema_get_key (schema, key);
  range = g_settings_schema_key_get_range (schema_key);
  g_variant_get (range, "(&sv)", &kind, &limits);

  if (g_str_equal (kind, "range"))
    {
      g_variant_get (limits, "(ii)", min, max);
    }
  else
    {
      *min = G_MININT;
      *max = G_MAXINT;
    }
}

double
vigil_settings_get_double (VigilSettings *self,
                           const char    *key)
{
  return g_settings_get_double (self->settings, key);
}

/** Sets a share; the schema's range is 0 to 1. */
void
vigil_settings_set_double (VigilSettings *self,
                           const char    *key,
                           double         value)
{
  g_settings_set_double (self->settings, key, CLAMP (value, 0, 1));
}

gboolean
vigil_settings_get_boolean (VigilSettings *self,
                            const char    *key)
{
  return g_settings_get_boolean (self->settings, key);
}

void
vigil_settings_set_boolean (VigilSettings *self,
                            const char    *key,
                            gboolean       value)
{
  g_settings_set_boolean (self->settings, key, value);
}

GVariant *
vigil_settings_get_value (VigilSettings *self,
                          const char    *key)
{
  return g_settings_get_value (self->settings, key);
}

/** Stores a value of the key's type; takes a floating one. */
void
vigil_settings_set_value (VigilSettings *self,
                          const char    *key,
                          GVariant      *value)
{
  g_settings_set_value (self->settings, key, value);
}

char **
vigil_settings_dup_recent_halls (VigilSettings *self)
{
  return g_settings_get_strv (self->settings, VIGIL_SETTING_RECENT_HALLS);
}

/* A token pasted behind the address must not end up on disk. */
static char *
strip_address (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  char *end;

  if (uri != NULL)
    return g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri), g_uri_get_port (uri),
                       g_uri_get_path (uri), NULL, NULL);

  end = g_strdup (address);
  end[strcspn (end, "?#")] = '\0';
  if (strchr (end, '@') != NULL)
    memmove (end, strrchr (end, '@') + 1, strlen (strrchr (end, '@')));
  return end;
}

static void
set_recent_halls (VigilSettings *self,
                  const char    *first,
                  const char    *without)
{
  g_auto (GStrv) halls = vigil_settings_dup_recent_halls (self);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  if (first != NULL)
    g_ptr_array_add (kept, (gpointer) first);
  for (guint i = 0; halls[i] != NULL && kept->len < MAX_RECENT_HALLS; i++)
    if (!g_str_equal (halls[i], without))
      g_ptr_array_add (kept, halls[i]);
  g_ptr_array_add (kept, NULL);

  g_settings_set_strv (self->settings, VIGIL_SETTING_RECENT_HALLS, (const char *const *) kept->pdata);
}

void
vigil_settings_add_recent_hall (VigilSettings *self,
                                const char    *address)
{
  g_autofree char *stripped = strip_address (address);

  set_recent_halls (self, stripped, stripped);
}

/** Takes an address out of the recent halls. */
void
vigil_settings_remove_recent_hall (VigilSettings *self,
                                   const char    *address)
{
  set_recent_halls (self, NULL, address);
}

/** The stream budget's limits as they are set now, on the topmost rung. */
void
vigil_settings_get_stream_limits (VigilSettings     *self,
                                  VigilStreamLimits *limits)
{
  *limits = (VigilStreamLimits) {
    .max_live = vigil_settings_get_int (self, VIGIL_SETTING_MAX_LIVE),
    .max_warm = vigil_settings_get_int (self, VIGIL_SETTING_MAX_WARM),
    .warm_margin = vigil_settings_get_int (self, VIGIL_SETTING_WARM_MARGIN),
    .grace_ms = vigil_settings_get_int (self, VIGIL_SETTING_GRACE) * 1000,
    .max_cpu = vigil_settings_get_int (self, VIGIL_SETTING_MAX_DECODE_CPU),
    .max_kbits = vigil_settings_get_int (self, VIGIL_SETTING_MAX_DOWNLINK),
    .max_pixels = vigil_settings_get_int (self, VIGIL_SETTING_MAX_PIXELS) * 1000,
    .starts = vigil_settings_get_int (self, VIGIL_SETTING_STREAM_STARTS),
    .rung = VIGIL_RUNG_LIVE,
  };
}

/** What the ladder goes by; whether it is on at all is VIGIL_SETTING_LADDER. */
void
vigil_settings_get_ladder_params (VigilSettings     *self,
                                  VigilLadderParams *params)
{
  *params = (VigilLadderParams) {
    .max_live = vigil_settings_get_int (self, VIGIL_SETTING_MAX_LIVE),
    .patience_s = vigil_settings_get_int (self, VIGIL_SETTING_LADDER_PATIENCE),
    .recovery_s = vigil_settings_get_int (self, VIGIL_SETTING_LADDER_RECOVERY),
    .max_loop_ms = vigil_settings_get_int (self, VIGIL_SETTING_LADDER_LOOP),
    .max_frame_ms = vigil_settings_get_int (self, VIGIL_SETTING_LADDER_FRAME),
    .max_wait_ms = vigil_settings_get_int (self, VIGIL_SETTING_LADDER_WAIT),
    .max_loss = vigil_settings_get_int (self, VIGIL_SETTING_LADDER_LOSS),
    .max_queue_ms = vigil_settings_get_int (self, VIGIL_SETTING_LADDER_QUEUE),
    .max_feed_ms = vigil_settings_get_int (self, VIGIL_SETTING_LADDER_FEED),
  };
}

/** From which severity on a violation is queued. */
VigilBand
vigil_settings_get_queue_severity (VigilSettings *self)
{
  g_autofree char *nick = g_settings_get_string (self->settings, VIGIL_SETTING_QUEUE_SEVERITY);
  VigilBand band = VIGIL_BAND_HIGH;

  vigil_band_from_nick (nick, &band);
  return band;
}

void
vigil_settings_set_queue_severity (VigilSettings *self,
                                   VigilBand      band)
{
  g_settings_set_string (self->settings, VIGIL_SETTING_QUEUE_SEVERITY, vigil_band_to_nick (band));
}

void
vigil_settings_get_incident_params (VigilSettings       *self,
                                    VigilIncidentParams *params)
{
  *params = (VigilIncidentParams) {
    .window_ms = vigil_settings_get_int (self, VIGIL_SETTING_INCIDENT_WINDOW),
    .settle_ms = vigil_settings_get_int (self, VIGIL_SETTING_INCIDENT_SETTLE),
    .hold_ms = vigil_settings_get_int (self, VIGIL_SETTING_INCIDENT_HOLD),
    .min_members = vigil_settings_get_int (self, VIGIL_SETTING_INCIDENT_MEMBERS),
    .min_share = vigil_settings_get_int (self, VIGIL_SETTING_INCIDENT_SHARE),
    .min_exam_share = vigil_settings_get_int (self, VIGIL_SETTING_INCIDENT_EXAM_SHARE),
    .rarity = vigil_settings_get_int (self, VIGIL_SETTING_INCIDENT_RARITY),
    .break_ms = vigil_settings_get_int (self, VIGIL_SETTING_INCIDENT_BREAK),
    .break_share = vigil_settings_get_int (self, VIGIL_SETTING_INCIDENT_BREAK_SHARE),
  };
}

VigilOrder
vigil_settings_get_order (VigilSettings *self)
{
  g_autofree char *nick = g_settings_get_string (self->settings, VIGIL_SETTING_ORDER);
  VigilOrder order = VIGIL_ORDER_STABLE;

  vigil_order_from_nick (nick, &order);
  return order;
}

void
vigil_settings_set_order (VigilSettings *self,
                          VigilOrder     order)
{
  g_return_if_fail ((guint) order < G_N_ELEMENTS (order_nicks));

  g_settings_set_string (self->settings, VIGIL_SETTING_ORDER, order_nicks[order]);
}

VigilRung
vigil_settings_get_pictures (VigilSettings *self)
{
  g_autofree char *nick = g_settings_get_string (self->settings, VIGIL_SETTING_PICTURES);
  VigilRung rung = VIGIL_RUNG_LIVE;

  vigil_rung_from_nick (nick, &rung);
  return rung;
}

void
vigil_settings_set_pictures (VigilSettings *self,
                             VigilRung      rung)
{
  g_settings_set_string (self->settings, VIGIL_SETTING_PICTURES, vigil_rung_to_nick (rung));
}

void
vigil_settings_set_trouble (VigilSettings *self,
                            const char    *key,
                            const char    *words)
{
  if (g_strcmp0 (g_hash_table_lookup (self->troubles, key), words) == 0)
    return;

  if (words != NULL)
    g_hash_table_insert (self->troubles, g_strdup (key), g_strdup (words));
  else
    g_hash_table_remove (self->troubles, key);
  g_signal_emit (self, signals[TROUBLE_CHANGED], 0, key);
}

const char *
vigil_settings_get_trouble (VigilSettings *self,
                            const char    *key)
{
  return g_hash_table_lookup (self->troubles, key);
}

/** Binds a key to a property both ways, for as long as @object lives. */
void
vigil_settings_bind (VigilSettings *self,
                     const char    *key,
                     gpointer       object,
                     const char    *property)
{
  g_settings_bind (self->settings, key, object, property, G_SETTINGS_BIND_DEFAULT);
}
