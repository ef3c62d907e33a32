/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with us or the hall, in words. */
#include "vigil-trouble.h"

#include <glib/gi18n-lib.h>

#include "vigil-words.h"

/* A link that is just being made is no trouble. */
#define PATIENCE_US (3 * G_USEC_PER_SEC)

void
vigil_trouble_free (VigilTrouble *self)
{
  if (self == NULL)
    return;
  g_free (self->title);
  g_free (self->text);
  g_free (self);
}

static char *
next_try (const VigilLinkStatus *link, gint64 now_us)
{
  gint64 left = (link->retry_us - now_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

  if (link->state == VIGIL_LINK_REFUSED)
    return g_strdup (_("It is not tried again by itself."));
  if (link->retry_us > 0 && left > 0)
    return g_strdup_printf (_("Next try in %d s."), (int) left);
  return g_strdup (_("Trying now."));
}

char *
vigil_trouble_describe_link (const VigilLinkStatus *link, gint64 now_us)
{
  g_autofree char *since = vigil_words_age ((now_us - link->since_us) / G_USEC_PER_SEC);
  g_autofree char *reason = link->reason != NULL ? vigil_words_clean (link->reason) : NULL;
  g_autofree char *next = NULL;
  g_autofree char *text = NULL;

  if (link->state == VIGIL_LINK_CONNECTED)
    /* Translators: %s is a duration such as "3 min". */
    return g_strdup_printf (_("Connected for %s"), since);
  if (link->state == VIGIL_LINK_OFFLINE)
    return g_strdup (_("Not in use"));
  if (link->state == VIGIL_LINK_RECONNECTING || link->state == VIGIL_LINK_REFUSED)
    next = next_try (link, now_us);
  /* Translators: a state such as "degraded", how long, why, what happens next (the last two may be empty). */
  text = g_strdup_printf (_("%s for %s%s%s%s%s"), vigil_words_link (link->state), since,
                          reason != NULL ? ": " : "", reason != NULL ? reason : "", next != NULL ? "\n" : "", next != NULL ? next : "");
  return vigil_words_sentence (text);
}

static VigilTrouble *
make (char *title, char *text, gboolean severe, VigilRemedy remedy)
{
  VigilTrouble *self = g_new0 (VigilTrouble, 1);

  self->title = title;
  self->text = text;
  self->severe = severe;
  self->remedy = remedy;
  return self;
}

static gboolean
is_down (const VigilLinkStatus *link, gint64 now_us)
{
  switch (link->state)
    {
    case VIGIL_LINK_RECONNECTING:
    case VIGIL_LINK_REFUSED:
      return TRUE;
    case VIGIL_LINK_CONNECTING:
      return now_us - link->since_us > PATIENCE_US;
    case VIGIL_LINK_OFFLINE:
    case VIGIL_LINK_CONNECTED:
    case VIGIL_LINK_DEGRADED:
    default:
      return FALSE;
    }
}

static VigilTrouble *
find_feed (VigilSession *session, gint64 now_us)
{
  const VigilLinkStatus *link = vigil_session_get_link (session, VIGIL_PART_FEED);
  g_autofree char *since = vigil_words_age ((now_us - link->since_us) / G_USEC_PER_SEC);
  g_autofree char *next = NULL;

  if (!is_down (link, now_us))
    return NULL;
  next = next_try (link, now_us);
  return make (g_strdup_printf (_("We lost the connection to the hall %s ago"), since),
               g_strdup_printf (_("What you see is the last we know, with its age. The candidates’ exams are not affected. %s"), next),
               TRUE, VIGIL_REMEDY_RECONNECT);
}

static VigilTrouble *
find_sfu (VigilSession *session, gint64 now_us)
{
  const VigilLinkStatus *link = vigil_session_get_link (session, VIGIL_PART_SFU);
  g_autofree char *since = vigil_words_age ((now_us - link->since_us) / G_USEC_PER_SEC);
  g_autofree char *next = NULL;

  if (!is_down (link, now_us))
    return NULL;
  next = next_try (link, now_us);
  /* Nothing has stopped that never ran. */
  if (link->state == VIGIL_LINK_CONNECTING)
    return make (g_strdup_printf (_("Video has been connecting for %s"), since),
                 g_strdup_printf (_("Scores are live. %s"), next), FALSE, VIGIL_REMEDY_NONE);
  return make (g_strdup_printf (_("Video from the SFU stopped %s ago"), since),
               g_strdup_printf (_("The last pictures are shown with their age; scores are live. %s"), next), FALSE, VIGIL_REMEDY_NONE);
}

static VigilTrouble *
find_degraded (VigilSession *session)
{
  GPtrArray *events = vigil_session_get_degradations (session);
  const VigilHallEvent *event = events != NULL && events->len > 0 ? events->pdata[0] : NULL;
  g_autofree char *reason = event != NULL && event->reason != NULL ? vigil_words_clean (event->reason) : NULL;
  const char *title, *text;

  if (event == NULL)
    return NULL;
  if (g_strcmp0 (event->part, "counting") == 0)
    {
      title = _("The hall is not counting violations at the moment");
      text = _("Scores and video are live.");
    }
  else if (g_strcmp0 (event->part, "evidence") == 0)
    {
      title = _("The hall’s evidence store has trouble");
      text = _("Evidence may be missing or late. Scores and video are live.");
    }
  else if (g_strcmp0 (event->part, "sfu") == 0)
    {
      title = _("The hall’s SFU has trouble");
      text = _("Video may stop or be late. Scores are live.");
    }
  else
    {
      title = _("The hall reports trouble of its own");
      text = _("It is not the candidates’ doing.");
    }
  return make (g_strdup (title), g_strdup_printf ("%s%s%s", text, reason != NULL ? " " : "", reason != NULL ? reason : ""), FALSE, VIGIL_REMEDY_NONE);
}

static VigilTrouble *
find_evidence (VigilSession *session, gint64 now_us)
{
  const VigilLinkStatus *link = vigil_session_get_link (session, VIGIL_PART_EVIDENCE);
  g_autofree char *reason = link->reason != NULL ? vigil_words_clean (link->reason) : NULL;

  if (!is_down (link, now_us) && link->state != VIGIL_LINK_DEGRADED)
    return NULL;
  return make (g_strdup (_("Evidence frames cannot be fetched right now")),
               g_strdup_printf (_("Scores and video are live. %s"), reason != NULL ? reason : ""), FALSE, VIGIL_REMEDY_NONE);
}

VigilTrouble *
vigil_trouble_find (VigilSession *session, gboolean needs_token, gint64 now_us)
{
  VigilTrouble *found;

  g_return_val_if_fail (VIGIL_IS_SESSION (session), NULL);

  if (needs_token)
    return make (g_strdup (_("Your token has expired")),
                 g_strdup (_("Sign in with a new one; the wall stays as it is. The candidates’ exams are not affected.")),
                 TRUE, VIGIL_REMEDY_SIGN_IN);
  found = find_feed (session, now_us);
  if (found == NULL)
    found = find_sfu (session, now_us);
  if (found == NULL)
    found = find_degraded (session);
  if (found == NULL)
    found = find_evidence (session, now_us);
  return found;
}
