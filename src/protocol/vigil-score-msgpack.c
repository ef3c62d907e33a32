/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The score events as MessagePack, straight into a batch. */
#include "vigil-members.h"
#include "vigil-msgpack.h"
#include "vigil-score-scanner-private.h"
#include "vigil-sio-packet.h"

typedef struct
{
  const guint8 *p;
  const guint8 *end;
} Cursor;

enum { TYPE = 1 << 0, DATA = 1 << 1, NSP = 1 << 2 };

static inline gboolean
take_plain (Cursor *c, gsize max, const char **text, gsize *len)
{
  if (!vigil_msgpack_take_string (&c->p, c->end, text, len) || *len > max)
    return FALSE;
  for (gsize i = 0; i < *len; i++)
    if ((guchar) (*text)[i] < 0x20 || (guchar) (*text)[i] > 0x7e)
      return FALSE;
  return TRUE;
}

static gboolean
take_id (Cursor *c, const char **text, guint16 *len)
{
  gsize n;

  if (!take_plain (c, MAX_ID_LEN, text, &n) || n == 0)
    return FALSE;
  *len = (guint16) n;
  return TRUE;
}

static gboolean
take_score (const VigilScoreScanner *self, Cursor *c, gint16 *score)
{
  double value;

  if (vigil_msgpack_take_nil (&c->p, c->end))
    {
      *score = -1;
      return TRUE;
    }
  if (!vigil_msgpack_take_number (&c->p, c->end, &value))
    return FALSE;
  *score = (gint16) vigil_score_from_number (self->inverted ? 100.0 - value : value);
  return TRUE;
}

static gboolean
take_flags (const VigilScoreScanner *self, Cursor *c, guint32 *flags)
{
  guint n;

  *flags = 0;
  if (!vigil_msgpack_take_array (&c->p, c->end, &n) || n > MAX_FLAGS)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const char *type;
      gsize len;

      if (!take_plain (c, MAX_FLAG_LEN, &type, &len))
        return FALSE;
      *flags |= self->flag_func (self->user_data, type, len);
    }
  return TRUE;
}

static gboolean
take_time (Cursor *c, gint64 *time_ms)
{
  double value;

  if (!vigil_msgpack_take_number (&c->p, c->end, &value) || value < 0 || value > (double) VIGIL_JSON_MAX_INT)
    return FALSE;
  *time_ms = (gint64) value;
  return (double) *time_ms == value;
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
      return take_time (c, &update->timestamp_ms);
    default:
      return FALSE;
    }
}

static gboolean
take_update (const VigilScoreScanner *self, Cursor *c, VigilScoreBatch *batch)
{
  VigilScoreUpdate *update = vigil_score_batch_add (batch);
  guint seen = 0, n;

  if (!update || !vigil_msgpack_take_map (&c->p, c->end, &n))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const char *name;
      gsize len;
      int member;

      if (!take_plain (c, MAX_ID_LEN, &name, &len))
        return FALSE;
      member = vigil_score_scanner_find_member (self, name, len);
      if (member < 0 || (seen & 1u << member) || !take_member (self, c, member, update))
        return FALSE;
      seen |= 1u << member;
    }
  return (seen & REQUIRED_MEMBERS) == REQUIRED_MEMBERS;
}

static gboolean
is_event (const char *text, gsize len, const char *event)
{
  return strlen (event) == len && memcmp (text, event, len) == 0;
}

/* [event, argument] */
static gboolean
take_data (const VigilScoreScanner *self, Cursor *c, VigilScoreBatch *batch)
{
  const char *event;
  gsize len;
  guint n;

  if (!vigil_msgpack_take_array (&c->p, c->end, &n) || n != 2 || !take_plain (c, MAX_ID_LEN, &event, &len))
    return FALSE;
  if (is_event (event, len, self->single_event))
    return take_update (self, c, batch);
  if (!is_event (event, len, self->batch_event) || !vigil_msgpack_take_array (&c->p, c->end, &n) || n == 0)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!take_update (self, c, batch))
      return FALSE;
  return TRUE;
}

static gboolean
take_part (const VigilScoreScanner *self, Cursor *c, VigilScoreBatch *batch, guint *seen)
{
  const char *name, *nsp;
  gsize len;
  double type;
  guint part;

  if (!take_plain (c, MAX_ID_LEN, &name, &len))
    return FALSE;
  part = is_event (name, len, "type") ? TYPE : is_event (name, len, "data") ? DATA : is_event (name, len, "nsp") ? NSP : 0;
  if (part == 0 || (*seen & part))
    return FALSE;
  *seen |= part;
  if (part == TYPE)
    return vigil_msgpack_take_number (&c->p, c->end, &type) && type == VIGIL_SIO_EVENT;
  if (part == DATA)
    return take_data (self, c, batch);
  return take_plain (c, MAX_ID_LEN, &nsp, &len) && is_event (nsp, len, "/");
}

gboolean
vigil_score_scanner_scan_msgpack (const VigilScoreScanner *self, const guint8 *data, gsize len, VigilScoreBatch *batch)
{
  Cursor c = { data, data + len };
  guint seen = 0, n;
  gboolean ok;

  vigil_score_batch_reset (batch);
  ok = !self->wrapper && vigil_msgpack_take_map (&c.p, c.end, &n) && n == 3;
  for (guint i = 0; ok && i < n; i++)
    ok = take_part (self, &c, batch, &seen);
  if (ok && c.p == c.end)
    return TRUE;
  vigil_score_batch_reset (batch);
  return FALSE;
}
