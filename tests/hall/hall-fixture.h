/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hall in this process, and plain clients of it, all in the default main context. */
#pragma once

#include <libsoup/soup.h>

#include "vigil-hall.h"
#include "vigil-json.h"

G_BEGIN_DECLS

typedef struct
{
  VigilHall   *hall;      /* NULL: it is in another process */
  GSubprocess *process;   /* … this one */
  SoupSession *session;
  char        *url;
  char        *exam;
  JsonNode    *ready;     /* what the hall says when it is ready */
} HallFixture;

/** Options as the tests want them: 20 calm candidates, nothing published, /control, any free port. */
void hall_test_options (VigilHallOptions *options);

/** @options: (nullable): hall_test_options (). */
HallFixture *hall_fixture_new  (const VigilHallOptions *options);
/** The program @argv[0] with @argv and what a test needs, in a process of its own. */
HallFixture *hall_fixture_spawn (const char *const *argv);
/** The token of a role. Returns: (transfer none). */
const char  *hall_fixture_get_token (HallFixture *self, const char *role);
/** Asserts that the hall goes away with its last reference. */
void         hall_fixture_free (HallFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HallFixture, hall_fixture_free)

/** Runs the main context until *@done or @ms have passed. Returns: *@done. */
gboolean hall_wait (const gboolean *done, guint ms);
/** Runs the main context for @ms. */
void     hall_run  (guint ms);

typedef struct
{
  guint     status;
  JsonNode *json;     /* nullable */
  GBytes   *bytes;
  char     *etag;     /* nullable */
  char     *retry;    /* nullable: Retry-After */
  gint64    captured_at; /* Capture-At; 0: none */
  gboolean  replayed;
} HallAnswer;

void hall_answer_free (HallAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HallAnswer, hall_answer_free)

/**
 * One HTTP call. @role: whose token, NULL: none. @path: below /api/v1, or absolute with a leading
 * "!". @body: nullable. The variable arguments are header names and values, ended by NULL.
 */
HallAnswer *hall_http (HallFixture *self, const char *role, const char *method, const char *path,
                       const char *body, ...) G_GNUC_NULL_TERMINATED;

/** As hall_http () with a token of one's own. */
HallAnswer *hall_http_token (HallFixture *self, const char *token, const char *method, const char *path,
                             const char *body, const char *content_type);

/** POST /control, which must succeed. Returns: (transfer full): the answer. */
JsonNode *hall_control (HallFixture *self, const char *json);

/** A member by a path like "items.0.name". Returns: (transfer none) (nullable). */
JsonNode   *hall_member (JsonNode *node, const char *path);
const char *hall_string (JsonNode *node, const char *path);
gint64      hall_int    (JsonNode *node, const char *path);
gboolean    hall_bool   (JsonNode *node, const char *path);
gboolean    hall_null   (JsonNode *node, const char *path);

/** Asserts status and error code, and details.field unless @field is NULL. */
void hall_assert_refused (HallAnswer *answer, guint status, const char *code, const char *field);

G_END_DECLS
