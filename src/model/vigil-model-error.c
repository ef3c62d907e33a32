/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can go wrong in the model. */

#include "vigil-model-error.h"

G_DEFINE_QUARK (vigil-model-error-quark, vigil_model_error)
