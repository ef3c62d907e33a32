/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Light, dark, or as the system: the setting, applied. */
#include "vigil-color-scheme.h"

#include <adwaita.h>

struct _VigilColorScheme
{
  GObject parent_instance;

  char *nick;
};

enum
{
  PROP_NICK = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (VigilColorScheme, vigil_color_scheme, G_TYPE_OBJECT)

const char *
vigil_color_scheme_get_nick (VigilColorScheme *self)
{
  g_return_val_if_fail (VIGIL_IS_COLOR_SCHEME (self), NULL);

  return self->nick;
}

void
vigil_color_scheme_set_nick (VigilColorScheme *self, const char *nick)
{
  AdwColorScheme scheme = ADW_COLOR_SCHEME_DEFAULT;

  g_return_if_fail (VIGIL_IS_COLOR_SCHEME (self));

  if (g_strcmp0 (self->nick, nick) == 0)
    return;
  g_free (self->nick);
  self->nick = g_strdup (nick);
  if (g_strcmp0 (nick, "light") == 0)
    scheme = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_strcmp0 (nick, "dark") == 0)
    scheme = ADW_COLOR_SCHEME_FORCE_DARK;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NICK]);
}

static void
vigil_color_scheme_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NICK)
    g_value_set_string (value, VIGIL_COLOR_SCHEME (object)->nick);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vigil_color_scheme_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NICK)
    vigil_color_scheme_set_nick (VIGIL_COLOR_SCHEME (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vigil_color_scheme_finalize (GObject *object)
{
  g_free (VIGIL_COLOR_SCHEME (object)->nick);
  G_OBJECT_CLASS (vigil_color_scheme_parent_class)->finalize (object);
}

static void
vigil_color_scheme_class_init (VigilColorSchemeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vigil_color_scheme_get_property;
  object_class->set_property = vigil_color_scheme_set_property;
  object_class->finalize = vigil_color_scheme_finalize;
  properties[PROP_NICK] = g_param_spec_string ("nick", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
vigil_color_scheme_init (VigilColorScheme *self)
{
}

VigilColorScheme *
vigil_color_scheme_new (VigilSettings *settings)
{
  VigilColorScheme *self = g_object_new (VIGIL_TYPE_COLOR_SCHEME, NULL);

  vigil_settings_bind (settings, VIGIL_SETTING_COLOR_SCHEME, self, "nick");
  return self;
}
