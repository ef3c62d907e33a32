/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server that says what a Janus 1.1.2 says, and then what it must not. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

#define JANUS_FAKE_PIN "a-pin-nobody-may-see"

typedef struct _JanusFake JanusFake;

/** Called before each answer. @word: "create", "attach", "keepalive", or a body's request ("join", "switch", …).
 *  Returns: whether it answered itself, or never will. */
typedef gboolean (*JanusFakeFault) (JanusFake *fake, const char *word, JsonObject *request);

struct _JanusFake
{
  SoupServer              *server;
  char                    *url;
  SoupWebsocketConnection *socket;    /* nullable: nobody is connected */
  GPtrArray               *requests;  /* of JsonNode, all that came */
  GHashTable              *feeds;     /* "feed/mid" → codec */
  GPtrArray               *slots;     /* "feed/mid" or "" behind each mid */
  GPtrArray               *sending;   /* whether each mid sends */
  GPtrArray               *ssrcs;     /* of each mid */
  guint                    opus_type; /* payload type of sound */
  JanusFakeFault           fault;     /* nullable */
  guint                    n_connected;
  guint                    n_attached;
};

JanusFake *janus_fake_new       (void);
void       janus_fake_free      (JanusFake *fake);

void       janus_fake_publish   (JanusFake *fake, guint feed, const char *codec);
/** One who publishes already has a microphone as well, "feed/1". */
void       janus_fake_publish_sound (JanusFake *fake, guint feed);
void       janus_fake_leave     (JanusFake *fake, guint feed);
/** A new offer that nobody asked for. */
void       janus_fake_offer     (JanusFake *fake);
/** Takes a subscribe as a good Janus does. @with_offer: whether its answer has one. */
void       janus_fake_subscribe (JanusFake *fake, JsonObject *request, gboolean with_offer);
void       janus_fake_say       (JanusFake *fake, const char *format, ...) G_GNUC_PRINTF (2, 3);
/** Answers @request with a VideoRoom event. @data: members of its data. */
void       janus_fake_answer    (JanusFake *fake, JsonObject *request, const char *data, const char *more);

/** How many requests of that word came, and how many elements the "streams" of the last one had. */
guint      janus_fake_count     (JanusFake *fake, const char *word);
guint      janus_fake_last_size (JanusFake *fake, const char *word);
void       janus_fake_forget    (JanusFake *fake);
/** (transfer full): all that came, as text. */
char      *janus_fake_dup_all   (JanusFake *fake);

G_END_DECLS
