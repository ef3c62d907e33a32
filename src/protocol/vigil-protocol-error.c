/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error domain of the protocol layer. */
#include "vigil-protocol-error.h"

G_DEFINE_QUARK (vigil-protocol-error-quark, vigil_protocol_error)
