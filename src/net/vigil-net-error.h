/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that can go wrong below us, as a VIGIL_SESSION_ERROR. Private to net/. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "vigil-session-error.h"

G_BEGIN_DECLS

/**
 * vigil_net_error_from_refusal:
 * @payload: (nullable): of a CONNECT_ERROR
 *
 * Returns: (transfer full): why the hall does not let us in, as a VIGIL_SESSION_ERROR.
 */
GError *vigil_net_error_from_refusal (JsonNode *payload);

/** What an HTTP status says where there is nothing else. */
VigilSessionError vigil_net_error_code_from_status (guint status);

/**
 * vigil_net_error_translate:
 * @cause: of GIO, GTlS, the resolver, libsoup or protocol/
 * @tls_errors: what was wrong with the certificate, 0: nothing known
 *
 * The message is redacted. Returns: (transfer full): a VIGIL_SESSION_ERROR, or a G_IO_ERROR_CANCELLED as it was.
 */
GError *vigil_net_error_translate (const GError *cause, const char *what, GTlsCertificateFlags tls_errors);

/** Whether another try by itself is pointless: a person has to do something first. */
gboolean vigil_net_error_is_final (const GError *error);

G_END_DECLS
