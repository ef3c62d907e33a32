/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bypass: proctoring (or some signals of it) switched off for one candidate by an admin. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_BYPASS (vigil_bypass_get_type ())

/** Immutable, reference counted; any thread. Times are epoch milliseconds on the hall's clock. */
typedef struct
{
  gatomicrefcount   ref_count;
  gboolean          active;
  char             *reason;
  char             *category;      /* "technical", "accommodation", "medical", "other" or what the hall says */
  char            **signals;       /* what is bypassed; NULL or empty: everything */
  char             *bypassed_by;   /* nullable */
  char             *etag;          /* version for If-Match, nullable */
  gint64            created_at_ms;
  gint64            expires_at_ms; /* 0: until revoked */
} VigilBypass;

GType        vigil_bypass_get_type (void);
VigilBypass *vigil_bypass_new (void);
VigilBypass *vigil_bypass_ref (VigilBypass *self);
void         vigil_bypass_unref (VigilBypass *self);
/** Whether it is in force at @hall_ms. */
gboolean     vigil_bypass_is_in_force (const VigilBypass *self, gint64 hall_ms);
/** The hall's number of it, raised by every change, as its etag has it. Returns: 0: not known. */
gint64       vigil_bypass_get_version (const VigilBypass *self);
/** Whether both say the same; %NULL equals %NULL only. */
gboolean     vigil_bypass_equal (const VigilBypass *a, const VigilBypass *b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilBypass, vigil_bypass_unref)

G_END_DECLS
