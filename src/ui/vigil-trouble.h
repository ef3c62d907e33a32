/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with us or the hall, in words. Trouble of ours is named as ours. */
#pragma once

#include "vigil-session.h"

G_BEGIN_DECLS

typedef enum
{
  VIGIL_REMEDY_NONE,
  VIGIL_REMEDY_RECONNECT, /* skip the wait */
  VIGIL_REMEDY_SIGN_IN,
} VigilRemedy;

typedef struct
{
  char        *title;   /* what */
  char        *text;    /* what it means, what happens next */
  gint64       since_us; /* monotonic, and may be negative; meaningful if @has_since */
  gboolean     has_since; /* FALSE: the title says it, or nobody knows */
  gboolean     severe;  /* candidates are not being watched as they should be */
  VigilRemedy  remedy;
} VigilTrouble;

/** Everything that is wrong now, the gravest first, without what only follows from something graver.
 *  @needs_token: the hall wants a new one. Returns: (transfer full) (element-type VigilTrouble): perhaps empty. */
GPtrArray     *vigil_trouble_list (VigilSession *session, gboolean needs_token, gint64 now_us);
/** "since 14:02, 3 min"; empty where the title says it. Returns: (transfer full). */
char          *vigil_trouble_describe_since (const VigilTrouble *self, gint64 now_us);
void           vigil_trouble_free (VigilTrouble *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilTrouble, vigil_trouble_free)

/** One line on a link for its tooltip: state, reason, next try. Returns: (transfer full). */
char *vigil_trouble_describe_link (const VigilLinkStatus *link, gint64 now_us);
/** The same where stills, or nothing, stand for live video: why, and how often one comes. Returns: (transfer full). */
char *vigil_trouble_describe_stills (VigilSession *session);
/** What the video server of this hall cannot do and what becomes of that, a sentence a line. (transfer full) (nullable). */
char *vigil_trouble_describe_sfu_limits (const VigilSfuAbilities *abilities);

G_END_DECLS
