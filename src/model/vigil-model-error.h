/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can go wrong in the model. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_MODEL_ERROR (vigil_model_error_quark ())

typedef enum
{
  VIGIL_MODEL_ERROR_CATALOGUE, /* the violation catalogue is not usable; the message names the member */
} VigilModelError;

GQuark vigil_model_error_quark (void);

G_END_DECLS
