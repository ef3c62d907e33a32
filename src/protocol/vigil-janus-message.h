/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a Janus says: its own answers and events, and those of its VideoRoom. */
#pragma once

#include "vigil-json.h"
#include "vigil-types.h"

G_BEGIN_DECLS

/** Ids of rooms and feeds are numbers or strings, as the Janus is set up; it takes back only what it gave. */
typedef struct
{
  char     *text;
  gboolean  is_text;
} VigilJanusId;

typedef enum
{
  VIGIL_JANUS_ACK,       /* heard; the answer comes later */
  VIGIL_JANUS_SUCCESS,
  VIGIL_JANUS_EVENT,     /* of the VideoRoom: an answer if it has a transaction */
  VIGIL_JANUS_ERROR,     /* of the core */
  VIGIL_JANUS_TIMEOUT,   /* the session is over */
  VIGIL_JANUS_DETACHED,  /* the handle is over */
  VIGIL_JANUS_HANGUP,    /* the handle's peer connection is over */
  VIGIL_JANUS_WEBRTCUP,
  VIGIL_JANUS_MEDIA,
  VIGIL_JANUS_SLOWLINK,
  VIGIL_JANUS_OTHER,     /* a word that we do not know: passed over */
} VigilJanusKind;

/** One message. Strings are checked; @data is as it came. */
typedef struct
{
  VigilJanusKind  kind;
  char           *transaction; /* nullable: nobody asked */
  gint64          sender;      /* the handle; 0: none */
  gint64          id;          /* of a session or handle that was made; 0: none */
  int             error_code;  /* of the core or the VideoRoom; 0: no error */
  char           *reason;      /* nullable: of an error or a hangup; untrusted text */
  char           *offer_sdp;   /* nullable: a secret */
  JsonNode       *data;        /* nullable: of the VideoRoom, an object */
} VigilJanusMessage;

/** Core and VideoRoom errors that mean something to us. */
#define VIGIL_JANUS_ERROR_UNAUTHORIZED      403
#define VIGIL_JANUS_ERROR_NO_SUCH_SESSION   458
#define VIGIL_JANUS_ERROR_NO_SUCH_HANDLE    459
#define VIGIL_JANUS_ERROR_NO_SUCH_ROOM      426
#define VIGIL_JANUS_ERROR_NO_SUCH_FEED      428
#define VIGIL_JANUS_ERROR_ROOM_UNAUTHORIZED 433

/**
 * vigil_janus_message_parse:
 * @text: @len bytes of one WebSocket message
 *
 * Errors: VIGIL_PROTOCOL_ERROR_MALFORMED, _LIMIT, or _FIELD naming the member. Thread: any.
 * Returns: (transfer full)
 */
VigilJanusMessage *vigil_janus_message_parse (const char *text, gsize len, GError **error);
void               vigil_janus_message_free (VigilJanusMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilJanusMessage, vigil_janus_message_free)

/**
 * vigil_janus_text_dup_lean:
 * @text: @len bytes of a message, any content
 *
 * What a publisher says of itself ("metadata") is JSON of its own making, of any depth and any size of numbers, which Janus
 * hands to everybody: it is replaced by null, so that a candidate cannot make a room unreadable. So are numbers that are too
 * long or too large: a publisher may choose its id. Thread: any.
 * Returns: (transfer full)
 */
char *vigil_janus_text_dup_lean (const char *text, gsize len);

/** One stream of one publisher: what a hall calls a producer. */
typedef struct
{
  char           *producer_id; /* "{feed}/{mid}"; no mid has a slash, so that no two feeds have the same one */
  VigilJanusId    id;
  char           *mid;
  VigilMediaKind  kind;
  const char     *codec;       /* nullable: one that we cannot receive; else "VP8", "H264", "OPUS" */
  gboolean        simulcast;
} VigilJanusFeed;

VigilJanusFeed *vigil_janus_feed_copy (const VigilJanusFeed *self);
void            vigil_janus_feed_free (VigilJanusFeed *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilJanusFeed, vigil_janus_feed_free)

/**
 * vigil_janus_feeds_from_data:
 * @data: of an event; its "publishers", if it has some
 * @publishers: (out): (element-type utf8): the ids of all publishers named, also of those without a stream
 * @n_skipped: (out): how many were passed over for what their publishers wrote
 *
 * Streams that are disabled or neither audio nor video are passed over; so are, counted, publishers and streams that make
 * no sense, and nobody else suffers for them. Errors: VIGIL_PROTOCOL_ERROR, of what only the server can have written.
 * Returns: (transfer full) (element-type VigilJanusFeed)
 */
GPtrArray *vigil_janus_feeds_from_data (JsonNode *data, GPtrArray **publishers, guint *n_skipped, GError **error);

/** Who is gone: the id in "leaving" or "unpublished". Returns: (transfer full) (nullable): nobody, or ourselves ("ok"). */
char *vigil_janus_dup_gone (JsonNode *data);

/** What Janus says of one slot. */
typedef struct
{
  char     *mid;
  gboolean  active;      /* somebody is behind it */
  gboolean  send;
  char     *producer_id; /* nullable: nobody, or one that we pass over */
} VigilJanusSlotState;

/** "streams" of an answer to join, switch and updated; @n_skipped as above. Returns: (transfer full) (element-type VigilJanusSlotState). */
GPtrArray *vigil_janus_slots_from_data (JsonNode *data, guint *n_skipped, GError **error);

/** The word that says what an event is about: "joined", "attached", "event", "updated", …; never NULL. */
const char *vigil_janus_get_word (JsonNode *data);
/** Whether @data has the member @name with the value "ok". */
gboolean    vigil_janus_is_ok (JsonNode *data, const char *name);
/** private_id of "joined"; 0: none. */
gint64      vigil_janus_get_private_id (JsonNode *data);

G_END_DECLS
