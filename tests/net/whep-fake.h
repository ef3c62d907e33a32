/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server that says what a WHEP says, and then what it must not. */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/** What a client would make of it: one video line of VP8, sendonly, with all that ICE and DTLS need. */
#define WHEP_FAKE_SDP \
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE video0\r\n" \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=sendonly\r\na=mid:video0\r\na=rtcp-mux\r\n" \
  "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=setup:active\r\n" \
  "a=fingerprint:sha-256 10:85:B7:FE:C7:3B:DB:77:03:3E:C5:E3:9F:2D:CB:9E:DB:98:47:22:6C:02:E6:13:8D:73:52:0A:49:BB:7A:3F\r\n" \
  "a=rtpmap:96 VP8/90000\r\na=candidate:1 1 udp 2122260223 127.0.0.1 40000 typ host\r\n"

/** The same of Opus. */
#define WHEP_FAKE_SOUND_SDP \
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE audio0\r\n" \
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=sendonly\r\na=mid:audio0\r\na=rtcp-mux\r\n" \
  "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=setup:active\r\n" \
  "a=fingerprint:sha-256 10:85:B7:FE:C7:3B:DB:77:03:3E:C5:E3:9F:2D:CB:9E:DB:98:47:22:6C:02:E6:13:8D:73:52:0A:49:BB:7A:3F\r\n" \
  "a=rtpmap:111 opus/48000/2\r\na=candidate:1 1 udp 2122260223 127.0.0.1 40000 typ host\r\n"

typedef struct _WhepFake WhepFake;

/** Called before each answer. Returns: whether it answered itself, or never will. */
typedef gboolean (*WhepFakeFault) (WhepFake *fake, SoupServerMessage *message, const char *path);

struct _WhepFake
{
  SoupServer    *server;
  char          *url;        /* of the endpoints, with the slash; a producer is behind it */
  char          *origin;
  WhepFakeFault  fault;      /* nullable */
  GHashTable    *resources;  /* set of paths that were made and not deleted */
  gboolean       mixes_up;   /* it answers whatever is offered with a line of video */
  GHashTable    *absent;     /* set of producers that are not produced */
  GPtrArray     *log;        /* "METHOD path token", one a request */
  char          *last_offer; /* nullable */
  guint          n_resources;
  guint          n_faults;   /* for the faults' own use */
};

WhepFake *whep_fake_new    (void);
void      whep_fake_free   (WhepFake *fake);
/** How many requests began with that text. */
guint     whep_fake_count  (WhepFake *fake, const char *beginning);
/** Answers as a WHEP does that has made a resource. @location: (nullable): another than the usual one. */
void      whep_fake_create (WhepFake *fake, SoupServerMessage *message, const char *location, const char *type, const char *sdp);

G_END_DECLS
