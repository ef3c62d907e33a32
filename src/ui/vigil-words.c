/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words people read. */
#include "vigil-words.h"

#include <glib/gi18n-lib.h>
#include <gtk/gtk.h>

#include "vigil-redact.h"

char *
vigil_words_age (gint64 seconds)
{
  if (seconds < 60)
    /* Translators: an age in seconds, as short as possible. */
    return g_strdup_printf (_("%d s"), (int) MAX (seconds, 0));
  if (seconds < 60 * 60)
    /* Translators: an age in minutes, as short as possible. */
    return g_strdup_printf (_("%d min"), (int) (seconds / 60));
  if (seconds < 48 * 60 * 60)
    /* Translators: an age in hours, as short as possible. */
    return g_strdup_printf (_("%d h"), (int) (seconds / 3600));
  /* Translators: an age in days, as short as possible. */
  return g_strdup_printf (_("%d d"), (int) MIN (seconds / 86400, G_MAXINT));
}

char *
vigil_words_late (gint64 seconds)
{
  g_autofree char *age = vigil_words_age (seconds);

  /* Translators: beside or over live video; %s is by how much later its pictures come than they could, such as "3 s". */
  return g_strdup_printf (_("Live, %s late"), age);
}

char *
vigil_words_countdown (gint64 seconds)
{
  int s = (int) CLAMP (seconds, 0, 359999);

  if (s >= 3600)
    return g_strdup_printf ("%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  return g_strdup_printf ("%d:%02d", s / 60, s % 60);
}

char *
vigil_words_time (gint64 epoch_ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (epoch_ms / 1000);
  g_autoptr (GDateTime) when = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (when == NULL || epoch_ms <= 0)
    return g_strdup (_("unknown time"));
  if (g_date_time_get_year (when) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (when) == g_date_time_get_day_of_year (now))
    return g_date_time_format (when, "%H:%M:%S");
  return g_date_time_format (when, "%x %H:%M:%S");
}

char *
vigil_words_since (gint64 seconds)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_seconds (now, (double) -CLAMP (seconds, 0, G_MAXINT));
  g_autofree char *age = vigil_words_age (seconds);
  g_autofree char *time = NULL;

  if (then == NULL)
    return g_steal_pointer (&age);
  time = g_date_time_format (then, g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now) ? "%H:%M" : "%x %H:%M");
  /* Translators: a time of the day such as "14:02", then a duration such as "3 min". */
  return g_strdup_printf (_("since %s, %s"), time, age);
}

const char *
vigil_words_band (VigilBand band)
{
  switch (band)
    {
    case VIGIL_BAND_LOW:
      return C_("severity", "low");
    case VIGIL_BAND_MEDIUM:
      return C_("severity", "medium");
    case VIGIL_BAND_HIGH:
      return C_("severity", "high");
    case VIGIL_BAND_CRITICAL:
      return C_("severity", "critical");
    case VIGIL_N_BANDS:
    default:
      return "";
    }
}

char *
vigil_words_score (int score, VigilBand band)
{
  if (score < 0)
    return g_strdup (_("no score"));
  /* Translators: %d is the score, %s its severity. */
  return g_strdup_printf (_("score %d, %s"), score, vigil_words_band (band));
}

char *
vigil_words_violation (VigilScoringPolicy *policy, const char *type)
{
  const VigilViolationType *known = policy != NULL ? vigil_scoring_policy_lookup (policy, type) : NULL;
  char *text;

  if (known != NULL && known->sentence != NULL)
    return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "violation", known->sentence)); /* po/violations.h */
  text = vigil_words_clean (type);
  g_strdelimit (text, "_-", ' ');
  return text;
}

const char *
vigil_words_verdict (VigilVerdict verdict)
{
  switch (verdict)
    {
    case VIGIL_VERDICT_CONFIRMED:
      return C_("verdict", "confirmed");
    case VIGIL_VERDICT_DISMISSED:
      return C_("verdict", "dismissed");
    case VIGIL_VERDICT_ESCALATED:
      return C_("verdict", "escalated");
    case VIGIL_VERDICT_SNOOZED:
      return C_("verdict", "snoozed");
    case VIGIL_VERDICT_OPEN:
    default:
      return C_("verdict", "open");
    }
}

const char *
vigil_words_role (VigilRole role)
{
  switch (role)
    {
    case VIGIL_ROLE_INVIGILATOR:
      return C_("role", "invigilator");
    case VIGIL_ROLE_REVIEWER:
      return C_("role", "reviewer");
    case VIGIL_ROLE_ADMIN:
      return C_("role", "admin");
    case VIGIL_ROLE_NONE:
    default:
      return C_("role", "no role");
    }
}

typedef struct
{
  const char *nick;
  const char *words;
} Nick;

static char *
from_nicks (const Nick *nicks, gsize n, const char *context, const char *nick)
{
  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (nick, nicks[i].nick) == 0)
      return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, context, nicks[i].words));
  return vigil_words_clean (nick);
}

char *
vigil_words_category (const char *category)
{
  static const Nick nicks[] = {
    { "technical", NC_("bypass category", "Technical problem") },
    { "accommodation", NC_("bypass category", "Accommodation") },
    { "medical", NC_("bypass category", "Medical") },
    { "other", NC_("bypass category", "Other") },
  };

  return from_nicks (nicks, G_N_ELEMENTS (nicks), "bypass category", category);
}

char *
vigil_words_room (const char *room)
{
  g_autofree char *clean = room != NULL && room[0] != '\0' ? vigil_words_clean (room) : NULL;

  if (clean == NULL)
    return g_strdup (_("In no room"));
  if (g_utf8_strlen (clean, -1) > 2)
    return g_steal_pointer (&clean);
  /* Translators: %s is a room's short name, such as "B" or "12". */
  return g_strdup_printf (_("Room %s"), clean);
}

char *
vigil_words_signal (const char *signal_name)
{
  static const Nick nicks[] = {
    { "camera", NC_("proctoring signal", "Camera") },
    { "microphone", NC_("proctoring signal", "Microphone") },
    { "screen", NC_("proctoring signal", "Screen sharing") },
    { "fullscreen", NC_("proctoring signal", "Full screen") },
    { "network", NC_("proctoring signal", "Network") },
  };

  return from_nicks (nicks, G_N_ELEMENTS (nicks), "proctoring signal", signal_name);
}

char *
vigil_words_exam_state (const char *state)
{
  static const Nick nicks[] = {
    { "scheduled", NC_("exam state", "Scheduled") },
    { "running", NC_("exam state", "Running") },
    { "ended", NC_("exam state", "Ended") },
  };

  return from_nicks (nicks, G_N_ELEMENTS (nicks), "exam state", state);
}

const char *
vigil_words_link (VigilLinkState state)
{
  switch (state)
    {
    case VIGIL_LINK_CONNECTING:
      return C_("link", "connecting");
    case VIGIL_LINK_CONNECTED:
      return C_("link", "connected");
    case VIGIL_LINK_DEGRADED:
      return C_("link", "degraded");
    case VIGIL_LINK_RECONNECTING:
      return C_("link", "reconnecting");
    case VIGIL_LINK_REFUSED:
      return C_("link", "refused");
    case VIGIL_LINK_OFFLINE:
    default:
      return C_("link", "offline");
    }
}

const char *
vigil_words_part (VigilPart part)
{
  switch (part)
    {
    case VIGIL_PART_FEED:
      return C_("part of the hall", "Feed");
    case VIGIL_PART_SFU:
      return C_("part of the hall", "SFU");
    case VIGIL_PART_EVIDENCE:
      return C_("part of the hall", "Evidence");
    case VIGIL_N_PARTS:
    default:
      return "";
    }
}

const char *
vigil_words_mode_reason (VigilModeReason reason)
{
  switch (reason)
    {
    case VIGIL_WHY_NOT_STREAMING:
      return _("The camera is not being sent.");
    case VIGIL_WHY_OFF_SCREEN:
      return _("Not on screen.");
    case VIGIL_WHY_NEAR_EDGE:
      return _("Kept ready: it is just past the edge of the wall.");
    case VIGIL_WHY_GRACE:
      return _("Kept ready for a while after it left the screen.");
    case VIGIL_WHY_VISIBLE:
      return _("Live because it is on screen.");
    case VIGIL_WHY_FLAGGED:
      return _("Live because it has open flags.");
    case VIGIL_WHY_PATROL:
      return _("Kept ready: patrol comes to it next.");
    case VIGIL_WHY_CLAIMED:
      return _("Live or ready because you claimed it.");
    case VIGIL_WHY_PINNED:
      return _("Live because it is pinned.");
    case VIGIL_WHY_FOCUSED:
      return _("Live because you opened it.");
    case VIGIL_WHY_OVER_BUDGET:
      return _("As many videos play as Preferences allow.");
    case VIGIL_WHY_OVER_CONNECTIONS:
      return _("As many connections to the video server are open as Preferences allow.");
    case VIGIL_WHY_OVER_LOAD:
      return _("This computer cannot keep up; fewer videos play until it can.");
    case VIGIL_WHY_OVER_NETWORK:
      return _("The network cannot keep up; fewer videos play until it can.");
    case VIGIL_WHY_OVER_CPU:
      return _("The videos use as much of the processor as Preferences allow.");
    case VIGIL_WHY_OVER_BITRATE:
      return _("The videos use as much of the network as Preferences allow.");
    case VIGIL_WHY_OVER_PIXELS:
      return _("The videos are as large together as Preferences allow.");
    case VIGIL_WHY_SETTLING:
      return _("Starts when the wall moves slower.");
    case VIGIL_WHY_RUNG:
      return _("Live video is switched off.");
    case VIGIL_WHY_NOT_OPENED:
      return _("Screen and sound are received while a candidate is opened.");
    case VIGIL_WHY_NO_SOUND:
      return _("Sound cannot be had from this hall's SFU.");
    case VIGIL_N_WHYS:
    default:
      return "";
    }
}

const char *
vigil_words_exempt (gboolean filtered)
{
  return filtered ? _("Shown despite the filters: a critical flag that nobody has attended to")
                  : _("Shown though the room is folded: a critical flag that nobody has attended to");
}

const char *
vigil_words_phase (VigilStreamPhase phase)
{
  switch (phase)
    {
    case VIGIL_PHASE_CHECKING:
      return _("Waiting for the camera");
    case VIGIL_PHASE_CREATING_CONSUMER:
      return _("Asking for video");
    case VIGIL_PHASE_ATTACHING:
      return _("Starting video");
    case VIGIL_PHASE_IDLE:
    case VIGIL_PHASE_PLAYING:
    case VIGIL_PHASE_STOPPED:
    case VIGIL_N_PHASES:
    default:
      return NULL;
    }
}

char *
vigil_words_sentence (const char *text)
{
  g_autofree char *first = NULL;
  g_autofree char *upper = NULL;

  if (text[0] == '\0')
    return g_strdup (text);
  first = g_utf8_substring (text, 0, 1);
  upper = g_utf8_strup (first, -1);
  return g_strconcat (upper, text + strlen (first), NULL);
}

char *
vigil_words_subject (const char *clean)
{
  /* Pango takes the first strong letter for the direction of the whole, also of what an isolate holds. */
  const char *mark = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL ? "\xe2\x80\x8f" : "\xe2\x80\x8e";

  return g_strconcat (mark, "\xe2\x81\xa8", clean, "\xe2\x81\xa9", NULL);
}

char *
vigil_words_clean (const char *text)
{
  GString *out = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  gboolean blank = FALSE;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      /* Direction overrides could make one candidate's line read as another's. */
      if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
        continue;
      if (g_unichar_iscntrl (c) || g_unichar_isspace (c))
        {
          blank = out->len > 0;
          continue;
        }
      if (blank)
        g_string_append_c (out, ' ');
      blank = FALSE;
      g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

char *
vigil_words_reason (const char *reason)
{
  const char *tail = strstr (reason, " (");
  g_autofree char *head = tail != NULL ? g_strndup (reason, (gsize) (tail - reason)) : g_strdup (reason);
  const char *ours = head[0] != '\0' ? g_dpgettext2 (GETTEXT_PACKAGE, "reason", head) : head;
  g_autofree char *all = g_strconcat (ours, tail, NULL);

  return vigil_words_clean (all);
}
