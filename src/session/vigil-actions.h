/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: what an operator does to a candidate, as one idempotent request. net/ implements it. */
#pragma once

#include <gio/gio.h>

#include "vigil-bypass.h"
#include "vigil-violation.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_ACTIONS (vigil_actions_get_type ())
G_DECLARE_INTERFACE (VigilActions, vigil_actions, VIGIL, ACTIONS, GObject)

typedef enum
{
  VIGIL_ACTION_BYPASS,         /* reason, category, signals, expires_at_ms */
  VIGIL_ACTION_REVOKE_BYPASS,
  VIGIL_ACTION_VERDICT,        /* flag_id, verdict, reason = note, expires_at_ms = end of a snooze */
  VIGIL_ACTION_INTERVENTION,   /* category = kind (warn, message, pause, …), reason = text */
  VIGIL_ACTION_CLAIM,          /* looks after the candidate; refused with CONFLICT while a colleague does */
  VIGIL_ACTION_RELEASE,        /* lets go of it */
  VIGIL_ACTION_SNAPSHOT,       /* source, picture, content_type, at_ms, reason = note: into the evidence */
} VigilActionKind;

/** An operator's act. Immutable once submitted, but for a picture that is let go of; reference counted. */
typedef struct
{
  gatomicrefcount  ref_count;
  VigilActionKind  kind;
  char            *exam_id;
  char            *student_id;
  char            *flag_id;
  char            *reason;
  char            *category;
  char           **signals;
  char            *etag;             /* If-Match; NULL: whatever is there */
  char            *idempotency_key;  /* made by vigil_action_new() */
  VigilVerdict     verdict;
  gint64           expires_at_ms;    /* BYPASS; 0: until the exam ends */
  guint            seconds;          /* INTERVENTION "extend" */
  gboolean         if_undecided;     /* VERDICT: refused with CONFLICT if somebody decided meanwhile */
  VigilSource      source;           /* SNAPSHOT: which feed it is of */
  char            *picture;          /* SNAPSHOT: the file, in base64 */
  const char      *content_type;     /* SNAPSHOT: static */
  gint64           at_ms;            /* SNAPSHOT: when it was seen, by the hall's clock */
  guint            hold_ms;          /* not sent before that time is over, so that it can be withdrawn */
} VigilAction;

#define VIGIL_TYPE_ACTION (vigil_action_get_type ())
GType        vigil_action_get_type (void);
VigilAction *vigil_action_new (VigilActionKind kind, const char *exam_id, const char *student_id);
VigilAction *vigil_action_ref (VigilAction *self);
void         vigil_action_unref (VigilAction *self);
/** It has been sent for the last time: lets go of the picture, which may be half a megabyte. */
void         vigil_action_drop_picture (VigilAction *self);
/** Whether it is about who looks after a candidate, and does nothing to the candidate. Any thread. */
gboolean     vigil_action_is_claim (const VigilAction *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilAction, vigil_action_unref)

struct _VigilActionsInterface
{
  GTypeInterface parent;

  void     (*perform_async)  (VigilActions *self, VigilAction *action, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  gboolean (*perform_finish) (VigilActions *self, GAsyncResult *result, VigilBypass **bypass, GError **error);
};

/** Sends one action. Repeating it with the same key does it once. Main thread only. */
void     vigil_actions_perform_async  (VigilActions *self, VigilAction *action, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** @bypass: (out) (optional) (nullable): the bypass as the hall now has it. */
gboolean vigil_actions_perform_finish (VigilActions *self, GAsyncResult *result, VigilBypass **bypass, GError **error);

G_END_DECLS
