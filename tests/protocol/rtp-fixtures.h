/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mediasoup 3.8 router and transport say of themselves, shortened. */
#pragma once

#define FINGERPRINT "82:5A:68:3D:36:C3:0A:DE:AF:E7:32:43:D2:88:83:57:AC:2D:65:E5:80:C4:B6:FB:AF:1A:A0:21:9F:6D:0C:AD"

#define OPUS "{'kind':'audio','mimeType':'audio/opus','clockRate':48000,'channels':2,'preferredPayloadType':100," \
             "'parameters':{'useinbandfec':1,'x-strange':'yes'},'rtcpFeedback':[{'type':'transport-cc','parameter':''}]}"
#define VP8 "{'kind':'video','mimeType':'video/VP8','clockRate':90000,'preferredPayloadType':101,'parameters':{'x-google-start-bitrate':1000}," \
            "'rtcpFeedback':[{'type':'nack','parameter':''},{'type':'nack','parameter':'pli'},{'type':'goog-remb','parameter':''}]}"
#define RTX "{'kind':'video','mimeType':'video/rtx','clockRate':90000,'preferredPayloadType':102,'parameters':{'apt':101},'rtcpFeedback':[]}"
#define H264(mode, profile) "{'kind':'video','mimeType':'video/H264','clockRate':90000,'preferredPayloadType':103," \
                            "'parameters':{'packetization-mode':" mode ",'profile-level-id':'" profile "','level-asymmetry-allowed':1},'rtcpFeedback':[]}"
#define EXTENSION "{'kind':'audio','uri':'urn:ietf:params:rtp-hdrext:sdes:mid','preferredId':1,'preferredEncrypt':false,'direction':'sendrecv'}"
#define ROUTER(codecs) "{'codecs':[" codecs "],'headerExtensions':[" EXTENSION "]}"
#define ROUTER_ALL ROUTER (OPUS "," VP8 "," RTX "," H264 ("1", "42e01f"))

#define ICE_CANDIDATE "{'foundation':'udpcandidate','priority':1076302079,'ip':'127.0.0.1','protocol':'udp','port':40012,'type':'host'}"
#define ICE_PARAMETERS "{'usernameFragment':'k2f9hq0c','password':'1c6f0b9d2e7a48f5b3d0c1e2','iceLite':true}"
#define DTLS_PARAMETERS "{'role':'auto','fingerprints':[{'algorithm':'sha-1','value':'00:11'},{'algorithm':'sha-256','value':'" FINGERPRINT "'}]}"
#define TRANSPORT(ice, candidates, dtls) "{'ok':true,'id':'t-1','iceParameters':" ice ",'iceCandidates':[" candidates "],'dtlsParameters':" dtls "}"
#define TRANSPORT_GOOD TRANSPORT (ICE_PARAMETERS, ICE_CANDIDATE, DTLS_PARAMETERS)
