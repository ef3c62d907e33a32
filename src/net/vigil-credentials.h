/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens, kept by the desktop's secret service or not at all. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_CREDENTIALS (vigil_credentials_get_type ())
G_DECLARE_FINAL_TYPE (VigilCredentials, vigil_credentials, VIGIL, CREDENTIALS, GObject)

/**
 * VigilCredentials:
 *
 * Main thread only; nothing blocks. Tokens are never written anywhere else. Where there is no secret
 * service (or it stays locked) nothing is remembered, no call fails for it, and the read-only
 * property "available" says so once that is known.
 */
VigilCredentials *vigil_credentials_new (void);

/** FALSE: the last attempt found no secret service, so tokens are not remembered. TRUE until then. */
gboolean vigil_credentials_get_available (VigilCredentials *self);

/** @address: the normal form, from vigil_hall_connection_get_address(). */
void  vigil_credentials_lookup_async  (VigilCredentials *self, const char *address, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (transfer full) (nullable): the token, a secret; %NULL: none is remembered. Only cancelling is an error. */
char *vigil_credentials_lookup_finish (VigilCredentials *self, GAsyncResult *result, GError **error);

/** Replaces what was remembered for @address. */
void     vigil_credentials_store_async  (VigilCredentials *self, const char *address, const char *token, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** Returns: whether it is remembered now. Only cancelling is an error. */
gboolean vigil_credentials_store_finish (VigilCredentials *self, GAsyncResult *result, GError **error);

void     vigil_credentials_clear_async  (VigilCredentials *self, const char *address, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** Returns: whether there was something to forget. Only cancelling is an error. */
gboolean vigil_credentials_clear_finish (VigilCredentials *self, GAsyncResult *result, GError **error);

/** Frees a token and overwrites it first. */
void vigil_token_free (char *token);

G_END_DECLS
