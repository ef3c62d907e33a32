/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU's requests as one function, so that the test client can sit in the
 * SFU's process or in another one. */
#pragma once

#include "vigil-hall-sfu.h"

G_BEGIN_DECLS

/* (transfer full): the answer; {"error": text} if it was refused. */
typedef JsonObject *(*SfuCall) (const char *method,
                                JsonObject *params,
                                gpointer    user_data);

typedef struct
{
  VigilHallSfu *sfu;
  const char   *key;
} SfuLocal;

/* An SfuCall on an SFU in this process; user_data is an SfuLocal. Spins the
 * default main context while it waits. */
JsonObject *sfu_call_local (const char *method,
                            JsonObject *params,
                            gpointer    user_data);

G_END_DECLS
