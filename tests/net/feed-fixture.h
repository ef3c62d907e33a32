/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole connection against a scripted hall that knows one exam and one transport. */
#pragma once

#include "net-hall.h"
#include "net-test.h"
#include "vigil-hall-connection.h"

G_BEGIN_DECLS

#define EXAM "{\"examId\":\"ex-1\",\"quizId\":\"q\",\"title\":\"T\",\"state\":\"running\",\"startsAt\":null,\"endsAt\":null,\"candidates\":2,\"streaming\":1}"
#define JOIN "{\"ok\":true,\"serverTime\":%" G_GINT64_FORMAT ",\"epoch\":7,\"seq\":41,\"exam\":" EXAM "}"

#define CAPABILITIES \
  "{\"ok\":true,\"rtpCapabilities\":{\"codecs\":[" \
  "{\"kind\":\"audio\",\"mimeType\":\"audio/opus\",\"clockRate\":48000,\"channels\":2,\"preferredPayloadType\":100,\"parameters\":{},\"rtcpFeedback\":[]}," \
  "{\"kind\":\"video\",\"mimeType\":\"video/VP8\",\"clockRate\":90000,\"preferredPayloadType\":101,\"parameters\":{},\"rtcpFeedback\":[{\"type\":\"nack\",\"parameter\":\"\"}]}" \
  "],\"headerExtensions\":[]}}"

#define TRANSPORT \
  "{\"ok\":true,\"id\":\"t-1\",\"iceParameters\":{\"usernameFragment\":\"k2f9\",\"password\":\"1c6f0b9d2e7a48f5b3d0c1e2\",\"iceLite\":true}," \
  "\"iceCandidates\":[{\"foundation\":\"udpcandidate\",\"priority\":1076302079,\"ip\":\"127.0.0.1\",\"protocol\":\"udp\",\"port\":40012,\"type\":\"host\"}]," \
  "\"dtlsParameters\":{\"role\":\"auto\",\"fingerprints\":[{\"algorithm\":\"sha-256\",\"value\":\"" FINGERPRINT "\"}]}}"
#define FINGERPRINT "82:5A:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD"

#define CONSUMER(producer) \
  "{\"ok\":true,\"id\":\"c-1\",\"producerId\":\"" producer "\",\"kind\":\"video\",\"type\":\"simple\",\"producerPaused\":false," \
  "\"rtpParameters\":{\"mid\":\"0\",\"codecs\":[{\"mimeType\":\"video/VP8\",\"payloadType\":101,\"clockRate\":90000,\"parameters\":{},\"rtcpFeedback\":[]}]," \
  "\"headerExtensions\":[],\"encodings\":[{\"ssrc\":417260042}],\"rtcp\":{\"cname\":\"x\",\"reducedSize\":true,\"mux\":true}}}"

#define ANSWER_SDP \
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n" \
  "m=video 9 UDP/TLS/RTP/SAVPF 101\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\n" \
  "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdef012345\r\na=setup:active\r\na=fingerprint:sha-256 " FINGERPRINT "\r\n" \
  "a=rtpmap:101 VP8/90000\r\n"

typedef struct
{
  NetHall             *hall;
  VigilNetLimits       limits;
  VigilScoreStore     *store;
  VigilScoringPolicy  *policy;
  VigilHallConnection *connection;
  VigilHallFeed       *feed;
  VigilSfu            *sfu;
  GString             *log;        /* S + state, J joined, E + kinds */
  gint64               epoch, seq;
  guint                n_joined;
} Fixture;

/** With a good token, not joined yet. */
void set_up (Fixture *f, gconstpointer data);
void tear_down (Fixture *f, gconstpointer data);
void make_connection (Fixture *f, const char *token, const char *profile);
void drop_connection (Fixture *f);
void join (Fixture *f);
/** Opens a transport and waits for the answer. */
VigilTransportOffer *open_transport (Fixture *f, GError **error);
VigilConsumerInfo *consume (Fixture *f, const char *producer, GError **error);
/** The last request of that name, as "name {argument}"; %NULL: none came. */
const char *last_request (Fixture *f, const char *name);

G_END_DECLS
