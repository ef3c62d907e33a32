/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: where the newest capture of a candidate is read. net/ implements it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_STILL_SOURCE (vigil_still_source_get_type ())
G_DECLARE_INTERFACE (VigilStillSource, vigil_still_source, VIGIL, STILL_SOURCE, GObject)

/** What to ask for; copied. */
typedef struct
{
  const char *exam_id;
  const char *student_id;
  const char *etag;      /* of the capture at hand; nullable: there is none */
  gsize       max_bytes;
} VigilStillQuestion;

typedef enum
{
  VIGIL_STILL_NEW,  /* @bytes, @etag and @at_ms are set */
  VIGIL_STILL_SAME, /* the one at hand is still the newest */
  VIGIL_STILL_NONE, /* there is no capture (yet) */
} VigilStillOutcome;

typedef struct
{
  VigilStillOutcome  outcome;
  GBytes            *bytes;  /* begins like a picture; not decoded */
  char              *etag;   /* nullable */
  gint64             at_ms;  /* of the capture, by the hall's clock; 0: not said */
} VigilStillAnswer;

/** Main thread only. */
struct _VigilStillSourceInterface
{
  GTypeInterface parent;

  void              (*fetch_async)  (VigilStillSource *self, const VigilStillQuestion *question, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  VigilStillAnswer *(*fetch_finish) (VigilStillSource *self, GAsyncResult *result, guint *retry_after_ms, GError **error);
  void              (*forget)       (VigilStillSource *self);
};

void vigil_still_answer_free (VigilStillAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilStillAnswer, vigil_still_answer_free)

void vigil_still_source_fetch_async (VigilStillSource *self, const VigilStillQuestion *question, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * vigil_still_source_fetch_finish:
 * @retry_after_ms: (out): with an error: not to be asked anything before; 0: the hall does not say
 *
 * Returns: (transfer full): VIGIL_SESSION_ERROR otherwise; transient ones are about the hall, all others about
 * this candidate's capture.
 */
VigilStillAnswer *vigil_still_source_fetch_finish (VigilStillSource *self, GAsyncResult *result, guint *retry_after_ms, GError **error);

/** A new connection: what was found out about the hall may not hold any more. */
void vigil_still_source_forget (VigilStillSource *self);

G_END_DECLS
