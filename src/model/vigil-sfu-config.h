/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which SFU an exam's video comes through, and how it is reached. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_SFU_CONFIG (vigil_sfu_config_get_type ())

typedef enum
{
  VIGIL_SFU_MEDIASOUP, /* over the hall's own socket */
  VIGIL_SFU_JANUS,     /* a VideoRoom of a Janus, over a WebSocket of its own */
  VIGIL_SFU_WHEP,      /* an HTTP endpoint a producer */
  VIGIL_SFU_NONE,      /* there is no live video: stills and scores */
} VigilSfuKind;

/**
 * Immutable, reference counted; any thread. @pin and @token are secrets: they are never logged, shown or
 * made part of an error.
 */
typedef struct
{
  gatomicrefcount  ref_count;
  VigilSfuKind     kind;
  char            *url;          /* JANUS: ws or wss; WHEP: http or https; else NULL */
  char            *room;         /* JANUS; else NULL */
  gboolean         room_is_text; /* the room's id is a string, be it made of digits; else @room is a number */
  char            *pin;          /* JANUS; nullable */
  char            *token;        /* JANUS, WHEP; nullable */
  char            *reason;       /* NONE: why there is no video though the hall may have some; English; nullable: there is none */
} VigilSfuConfig;

GType           vigil_sfu_config_get_type (void);
/** A configuration of @kind without any member set, for its maker to fill. Returns: (transfer full). */
VigilSfuConfig *vigil_sfu_config_new (VigilSfuKind kind);
VigilSfuConfig *vigil_sfu_config_ref (VigilSfuConfig *self);
void            vigil_sfu_config_unref (VigilSfuConfig *self);
/** The kind of @self; %NULL stands for the hall's own mediasoup. */
VigilSfuKind    vigil_sfu_config_get_kind (const VigilSfuConfig *self);
/** Whether both lead to the same SFU by the same way; %NULL equals a MEDIASOUP. Why there is none does not matter. */
gboolean        vigil_sfu_config_equal (const VigilSfuConfig *a, const VigilSfuConfig *b);
/** "mediasoup", "janus", "whep", "none", as the wire has them. */
gboolean        vigil_sfu_kind_from_nick (const char *nick, VigilSfuKind *kind);
/**
 * The address of @producer_id at a WHEP: @self's url and the percent-encoded id behind it.
 * Returns: (transfer full) (nullable): %NULL if @self is no WHEP, or if it led to another origin than the url's.
 */
char           *vigil_sfu_config_dup_whep_url (const VigilSfuConfig *self, const char *producer_id);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSfuConfig, vigil_sfu_config_unref)

G_END_DECLS
