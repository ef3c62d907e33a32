/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTP of the hall: routes, auth, limits, remembered answers. The hall's thread. */
#pragma once

#include "vigil-hall-private.h"
#include "vigil-members.h"

G_BEGIN_DECLS

/** One HTTP request on its way. */
typedef struct
{
  gatomicrefcount     ref_count;
  VigilHall          *hall;       /* held */
  SoupServerMessage  *message;    /* held */
  VigilHallIdentity  *identity;   /* nullable where no token is needed */
  char               *path;       /* below /api/v1, decoded segments are in @args */
  GPtrArray          *args;       /* decoded path parameters, in order */
  GHashTable         *query;      /* nullable */
  JsonNode           *body;       /* nullable; parsed where the route takes JSON */
  char               *idempotency_key; /* nullable */
  char               *fingerprint;
  gboolean            answered;
} VigilHallRequest;

VigilHallRequest *vigil_hall_request_ref   (VigilHallRequest *self);
void              vigil_hall_request_unref (VigilHallRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallRequest, vigil_hall_request_unref)

/** Answers, now or later, or says in @error why not. */
typedef gboolean (*VigilHallHandler) (VigilHallRequest *request, GError **error);

#define VIGIL_HALL_ANYBODY 0u
#define VIGIL_HALL_MAY(role) (1u << VIGIL_HALL_ROLE_##role)
#define VIGIL_HALL_CONSOLES (VIGIL_HALL_MAY (INVIGILATOR) | VIGIL_HALL_MAY (REVIEWER) | VIGIL_HALL_MAY (ADMIN))

typedef enum
{
  VIGIL_HALL_ROUTE_NONE = 0,
  VIGIL_HALL_ROUTE_JSON = 1 << 0,        /* takes a JSON object */
  VIGIL_HALL_ROUTE_JSON_OPTIONAL = 1 << 1,
  VIGIL_HALL_ROUTE_KEY = 1 << 2,         /* remembers answers, if a key is sent */
  VIGIL_HALL_ROUTE_KEY_REQUIRED = 1 << 3,
} VigilHallRouteFlags;

typedef struct
{
  const char          *method;
  const char          *pattern; /* "exams/?/candidates": ? is a parameter, a last * takes the rest */
  guint                roles;
  VigilHallRouteFlags  flags;
  VigilHallHandler     handler;
} VigilHallRoute;

/** Serves @hall on its server. */
void vigil_hall_http_add (VigilHall *hall);

/** Appends more routes; @routes is static and ends with an empty one. */
extern const VigilHallRoute vigil_hall_exam_routes[];
extern const VigilHallRoute vigil_hall_claim_routes[];
extern const VigilHallRoute vigil_hall_flag_routes[];
extern const VigilHallRoute vigil_hall_evidence_routes[];
extern const VigilHallRoute vigil_hall_bypass_routes[];
extern const VigilHallRoute vigil_hall_intervention_routes[];
extern const VigilHallRoute vigil_hall_snapshot_routes[];
extern const VigilHallRoute vigil_hall_browser_routes[];

/** The @n-th path parameter. */
const char *vigil_hall_request_get_arg    (VigilHallRequest *self, guint n);
/** A query parameter. Returns: (transfer none) (nullable). */
const char *vigil_hall_request_get_query  (VigilHallRequest *self, const char *name);
/** A request header. Returns: (transfer none) (nullable). */
const char *vigil_hall_request_get_header (VigilHallRequest *self, const char *name);

/** A number in the query within @min..@max, @fallback where absent. FALSE: INVALID. */
gboolean vigil_hall_request_read_int (VigilHallRequest *self, const char *name, gint64 min, gint64 max,
                                      gint64 fallback, gint64 *value, GError **error);

/** "after" and "limit" of a page: the cursor is "AT-ROW". FALSE: INVALID. */
typedef struct
{
  gboolean has_cursor;
  gint64   at;
  gint64   row;
  guint    limit;
} VigilHallPage;

gboolean vigil_hall_request_read_page (VigilHallRequest *self, VigilHallPage *page, GError **error);

/** The exam of parameter 0. Errors: NOT_FOUND. */
VigilHallExam *vigil_hall_request_get_exam (VigilHallRequest *self, GError **error);
/** Exam and candidate of parameters 0 and 1; a candidate's token must be its own. */
VigilHallCandidate *vigil_hall_request_get_candidate (VigilHallRequest *self, VigilHallExam **exam, GError **error);

/** Whether If-Match names @version. Errors: PRECONDITION with @current (JSON) in it. */
gboolean vigil_hall_request_match (VigilHallRequest *self, gint64 version, const char *current, GError **error);

/** Sends JSON. @etag_version 0: no ETag. Always returns TRUE. */
gboolean vigil_hall_request_answer (VigilHallRequest *self, guint status, GString *body, gint64 etag_version);
/** Sends bytes. Always returns TRUE. */
gboolean vigil_hall_request_answer_bytes (VigilHallRequest *self, GBytes *bytes, const char *content_type);
void     vigil_hall_request_refuse (VigilHallRequest *self, const GError *error);

/** The answer comes later: keep a reference, answer or refuse, then call release (). */
void vigil_hall_request_hold    (VigilHallRequest *self);
void vigil_hall_request_release (VigilHallRequest *self);

/** Begins {"items":[ ; ended by vigil_hall_page_end (). */
GString *vigil_hall_page_begin (void);
void     vigil_hall_page_end   (GString *out, gint64 next_at, gint64 next_row);

G_END_DECLS
