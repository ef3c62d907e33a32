/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which views have windows of their own under which monitors, as it is kept in the settings. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/** How many sets of monitors are remembered; the one not seen for longest goes first. */
#define VIGIL_WINDOW_LAYOUTS_MAX 20
#define VIGIL_WINDOW_LAYOUT_MAX_WINDOWS 4

typedef enum
{
  VIGIL_VIEW_FOCUS,  /* the focus view */
  VIGIL_VIEW_WALL,   /* a second wall */
  VIGIL_N_VIEW_KINDS
} VigilViewKind;

/** A window of its own. Logical pixels. */
typedef struct
{
  VigilViewKind  kind;
  int            width;
  int            height;
  gboolean       maximized;
  gboolean       fullscreen;
  char          *monitor;   /* connector it was full screen on; "": not said */
} VigilWindowPlace;

VigilWindowPlace *vigil_window_place_new (VigilViewKind kind, int width, int height);
void              vigil_window_place_free (VigilWindowPlace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWindowPlace, vigil_window_place_free)

/** What is kept: of the setting window-layouts. Everything returned of it is (transfer full) or told to be borrowed. */
#define VIGIL_WINDOW_LAYOUTS_TYPE "a(sa(siibbs))"

/**
 * vigil_window_layout_key:
 * @monitors: NULL-terminated, one text for each monitor ("DP-1 0,0 1920×1080")
 *
 * The same monitors make the same key, in whatever order they are told. Returns: (transfer full).
 */
char *vigil_window_layout_key (const char *const *monitors);

/**
 * vigil_window_layouts_find:
 * @value: of VIGIL_WINDOW_LAYOUTS_TYPE, which anybody may have written
 *
 * The windows under @key. A kind that nobody knows and more than VIGIL_WINDOW_LAYOUT_MAX_WINDOWS are left out, sizes are
 * brought into 320..16,384, and there is one focus view at most. Returns: (transfer full): VigilWindowPlaces; never NULL.
 */
GPtrArray *vigil_window_layouts_find (GVariant *value, const char *key);

/** @value with @places under @key, first; an empty array forgets the key. Returns: (transfer floating). */
GVariant *vigil_window_layouts_store (GVariant *value, const char *key, GPtrArray *places);

G_END_DECLS
