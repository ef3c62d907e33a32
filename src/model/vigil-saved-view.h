/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A named filter, order and folding, as it is kept in the settings. */
#pragma once

#include "vigil-roster-view.h"

G_BEGIN_DECLS

#define VIGIL_SAVED_VIEW_MAX_NAME 100 /* characters */
#define VIGIL_SAVED_VIEWS_MAX     100

typedef struct
{
  char              *name;
  VigilRosterFilter  filter;
  VigilOrder         order;
  gboolean           sections;
  char             **folded;   /* rooms; never NULL */
} VigilSavedView;

/** What @view shows now, as @name. */
VigilSavedView *vigil_saved_view_new  (const char *name, VigilRosterView *view);
void            vigil_saved_view_free (VigilSavedView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSavedView, vigil_saved_view_free)

/** Filter, sections and folding of @self; the order is set last, and all is ranked once or twice. */
void vigil_saved_view_apply (VigilSavedView *self, VigilRosterView *view);
/** Whether @view shows just that now. */
gboolean vigil_saved_view_is_shown (VigilSavedView *self, VigilRosterView *view);

/** @text as a name: trimmed, on one line, cut to length. Returns: (transfer full) (nullable): NULL if nothing is left. */
char *vigil_saved_view_clean_name (const char *text);

/**
 * vigil_saved_views_parse:
 * @value: an aa{sv} that anybody may have written
 *
 * What has no name, a name that was there before or stands behind the hundredth is left out; a member
 * of the wrong type or with a word nobody knows counts as not said.
 * Returns: (transfer full): VigilSavedViews, in their order; never NULL.
 */
GPtrArray *vigil_saved_views_parse (GVariant *value);
/** Returns: (transfer full): a floating aa{sv}. */
GVariant  *vigil_saved_views_serialize (GPtrArray *views);
/** The place of a name in @views, G_MAXUINT if it is not there. */
guint      vigil_saved_views_find (GPtrArray *views, const char *name);

G_END_DECLS
