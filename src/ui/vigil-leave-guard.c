/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing an operator did is dropped in silence. */
#include "vigil-leave-guard.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define POLL_MS 50
#define PATIENCE_MS 1500

typedef struct
{
  VigilLeaveFunc leave;
  GWeakRef       owner;
  GtkWindow     *parent;    /* weak */
  VigilOutbox   *outbox;
  guint          waited_ms;
} Guard;

static void
guard_free (gpointer data, GClosure *closure)
{
  Guard *guard = data;

  g_weak_ref_clear (&guard->owner);
  g_clear_weak_pointer (&guard->parent);
  g_object_unref (guard->outbox);
  g_free (guard);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Guard *guard = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&guard->owner);

  if (owner != NULL && g_str_equal (response, "leave"))
    guard->leave (owner);
}

static void
ask (Guard *guard, guint pending)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (guard->parent, _("Leave Without Confirmation?"), NULL));

  adw_message_dialog_format_body (dialog,
                                  ngettext ("%u action has not been confirmed by the hall. It may have arrived or not, "
                                            "and is not tried again once you leave.",
                                            "%u actions have not been confirmed by the hall. They may have arrived or "
                                            "not, and are not tried again once you leave.", pending),
                                  pending);
  adw_message_dialog_add_responses (dialog, "stay", _("Stay"), "leave", _("Leave Anyway"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "leave", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "stay");
  adw_message_dialog_set_close_response (dialog, "stay");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), guard, guard_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* What was held back for undo, and what is given back, is with the hall in a moment: no question about that. */
static gboolean
wait_cb (gpointer user_data)
{
  Guard *guard = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&guard->owner);
  guint pending = vigil_outbox_get_n_pending (guard->outbox);

  if (owner != NULL && pending > 0 && (guard->waited_ms += POLL_MS) < PATIENCE_MS)
    return G_SOURCE_CONTINUE;
  if (owner != NULL && pending > 0 && guard->parent != NULL)
    {
      ask (guard, pending);
      return G_SOURCE_REMOVE;
    }
  if (owner != NULL && pending == 0)
    guard->leave (owner);
  guard_free (guard, NULL);
  return G_SOURCE_REMOVE;
}

void
vigil_leave_guard (GtkWindow *parent, VigilOutbox *outbox, VigilLeaveFunc leave, GObject *owner)
{
  Guard *guard;

  /* Whoever leaves will not undo any more. */
  if (outbox != NULL)
    vigil_outbox_release (outbox);
  if (outbox == NULL || vigil_outbox_get_n_pending (outbox) == 0)
    {
      leave (owner);
      return;
    }

  guard = g_new0 (Guard, 1);
  guard->leave = leave;
  guard->outbox = g_object_ref (outbox);
  g_set_weak_pointer (&guard->parent, parent);
  g_weak_ref_init (&guard->owner, owner);
  g_timeout_add (POLL_MS, wait_cb, guard);
}
