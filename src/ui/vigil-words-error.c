/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for errors: what happened, whose trouble it is, what to do. */
#include <glib/gi18n-lib.h>

#include "vigil-redact.h"
#include "vigil-words.h"

typedef struct
{
  VigilSessionError code;
  const char *title;
  const char *body;
} ErrorWords;

static const ErrorWords words[] = {
  { VIGIL_SESSION_ERROR_ADDRESS, N_("This address cannot be found"),
    N_("Check the spelling. A hall's address looks like https://hall.example.org.") },
  { VIGIL_SESSION_ERROR_NETWORK, N_("The hall cannot be reached"),
    N_("Nothing answers at this address. Check the address and this computer's network, then try again.") },
  { VIGIL_SESSION_ERROR_TLS, N_("The connection is not secure"),
    N_("The hall's certificate is not trusted, or the address does not use https. Your token was not sent. Ask whoever runs the hall.") },
  { VIGIL_SESSION_ERROR_NOT_A_HALL, N_("This is not a hall"),
    N_("Something answers at this address, but it is not a proctoring hall. Your token was not sent.") },
  { VIGIL_SESSION_ERROR_AUTH, N_("The hall does not accept this token"),
    N_("Check that the whole token was pasted, or ask for a new one.") },
  { VIGIL_SESSION_ERROR_EXPIRED, N_("This token has expired"),
    N_("Ask for a new token and paste it here.") },
  { VIGIL_SESSION_ERROR_FORBIDDEN, N_("Your role may not do this"),
    N_("Ask an administrator of the hall.") },
  { VIGIL_SESSION_ERROR_NOT_FOUND, N_("Not there any more"),
    N_("The hall does not know it. It may have been removed.") },
  { VIGIL_SESSION_ERROR_UNAVAILABLE, N_("The hall is not available now"),
    N_("A part of it is down. Try again in a moment.") },
  { VIGIL_SESSION_ERROR_TIMEOUT, N_("The hall does not answer in time"),
    N_("It may be overloaded, or the network slow. Try again.") },
  { VIGIL_SESSION_ERROR_PROTOCOL, N_("The hall's answer makes no sense"),
    N_("It may be newer or older than this program. Details are in the log.") },
  { VIGIL_SESSION_ERROR_TOO_LARGE, N_("The answer is too large"),
    N_("It was refused to protect this computer. The limit is in Preferences.") },
  { VIGIL_SESSION_ERROR_CLOSED, N_("The connection was closed"),
    N_("The hall or the network ended it. Try again.") },
  { VIGIL_SESSION_ERROR_CONFLICT, N_("Somebody else was faster"),
    N_("It was changed meanwhile. Look at it again and decide anew.") },
  { VIGIL_SESSION_ERROR_INVALID, N_("The hall refused this as malformed"),
    N_("Details are in the log.") },
  { VIGIL_SESSION_ERROR_NO_TRANSPORT, N_("The video connection was lost"),
    N_("Another one is opened by itself.") },
  { VIGIL_SESSION_ERROR_ABANDONED, N_("It is not known whether it arrived"),
    N_("Look at the candidate again before you repeat it.") },
  { VIGIL_SESSION_ERROR_FULL, N_("Too many snapshots wait for the hall"),
    N_("They are kept here and sent by themselves. There is room for another when the hall has taken one.") },
};

static const ErrorWords *
find (const GError *error)
{
  if (error == NULL || error->domain != VIGIL_SESSION_ERROR)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].code == (VigilSessionError) error->code)
      return &words[i];
  return NULL;
}

const char *
vigil_words_error_title (const GError *error)
{
  const ErrorWords *found = find (error);

  return found != NULL ? _(found->title) : _("It did not work");
}

char *
vigil_words_error_body (const GError *error)
{
  const ErrorWords *found = find (error);
  g_autofree char *detail = vigil_redact (error != NULL ? error->message : "");

  if (found != NULL)
    return g_strdup (_(found->body));
  return vigil_words_clean (detail);
}

char *
vigil_words_action_error (const GError *error)
{
  const ErrorWords *found = find (error);
  const char *holder = vigil_session_error_get_holder (error);

  if (holder != NULL)
    {
      g_autofree char *clean = vigil_words_clean (holder);
      g_autofree char *name = vigil_words_subject (clean);

      /* Translators: %s is a colleague. */
      return g_strdup_printf (_("%s looks after this candidate already."), name);
    }
  if (found == NULL)
    return vigil_words_error_body (error);
  /* Translators: first what happened, then what to do about it; two sentences. */
  return g_strdup_printf (_("%s. %s"), _(found->title), _(found->body));
}
