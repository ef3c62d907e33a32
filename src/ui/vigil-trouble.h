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
  char        *title;   /* what, since when */
  char        *text;    /* what it means, what happens next */
  gboolean     severe;  /* candidates are not being watched as they should be */
  VigilRemedy  remedy;
} VigilTrouble;

/** The gravest thing that is wrong now, or NULL. @needs_token: the hall wants a new one.
 *  Returns: (transfer full). */
VigilTrouble *vigil_trouble_find (VigilSession *session, gboolean needs_token, gint64 now_us);
void           vigil_trouble_free (VigilTrouble *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilTrouble, vigil_trouble_free)

/** One line on a link for its tooltip: state, reason, next try. Returns: (transfer full). */
char *vigil_trouble_describe_link (const VigilLinkStatus *link, gint64 now_us);

G_END_DECLS
