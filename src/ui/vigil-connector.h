/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: what ui/ asks of the program around it to reach a hall. app/ implements it. */
#pragma once

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_CONNECTOR (vigil_connector_get_type ())
G_DECLARE_INTERFACE (VigilConnector, vigil_connector, VIGIL, CONNECTOR, GObject)

/** A hall that let us in. The session has not joined an exam yet. */
typedef struct
{
  char             *address;
  VigilSession     *session;
  VigilSessionInfo *who;
} VigilHallAccess;

void vigil_hall_access_free (VigilHallAccess *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallAccess, vigil_hall_access_free)

/** Main thread only. Property: "remembers" (boolean, readable), see vigil_connector_get_remembers(). */
struct _VigilConnectorInterface
{
  GTypeInterface parent;

  void             (*connect_async)    (VigilConnector *self, const char *address, const char *token, gboolean remember, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  void             (*rehearse_async)   (VigilConnector *self, guint candidates, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  VigilHallAccess *(*access_finish)    (VigilConnector *self, GAsyncResult *result, GError **error);
  void             (*renew_token)      (VigilConnector *self, const char *token, gboolean remember);
  void             (*recall_async)     (VigilConnector *self, const char *address, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  char            *(*recall_finish)    (VigilConnector *self, GAsyncResult *result, GError **error);
  void             (*forget)           (VigilConnector *self, const char *address);
  gboolean         (*get_remembers)    (VigilConnector *self);
  void             (*disconnect)       (VigilConnector *self);
};

/** Proves that @address is a hall and that it takes @token. @remember keeps the token in the keyring
 *  once it was accepted. A former access ends first. */
void             vigil_connector_connect_async  (VigilConnector *self, const char *address, const char *token, gboolean remember, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** Starts a hall of simulated candidates on this machine and connects to it. */
void             vigil_connector_rehearse_async (VigilConnector *self, guint candidates, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** Finishes either. Errors are VIGIL_SESSION_ERROR. Returns: (transfer full). */
VigilHallAccess *vigil_connector_access_finish  (VigilConnector *self, GAsyncResult *result, GError **error);

/** Gives the present access another token after "auth-needed". */
void             vigil_connector_renew_token (VigilConnector *self, const char *token, gboolean remember);

/** The remembered token of a hall. Returns (finish): (transfer full) (nullable): NULL without an error: none. */
void             vigil_connector_recall_async  (VigilConnector *self, const char *address, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char            *vigil_connector_recall_finish (VigilConnector *self, GAsyncResult *result, GError **error);

/** Takes a hall's token out of the keyring. */
void             vigil_connector_forget (VigilConnector *self, const char *address);

/** FALSE: this desktop keeps no tokens, so they are asked for each time. TRUE until that is known; "notify::remembers"
 *  says when it changes. */
gboolean         vigil_connector_get_remembers (VigilConnector *self);

/** Ends the present access; the session it gave has left its exam by then. */
void             vigil_connector_disconnect (VigilConnector *self);

G_END_DECLS
