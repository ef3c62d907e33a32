/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the queue. */
#include "vigil-words-triage.h"

#include <glib/gi18n-lib.h>

#include "vigil-words.h"

char *
vigil_words_triage_title (VigilSession *session, VigilTriageItem *item)
{
  VigilViolation *violation = vigil_triage_item_get_violation (item);
  g_autofree char *what = NULL;

  if (violation == NULL)
    return g_strdup (_("An incident"));
  what = vigil_words_violation (vigil_session_get_policy (session), violation->type);
  return vigil_words_sentence (what);
}

char *
vigil_words_triage_subject (VigilSession *session, VigilTriageItem *item)
{
  const char *student_id = vigil_triage_item_get_student_id (item);
  const VigilCandidate *candidate = student_id != NULL ? vigil_roster_lookup (vigil_session_get_roster (session), student_id) : NULL;
  g_autofree char *name = NULL;
  g_autofree char *room = NULL;

  if (student_id == NULL)
    return g_strdup ("");
  name = vigil_words_clean (candidate != NULL ? candidate->name : student_id);
  room = candidate != NULL && candidate->room != NULL ? vigil_words_clean (candidate->room) : NULL;
  if (room == NULL)
    return g_steal_pointer (&name);
  /* Translators: a candidate's name, then the room. */
  return g_strdup_printf (_("%s · room %s"), name, room);
}

static char *
held_by (VigilTriageItem *item)
{
  g_autofree char *who = vigil_words_clean (vigil_triage_item_get_claimed_by (item));

  /* Translators: %s is a colleague who looks after a candidate. */
  return g_strdup_printf (_("%s looks after this"), who);
}

static char *
escalated_by (VigilTriageItem *item)
{
  VigilViolation *violation = vigil_triage_item_get_violation (item);
  g_autofree char *who = violation->decided_by != NULL ? vigil_words_clean (violation->decided_by) : NULL;

  if (who == NULL)
    return g_strdup (_("handed up to you"));
  /* Translators: %s is a colleague. */
  return g_strdup_printf (_("handed up by %s"), who);
}

char *
vigil_words_triage_state (VigilSession *session, VigilTriageItem *item)
{
  g_autofree char *until = NULL;

  if (vigil_triage_item_get_sending (item))
    return g_strdup (_("decided; waiting for the hall…"));
  switch (vigil_triage_item_get_state (item))
    {
    case VIGIL_TRIAGE_MINE:
      return g_strdup (_("you look after this"));
    case VIGIL_TRIAGE_COLLEAGUE:
      return held_by (item);
    case VIGIL_TRIAGE_SNOOZED:
      until = vigil_words_time (vigil_triage_item_get_until_ms (item));
      /* Translators: %s is a time. */
      return g_strdup_printf (_("snoozed until %s"), until);
    case VIGIL_TRIAGE_INCIDENT:
      return NULL;
    case VIGIL_TRIAGE_WAITING:
    default:
      break;
    }
  if (vigil_triage_is_claiming (vigil_session_get_triage (session), vigil_triage_item_get_student_id (item)))
    return g_strdup (_("asking the hall for it…"));
  if (vigil_triage_item_get_escalated (item))
    return escalated_by (item);
  return vigil_triage_item_get_returned (item) ? g_strdup (_("back from snooze")) : NULL;
}

char *
vigil_words_triage_age (VigilTriageItem *item, gint64 now_ms)
{
  g_autofree char *age = vigil_words_age (MAX (now_ms - vigil_triage_item_get_at_ms (item), 0) / 1000);

  if (vigil_triage_item_get_due (item) != VIGIL_DUE_OVER)
    return g_steal_pointer (&age);
  /* Translators: how long a violation has waited, and that nobody came in time. */
  return g_strdup_printf (_("%s, overdue"), age);
}

static void
append (GString *text, char *part)
{
  g_autofree char *owned = part;

  g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", owned);
}

char *
vigil_words_triage_counts (const VigilTriageCounts *counts)
{
  GString *text = g_string_new (NULL);

  if (counts->incidents > 0)
    append (text, g_strdup_printf (ngettext ("%u incident", "%u incidents", counts->incidents), counts->incidents));
  if (counts->over > 0)
    /* Translators: how many wait, and how many of them longer than they should. */
    append (text, g_strdup_printf (ngettext ("%u waits, %u overdue", "%u wait, %u overdue", counts->waiting), counts->waiting, counts->over));
  else if (counts->waiting > 0)
    append (text, g_strdup_printf (ngettext ("%u waits", "%u wait", counts->waiting), counts->waiting));
  if (counts->colleagues > 0)
    append (text, g_strdup_printf (_("%u with colleagues"), counts->colleagues));
  if (counts->snoozed > 0)
    {
      g_autofree char *until = vigil_words_time (counts->next_until_ms);

      /* Translators: how many are put off, and when the first comes back. */
      append (text, g_strdup_printf (_("%u snoozed, the next until %s"), counts->snoozed, until));
    }
  if (counts->beyond > 0)
    append (text, g_strdup_printf (_("%u more at the hall"), counts->beyond));
  if (text->len == 0)
    g_string_append (text, _("Nothing waits"));
  return g_string_free (text, FALSE);
}
