/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing an operator did is dropped in silence. */
#include "vigil-leave-guard.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  VigilLeaveFunc leave;
  GWeakRef       owner;
} Guard;

static void
guard_free (gpointer data, GClosure *closure)
{
  Guard *guard = data;

  g_weak_ref_clear (&guard->owner);
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

GtkWidget *
vigil_leave_guard (GtkWindow *parent, VigilOutbox *outbox, VigilLeaveFunc leave, GObject *owner)
{
  AdwMessageDialog *dialog;
  Guard *guard;
  guint pending;

  /* Whoever leaves will not undo any more. */
  if (outbox != NULL)
    vigil_outbox_release (outbox);
  pending = outbox != NULL ? vigil_outbox_get_n_pending (outbox) : 0;
  if (pending == 0)
    {
      leave (owner);
      return NULL;
    }

  guard = g_new0 (Guard, 1);
  guard->leave = leave;
  g_weak_ref_init (&guard->owner, owner);
  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, _("Leave Without Confirmation?"), NULL));
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
  return GTK_WIDGET (dialog);
}
