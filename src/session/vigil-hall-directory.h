/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: what can be read from a hall over HTTP. net/ implements it. */
#pragma once

#include <gio/gio.h>

#include "vigil-candidate.h"
#include "vigil-hall-event.h"
#include "vigil-sfu-config.h"
#include "vigil-violation.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_HALL_DIRECTORY (vigil_hall_directory_get_type ())
G_DECLARE_INTERFACE (VigilHallDirectory, vigil_hall_directory, VIGIL, HALL_DIRECTORY, GObject)

/** Who we are to the hall. */
typedef struct
{
  char      *user;
  char      *hall;           /* the hall's display name */
  VigilRole  role;
  gint64     server_time_ms;
  gint64     expires_at_ms;  /* token; 0: unknown */
} VigilSessionInfo;

typedef struct
{
  char    *id;
  char    *title;
  char    *state;            /* "scheduled", "running", "ended" or what the hall says */
  gint64   starts_at_ms;
  gint64   ends_at_ms;
  guint    candidates;
  guint    streaming;
  guint    capture_seconds;  /* the hall has a capture of each candidate so often; 0: it does not say */
  VigilSfuConfig *sfu;       /* where the video comes from; nullable: the hall's own mediasoup */
} VigilExam;

/** A page of the roster. */
typedef struct
{
  GPtrArray *candidates;     /* of VigilCandidateInfo */
  char      *next;           /* cursor of the next page; NULL: this is the last */
  guint      total;          /* as the hall counts; 0 unknown */
  gint64     epoch;          /* which life of the event stream seq belongs to; 0: not said */
  gint64     seq;            /* the rows are as of this event; 0 with epoch 0: not said */
} VigilRosterPage;

/** Events that happened, in their order. */
typedef struct
{
  GPtrArray *events;         /* of VigilHallEvent, each with its seq */
  gint64     epoch;          /* which life of the event stream */
  gint64     seq;            /* where the hall stood when it answered */
} VigilChanges;

/** One resolved value of a candidate's configuration and where it comes from. */
typedef struct
{
  char *key;
  char *value;               /* as text */
  char *source;              /* "global", "test", "candidate" */
} VigilConfigValue;

void vigil_session_info_free (VigilSessionInfo *self);
void vigil_exam_free (VigilExam *self);
void vigil_roster_page_free (VigilRosterPage *self);
void vigil_changes_free (VigilChanges *self);
void vigil_config_value_free (VigilConfigValue *self);
VigilSessionInfo *vigil_session_info_copy (const VigilSessionInfo *self);
VigilExam        *vigil_exam_copy (const VigilExam *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSessionInfo, vigil_session_info_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilExam, vigil_exam_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilRosterPage, vigil_roster_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilChanges, vigil_changes_free)

/**
 * Main thread only. One pair of vfuncs: @what says which question; the wrappers below are typed.
 * Arrays are GPtrArrays with a free function, (transfer container).
 */
typedef enum
{
  VIGIL_DIRECTORY_SESSION,     /* → VigilSessionInfo* (also proves that this is a hall) */
  VIGIL_DIRECTORY_EXAMS,       /* → GPtrArray of VigilExam */
  VIGIL_DIRECTORY_CANDIDATES,  /* → VigilRosterPage* */
  VIGIL_DIRECTORY_EVENTS,      /* → GPtrArray of VigilViolation */
  VIGIL_DIRECTORY_EVIDENCE,    /* → GPtrArray of VigilEvidenceItem */
  VIGIL_DIRECTORY_CONFIG,      /* → GPtrArray of VigilConfigValue */
  VIGIL_DIRECTORY_CANDIDATE,   /* → VigilCandidateInfo* of student_id */
  VIGIL_DIRECTORY_CHANGES,     /* → VigilChanges*: the events of an epoch after the one numbered "after" */
  VIGIL_DIRECTORY_FLAGS,       /* → GPtrArray of VigilViolation: nobody has attended to them, oldest first */
} VigilDirectoryQuery;

typedef struct
{
  const char *exam_id;
  const char *student_id;
  const char *after;    /* cursor */
  const char *kind;     /* of evidence; of FLAGS their state, "open" or "escalated"; nullable */
  gboolean    snapshots; /* of EVIDENCE: only what operators took */
  gint64      epoch;    /* of VIGIL_DIRECTORY_CHANGES */
  gint64      from_ms;  /* 0: from the beginning */
  gint64      to_ms;    /* 0: until now */
  guint       limit;    /* 0: the hall's default */
} VigilDirectoryArgs;

/** What the signal "answered" (int what, const GError *error) speaks of. */
enum
{
  VIGIL_DIRECTORY_ANSWERED_QUERY,
  VIGIL_DIRECTORY_ANSWERED_FETCH, /* an evidence object */
};

/**
 * Signal "answered" (int what, const GError *error): the finish function below was called; @error
 * is %NULL when it went well. Emitted by the wrappers, nothing to do for implementations; not for
 * cancelled calls. It is how the state of the evidence link is known.
 */
struct _VigilHallDirectoryInterface
{
  GTypeInterface parent;

  void     (*query_async)  (VigilHallDirectory *self, VigilDirectoryQuery query, const VigilDirectoryArgs *args, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  gpointer (*query_finish) (VigilHallDirectory *self, GAsyncResult *result, GError **error);
  void     (*fetch_async)  (VigilHallDirectory *self, VigilEvidenceItem *item, gsize max_bytes, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  GBytes  *(*fetch_finish) (VigilHallDirectory *self, GAsyncResult *result, GError **error);
};

/** Asks; @args is copied. Parsing of large answers happens off the main thread. */
void     vigil_hall_directory_query_async  (VigilHallDirectory *self, VigilDirectoryQuery query, const VigilDirectoryArgs *args, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (transfer full): the type named at VigilDirectoryQuery, or %NULL with an error. */
gpointer vigil_hall_directory_query_finish (VigilHallDirectory *self, GAsyncResult *result, GError **error);

/** Fetches the bytes behind an evidence item's presigned URL. Never sends our token to it unless the
 *  URL is the hall's own origin. Size, sha256 and @max_bytes are checked; an expired URL is asked for again once. */
void    vigil_hall_directory_fetch_async  (VigilHallDirectory *self, VigilEvidenceItem *item, gsize max_bytes, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GBytes *vigil_hall_directory_fetch_finish (VigilHallDirectory *self, GAsyncResult *result, GError **error);

G_END_DECLS
