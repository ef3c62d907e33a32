/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the queue. */
#include "vigil-words-triage.h"

#include <glib/gi18n-lib.h>

#include "vigil-words.h"

/* Whole sentences, since languages differ in where the parts go. First: how many, %2$s: the group's name. */
static const char *const lost_by_shared[3][4][2] = {
  [VIGIL_LOST_VIDEO] = {
    [VIGIL_SHARED_WORKER] = { N_("%1$'u candidate on SFU worker %2$s lost video"), N_("%1$'u candidates on SFU worker %2$s lost video") },
    [VIGIL_SHARED_ROOM] = { N_("%1$'u candidate of room %2$s lost video"), N_("%1$'u candidates of room %2$s lost video") },
    [VIGIL_SHARED_NETWORK] = { N_("%1$'u candidate on network %2$s lost video"), N_("%1$'u candidates on network %2$s lost video") },
    [VIGIL_SHARED_EXAM] = { N_("%1$'u candidate lost video%2$s"), N_("%1$'u candidates all over the exam lost video%2$s") },
  },
  [VIGIL_LOST_FACE] = {
    [VIGIL_SHARED_WORKER] = { N_("%1$'u candidate on SFU worker %2$s: no face seen"), N_("%1$'u candidates on SFU worker %2$s: no face seen") },
    [VIGIL_SHARED_ROOM] = { N_("%1$'u candidate of room %2$s: no face seen"), N_("%1$'u candidates of room %2$s: no face seen") },
    [VIGIL_SHARED_NETWORK] = { N_("%1$'u candidate on network %2$s: no face seen"), N_("%1$'u candidates on network %2$s: no face seen") },
    [VIGIL_SHARED_EXAM] = { N_("%1$'u candidate: no face seen%2$s"), N_("%1$'u candidates all over the exam: no face seen%2$s") },
  },
  [VIGIL_LOST_HEARTBEAT] = {
    [VIGIL_SHARED_WORKER] = { N_("%1$'u candidate on SFU worker %2$s lost the connection"), N_("%1$'u candidates on SFU worker %2$s lost the connection") },
    [VIGIL_SHARED_ROOM] = { N_("%1$'u candidate of room %2$s lost the connection"), N_("%1$'u candidates of room %2$s lost the connection") },
    [VIGIL_SHARED_NETWORK] = { N_("%1$'u candidate on network %2$s lost the connection"), N_("%1$'u candidates on network %2$s lost the connection") },
    [VIGIL_SHARED_EXAM] = { N_("%1$'u candidate lost the connection%2$s"), N_("%1$'u candidates all over the exam lost the connection%2$s") },
  },
};

static VigilIncident *
incident_of (VigilTriageItem *item)
{
  GObject *subject = vigil_triage_item_get_subject (item);

  return VIGIL_IS_INCIDENT (subject) ? VIGIL_INCIDENT (subject) : NULL;
}

char *
vigil_words_incident_title (VigilIncident *incident)
{
  const char *const *forms = lost_by_shared[vigil_incident_get_lost (incident)][vigil_incident_get_shared (incident)];
  g_autofree char *name = vigil_incident_get_name (incident) != NULL ? vigil_words_clean (vigil_incident_get_name (incident)) : NULL;
  guint n = vigil_incident_get_n_ever (incident);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (ngettext (forms[0], forms[1], n), n, name != NULL ? name : "");
#pragma GCC diagnostic pop
}

static void
append_common (GString *text, VigilIncident *incident, VigilShared shared, const char *format)
{
  const char *name = vigil_incident_get_in_common (incident, shared);
  g_autofree char *clean = name != NULL && shared != vigil_incident_get_shared (incident) ? vigil_words_clean (name) : NULL;

  if (clean == NULL)
    return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_string_append (text, " · ");
  g_string_append_printf (text, format, clean);
#pragma GCC diagnostic pop
}

char *
vigil_words_incident_detail (VigilIncident *incident)
{
  g_autofree char *span = vigil_words_age (MAX ((vigil_incident_get_span_ms (incident) + 999) / 1000, 1));
  guint now = vigil_incident_get_n_now (incident);
  GString *text = g_string_new (NULL);

  /* Translators: %s is a duration such as "3 s": so much time lies between the first and the last loss. */
  g_string_append_printf (text, _("within %s"), span);
  append_common (text, incident, VIGIL_SHARED_WORKER, _("SFU worker %s"));
  append_common (text, incident, VIGIL_SHARED_ROOM, _("room %s"));
  append_common (text, incident, VIGIL_SHARED_NETWORK, _("network %s"));
  g_string_append (text, " · ");
  if (now == 0)
    g_string_append (text, _("all are back"));
  else
    g_string_append_printf (text, ngettext ("%'u not back yet", "%'u not back yet", now), now);
  return g_string_free (text, FALSE);
}

char *
vigil_words_triage_title (VigilSession *session, VigilTriageItem *item)
{
  VigilViolation *violation = vigil_triage_item_get_violation (item);
  g_autofree char *what = NULL;

  if (incident_of (item) != NULL)
    return vigil_words_incident_title (incident_of (item));
  if (violation == NULL)
    return g_strdup (_("An incident"));
  what = vigil_words_violation (vigil_session_get_policy (session), violation->type);
  return vigil_words_sentence (what);
}

char *
vigil_words_name_and_room (const VigilCandidate *candidate)
{
  g_autofree char *name = vigil_words_clean (candidate->name);
  g_autofree char *room = candidate->room != NULL ? vigil_words_clean (candidate->room) : NULL;

  if (room == NULL)
    return g_steal_pointer (&name);
  /* Translators: a candidate's name, then the room. */
  return g_strdup_printf (_("%s · room %s"), name, room);
}

char *
vigil_words_triage_subject (VigilSession *session, VigilTriageItem *item)
{
  const char *student_id = vigil_triage_item_get_student_id (item);
  const VigilCandidate *candidate = student_id != NULL ? vigil_roster_lookup (vigil_session_get_roster (session), student_id) : NULL;

  if (incident_of (item) != NULL)
    return vigil_words_incident_detail (incident_of (item));
  if (candidate != NULL)
    return vigil_words_name_and_room (candidate);
  return student_id != NULL ? vigil_words_clean (student_id) : g_strdup ("");
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

static char *
incident_words (VigilTriageItem *item)
{
  guint n = vigil_triage_item_get_violations (item)->len;

  if (n > 0)
    /* Translators: how many violations an incident explains. */
    return g_strdup_printf (ngettext ("%'u violation by its cause, not by conduct", "%'u violations by its cause, not by conduct", n), n);
  return vigil_triage_item_get_over (item) ? g_strdup (_("over; nothing is left to decide")) : NULL;
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
      return g_strdup (vigil_triage_item_get_returned (item) ? _("back from snooze; you look after this") : _("you look after this"));
    case VIGIL_TRIAGE_COLLEAGUE:
      return held_by (item);
    case VIGIL_TRIAGE_SNOOZED:
      until = vigil_words_time (vigil_triage_item_get_until_ms (item));
      /* Translators: %s is a time. */
      return g_strdup_printf (_("snoozed until %s"), until);
    case VIGIL_TRIAGE_INCIDENT:
      return incident_words (item);
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
    append (text, g_strdup_printf (ngettext ("%'u incident", "%'u incidents", counts->incidents), counts->incidents));
  if (counts->over > 0)
    /* Translators: how many wait, and how many of them longer than they should. */
    append (text, g_strdup_printf (ngettext ("%'u waits, %'u overdue", "%'u wait, %'u overdue", counts->waiting), counts->waiting, counts->over));
  else if (counts->waiting > 0)
    append (text, g_strdup_printf (ngettext ("%'u waits", "%'u wait", counts->waiting), counts->waiting));
  if (counts->colleagues > 0)
    append (text, g_strdup_printf (_("%'u with colleagues"), counts->colleagues));
  if (counts->snoozed > 0)
    {
      g_autofree char *until = vigil_words_time (counts->next_until_ms);

      /* Translators: how many are put off, and when the first comes back. */
      append (text, g_strdup_printf (_("%'u snoozed, the next until %s"), counts->snoozed, until));
    }
  if (counts->beyond > 0)
    append (text, g_strdup_printf (_("%'u more at the hall"), counts->beyond));
  if (text->len == 0)
    g_string_append (text, _("Nothing waits"));
  return g_string_free (text, FALSE);
}
