/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The media layer's error domain. */
#include "vigil-media-error.h"

G_DEFINE_QUARK (vigil-media-error-quark, vigil_media_error)
