/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connector of which nothing is asked but whether tokens are kept. */
#include "ui-connector.h"

struct _UiConnector
{
  GObject  parent_instance;
  gboolean remembers;
};

static gboolean
get_remembers (VigilConnector *connector)
{
  return UI_CONNECTOR (connector)->remembers;
}

static void
connector_iface_init (VigilConnectorInterface *iface)
{
  iface->get_remembers = get_remembers;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UiConnector, ui_connector, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_CONNECTOR, connector_iface_init))

static void
ui_connector_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, UI_CONNECTOR (object)->remembers);
}

static void
ui_connector_class_init (UiConnectorClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = ui_connector_get_property;
  g_object_class_override_property (G_OBJECT_CLASS (klass), 1, "remembers");
}

static void
ui_connector_init (UiConnector *self)
{
  self->remembers = TRUE;
}

void
ui_connector_set_remembers (UiConnector *self, gboolean remembers)
{
  self->remembers = remembers;
  g_object_notify (G_OBJECT (self), "remembers");
}

UiConnector *
ui_connector_new (void)
{
  return g_object_new (UI_TYPE_CONNECTOR, NULL);
}
