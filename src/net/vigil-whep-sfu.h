/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A WHEP as an SFU: an HTTP resource, and a connection, for each producer. */
#pragma once

#include "vigil-net-limits.h"
#include "vigil-sfu.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_WHEP_SFU (vigil_whep_sfu_get_type ())
G_DECLARE_FINAL_TYPE (VigilWhepSfu, vigil_whep_sfu, VIGIL, WHEP_SFU, GObject)

/**
 * VigilWhepSfu:
 *
 * A VigilSfu with connections of their own. Its transport is no more than the knowledge that the server is there: opening
 * it asks for the server's ICE servers, and it ends when the server cannot be reached and nothing of it is left.
 *
 * @config: a VIGIL_SFU_WHEP. @trust: (nullable). Main thread only.
 */
VigilWhepSfu *vigil_whep_sfu_new (const VigilSfuConfig *config, GTlsDatabase *trust, const VigilNetLimits *limits);

/** Deletes what is left at the server, in the background. Emits nothing from here on. */
void          vigil_whep_sfu_close (VigilWhepSfu *self);

G_END_DECLS
