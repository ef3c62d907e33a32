/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strict scanner of the score events, and the json-glib path it must always agree with.
 *
 * json-glib costs about 3 µs a message and this 0.1 µs; at 20,000 messages a second that is the
 * difference between a thread that is idle and one that is not.
 */
#include <string.h>

#include "vigil-members.h"
#include "vigil-score-scanner-private.h"

static const char *const member_names[N_MEMBERS] = { "studentId", "quizId", "score", "flags", "timestamp" };

typedef struct
{
  const char *p;
  const char *end;
} Cursor;

VigilScoreScanner *
vigil_score_scanner_new (VigilProfile *profile, VigilFlagFunc flag_func, gpointer user_data)
{
  VigilScoreScanner *self = g_new0 (VigilScoreScanner, 1);

  self->single_event = g_strdup (vigil_profile_event_to_wire (profile, "proctoring_score"));
  self->batch_event = g_strdup (vigil_profile_event_to_wire (profile, "proctoring_scores"));
  self->single_prefix = g_strdup_printf ("42[\"%s\",", self->single_event);
  self->batch_prefix = g_strdup_printf ("42[\"%s\",", self->batch_event);
  self->wrapper = g_strdup (vigil_profile_get_wrapper (profile));
  self->inverted = vigil_profile_is_score_inverted (profile);
  for (guint i = 0; i < N_MEMBERS; i++)
    {
      self->names[i] = g_strdup (vigil_profile_field_to_wire (profile, member_names[i]));
      self->name_lens[i] = strlen (self->names[i]);
    }
  self->flag_func = flag_func;
  self->user_data = user_data;
  return self;
}

void
vigil_score_scanner_free (VigilScoreScanner *self)
{
  if (!self)
    return;
  g_free (self->single_event);
  g_free (self->batch_event);
  g_free (self->single_prefix);
  g_free (self->batch_prefix);
  g_free (self->wrapper);
  for (guint i = 0; i < N_MEMBERS; i++)
    g_free (self->names[i]);
  g_free (self);
}

static inline gboolean
take (Cursor *c, char wanted)
{
  if (c->p == c->end || *c->p != wanted)
    return FALSE;
  c->p++;
  return TRUE;
}

static gboolean
take_prefix (Cursor *c, const char *prefix)
{
  gsize len = strlen (prefix);

  if ((gsize) (c->end - c->p) < len || memcmp (c->p, prefix, len) != 0)
    return FALSE;
  c->p += len;
  return TRUE;
}

/* Printable ASCII that ends no string and begins no escape. A byte each: shifting a bit out costs more than the cache. */
static const guint8 plain[256] = {
  [' '] = 1, ['!'] = 1, ['#' ... '['] = 1, [']' ... '~'] = 1,
};

/* A quoted string of such. The cursor is kept in a register: this is where the time goes. */
static inline gboolean
take_string (Cursor *c, gsize max, const char **text, gsize *len)
{
  const char *p = c->p, *end = c->end;
  const char *from;

  if (p == end || *p++ != '"')
    return FALSE;
  from = p;
  while (p < end && plain[(guchar) *p])
    p++;
  if (p == end || *p != '"' || (gsize) (p - from) > max)
    return FALSE;
  *text = from;
  *len = (gsize) (p - from);
  c->p = p + 1;
  return TRUE;
}

static inline gboolean
take_digits (Cursor *c, guint max_digits, gint64 *value)
{
  const char *from = c->p, *p = from;
  const char *end = (gsize) (c->end - from) > max_digits ? from + max_digits : c->end;
  gint64 n = 0;

  while (p < end && *p >= '0' && *p <= '9')
    n = n * 10 + (*p++ - '0');
  /* A digit too many is left where it is, and nothing that may follow a number. */
  *value = n;
  c->p = p;
  return p > from && (*from != '0' || p == from + 1);
}

static inline gboolean
take_id (Cursor *c, const char **text, guint16 *len)
{
  gsize n;

  if (!take_string (c, MAX_ID_LEN, text, &n) || n == 0)
    return FALSE;
  *len = (guint16) n;
  return TRUE;
}

static gboolean
take_score (const VigilScoreScanner *self, Cursor *c, gint16 *score)
{
  gint64 value;
  gboolean round_up = FALSE;

  if (take_prefix (c, "null"))
    {
      *score = -1;
      return TRUE;
    }
  if (!take_digits (c, 4, &value))
    return FALSE;
  if (take (c, '.'))
    {
      const char *fraction = c->p;

      while (c->p < c->end && *c->p >= '0' && *c->p <= '9')
        c->p++;
      /* Rounding of 100 − score differs from 100 − rounded score; leave that to the doubles. */
      if (c->p == fraction || c->p - fraction > 6 || self->inverted)
        return FALSE;
      round_up = *fraction >= '5';
    }
  if (self->inverted)
    *score = (gint16) vigil_score_from_number (100.0 - (double) value);
  else
    *score = (gint16) (value + round_up);
  return TRUE;
}

static gboolean
take_flags (const VigilScoreScanner *self, Cursor *c, guint32 *flags)
{
  *flags = 0;
  if (!take (c, '['))
    return FALSE;
  if (take (c, ']'))
    return TRUE;
  for (guint n = 0; n < MAX_FLAGS; n++)
    {
      const char *type;
      gsize len;

      if (!take_string (c, MAX_FLAG_LEN, &type, &len))
        return FALSE;
      *flags |= self->flag_func (self->user_data, type, len);
      if (take (c, ']'))
        return TRUE;
      if (!take (c, ','))
        return FALSE;
    }
  return FALSE;
}

static gboolean
take_member (const VigilScoreScanner *self, Cursor *c, int member, VigilScoreUpdate *update)
{
  switch (member)
    {
    case STUDENT_ID:
      return take_id (c, &update->student_id, &update->student_len);
    case QUIZ_ID:
      return take_id (c, &update->quiz_id, &update->quiz_len);
    case SCORE:
      return take_score (self, c, &update->score);
    case FLAGS:
      return take_flags (self, c, &update->flags);
    case TIMESTAMP:
      return take_digits (c, 16, &update->timestamp_ms) && update->timestamp_ms <= VIGIL_JSON_MAX_INT;
    default:
      return FALSE;
    }
}

static gboolean
take_update (const VigilScoreScanner *self, Cursor *c, VigilScoreBatch *batch)
{
  VigilScoreUpdate *update = vigil_score_batch_add (batch);
  guint seen = 0;

  if (!update || !take (c, '{'))
    return FALSE;
  do
    {
      const char *name;
      gsize len;
      int member;

      if (!take_string (c, MAX_ID_LEN, &name, &len) || !take (c, ':'))
        return FALSE;
      member = vigil_score_scanner_find_member (self, name, len);
      if (member < 0 || (seen & 1u << member) || !take_member (self, c, member, update))
        return FALSE;
      seen |= 1u << member;
    }
  while (take (c, ','));
  return take (c, '}') && (seen & REQUIRED_MEMBERS) == REQUIRED_MEMBERS;
}

static gboolean
take_updates (const VigilScoreScanner *self, Cursor *c, VigilScoreBatch *batch)
{
  if (!take (c, '['))
    return FALSE;
  do
    if (!take_update (self, c, batch))
      return FALSE;
  while (take (c, ','));
  return take (c, ']');
}

gboolean
vigil_score_scanner_scan (const VigilScoreScanner *self, const char *frame, gsize len, VigilScoreBatch *batch)
{
  Cursor c = { frame, frame + len };
  gboolean ok = FALSE;

  vigil_score_batch_reset (batch);
  if (self->wrapper)
    return FALSE;
  if (take_prefix (&c, self->single_prefix))
    ok = take_update (self, &c, batch);
  else if (take_prefix (&c, self->batch_prefix))
    ok = take_updates (self, &c, batch);
  if (ok && take (&c, ']') && c.p == c.end)
    return TRUE;
  vigil_score_batch_reset (batch);
  return FALSE;
}

gboolean
vigil_score_scanner_is_score_event (const VigilScoreScanner *self, const char *event)
{
  return strcmp (event, self->single_event) == 0 || strcmp (event, self->batch_event) == 0;
}

static guint32
parse_flags (const VigilScoreScanner *self, VigilMembers *m)
{
  JsonArray *array = vigil_members_get_array (m, self->names[FLAGS], 0, MAX_FLAGS);
  guint32 flags = 0;

  for (guint i = 0; array && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *type = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;

      if (!type || strlen (type) > MAX_FLAG_LEN)
        {
          vigil_members_fail (m, self->names[FLAGS], "holds something else than short strings");
          return 0;
        }
      flags |= self->flag_func (self->user_data, type, strlen (type));
    }
  return flags;
}

static gint16
parse_score (const VigilScoreScanner *self, VigilMembers *m)
{
  const char *name = self->names[SCORE];

  if (!self->inverted)
    return (gint16) vigil_members_get_score (m, name, VIGIL_MEMBER_REQUIRED | VIGIL_MEMBER_NULLABLE);
  if (vigil_members_is_null (m, name))
    return -1;
  return (gint16) vigil_score_from_number (100.0 - vigil_members_get_number (m, name, VIGIL_MEMBER_REQUIRED, 0));
}

static gboolean
parse_update (const VigilScoreScanner *self, JsonNode *node, VigilScoreBatch *batch, GError **error)
{
  VigilScoreUpdate *update;
  VigilMembers m;

  if (!vigil_members_init (&m, node, self->single_event, error))
    return FALSE;
  update = vigil_score_batch_add (batch);
  if (!update)
    return vigil_members_fail (&m, "array", "too many updates");
  update->student_id = vigil_members_get_id (&m, self->names[STUDENT_ID], VIGIL_MEMBER_REQUIRED);
  update->quiz_id = vigil_members_get_id (&m, self->names[QUIZ_ID], VIGIL_MEMBER_REQUIRED);
  update->score = parse_score (self, &m);
  update->flags = parse_flags (self, &m);
  update->timestamp_ms = vigil_members_get_int (&m, self->names[TIMESTAMP], VIGIL_MEMBER_REQUIRED, 0, VIGIL_JSON_MAX_INT, 0);
  if (!vigil_members_ok (&m))
    return FALSE;
  update->student_len = (guint16) strlen (update->student_id);
  update->quiz_len = (guint16) strlen (update->quiz_id);
  return TRUE;
}

static gboolean
parse_updates (const VigilScoreScanner *self, JsonNode *node, VigilScoreBatch *batch, GError **error)
{
  JsonArray *array = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = array ? json_array_get_length (array) : 0;

  if (n == 0 || n > VIGIL_SCORE_BATCH_MAX)
    {
      g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD,
                   "%s: not an array of 1 to %d updates", self->batch_event, VIGIL_SCORE_BATCH_MAX);
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    if (!parse_update (self, json_array_get_element (array, i), batch, error))
      return FALSE;
  return TRUE;
}

gboolean
vigil_score_scanner_parse (const VigilScoreScanner *self, const char *event, JsonNode *argument,
                           VigilScoreBatch *batch, GError **error)
{
  gboolean ok;

  vigil_score_batch_reset (batch);
  if (self->wrapper && argument && JSON_NODE_HOLDS_OBJECT (argument))
    argument = json_object_get_member (json_node_get_object (argument), self->wrapper);
  if (argument)
    batch->owner = json_node_ref (argument);
  if (strcmp (event, self->batch_event) == 0)
    ok = parse_updates (self, argument, batch, error);
  else
    ok = parse_update (self, argument, batch, error);
  if (!ok)
    vigil_score_batch_reset (batch);
  return ok;
}
