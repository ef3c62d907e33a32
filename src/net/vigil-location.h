/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an answer's Location leads, if one may go there. Private to net/. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * vigil_location_resolve:
 * @from: what was asked
 * @location: (nullable): absolute or relative, as it came
 * @what: for error messages: "the list of exams"
 *
 * From https to https only, to http on this machine only, and to nobody with a user in his address. Errors: VIGIL_SESSION_ERROR_PROTOCOL
 * for what leads nowhere, _TLS, _ADDRESS for what is no place of HTTP; messages name @what and never the URL. Returns: (transfer full). Thread: any.
 */
GUri *vigil_location_resolve (GUri *from, const char *location, const char *what, GError **error);

G_END_DECLS
