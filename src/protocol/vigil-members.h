/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the members of a JSON object and remembers the first thing that was wrong. */
#pragma once

#include "vigil-json.h"

G_BEGIN_DECLS

typedef enum
{
  VIGIL_MEMBER_REQUIRED = 1 << 0, /* absent is an error */
  VIGIL_MEMBER_NULLABLE = 1 << 1, /* null reads as absent, and is no error */
} VigilMemberFlags;

/** A place in a message. On the stack; borrows everything; one thread. */
typedef struct
{
  JsonObject  *object;
  const char  *where; /* what the object is, for the error: "violation" */
  GError     **error;
  gboolean     failed;
} VigilMembers;

/** FALSE with @error set if @node is not an object. @where must outlive @self. */
gboolean vigil_members_init (VigilMembers *self, JsonNode *node, const char *where, GError **error);

/** Whether nothing was wrong so far. If FALSE, the error is set, once. */
gboolean vigil_members_ok (const VigilMembers *self);

/** Records an error about @name unless there is one already. Always returns FALSE. */
gboolean vigil_members_fail (VigilMembers *self, const char *name, const char *what);

/** Whether the object has @name, be it null. */
gboolean vigil_members_has (const VigilMembers *self, const char *name);

/** Whether the object has @name and it is null. */
gboolean vigil_members_is_null (const VigilMembers *self, const char *name);

/** An id: 1..128 bytes without control characters. Returns: (transfer none) (nullable). */
const char *vigil_members_get_id (VigilMembers *self, const char *name, VigilMemberFlags flags);

/** Text of at most @max bytes, any content. Returns: (transfer none) (nullable). */
const char *vigil_members_get_text (VigilMembers *self, const char *name, VigilMemberFlags flags, gsize max);

/** An integer (or a float without a fraction) within @min..@max; @fallback where absent or wrong. */
gint64 vigil_members_get_int (VigilMembers *self, const char *name, VigilMemberFlags flags,
                              gint64 min, gint64 max, gint64 fallback);

/** Epoch milliseconds; 0 where absent, null or wrong. */
gint64 vigil_members_get_time (VigilMembers *self, const char *name, VigilMemberFlags flags);

/** Any finite number; @fallback where absent or wrong. */
double vigil_members_get_number (VigilMembers *self, const char *name, VigilMemberFlags flags, double fallback);

/** true or false; @fallback where absent or wrong. */
gboolean vigil_members_get_bool (VigilMembers *self, const char *name, VigilMemberFlags flags, gboolean fallback);

/** Returns: (transfer none) (nullable): the node of an object member. */
JsonNode *vigil_members_get_object (VigilMembers *self, const char *name, VigilMemberFlags flags);

/** Returns: (transfer none) (nullable): an array member of at most @max elements. */
JsonArray *vigil_members_get_array (VigilMembers *self, const char *name, VigilMemberFlags flags, guint max);

/** An array of at most @max strings of at most @max_len bytes. Returns: (transfer full) (nullable). */
char **vigil_members_dup_strings (VigilMembers *self, const char *name, VigilMemberFlags flags,
                                  guint max, gsize max_len);

/** A score: −1 for null or absent, −2 for a negative number, otherwise rounded, at most 32,767. */
int vigil_members_get_score (VigilMembers *self, const char *name, VigilMemberFlags flags);

/** The score that stands for @value, as vigil_members_get_score(). */
int vigil_score_from_number (double value);

G_END_DECLS
