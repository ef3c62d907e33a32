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
  g_autofree char *reason = link->reason != NULL ? vigil_words_reason (link->reason) : NULL;
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

char *
vigil_trouble_describe_sfu_limits (const VigilSfuAbilities *abilities)
{
  GString *text = g_string_new (NULL);

  if (abilities->own_connections)
    g_string_append (text, _("The video server needs a connection for each video; Preferences say how many there may be.\n"));
  if (!abilities->can_pause)
    g_string_append (text, _("The video server cannot pause: videos off screen are closed, and take longer to come back.\n"));
  if (!abilities->has_layers)
    g_string_append (text, _("The video server sends small tiles pictures as large as large ones: fewer can play.\n"));
  if (!abilities->has_sound)
    g_string_append (text, _("The video server gives out no sound.\n"));
  if (text->len == 0)
    return g_string_free (text, TRUE);
  g_string_truncate (text, text->len - 1);
  return g_string_free (text, FALSE);
}

char *
vigil_trouble_describe_stills (VigilSession *session)
{
  VigilStills *stills = vigil_session_get_stills (session);
  GString *text = g_string_new (vigil_session_is_overloaded (session) ? _("This computer or its network cannot keep up at present.")
                                : vigil_session_has_video (session) ? _("You chose to see no live video.") : _("This hall has no live video."));
  gint64 interval_us = vigil_stills_get_interval_us (stills);
  VigilStillCounts counts;

  vigil_stills_get_counts (stills, &counts);
  if (vigil_session_get_rung (session) == VIGIL_RUNG_SCORE)
    return g_string_free (text, FALSE);
  if (interval_us > 0)
    {
      g_autofree char *age = vigil_words_age ((interval_us + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);

      /* Translators: %s is a duration such as "30 s". */
      g_string_append_printf (text, _("\nThe hall has a new still of each candidate every %s."), age);
    }
  if (counts.paused)
    g_string_append (text, _("\nThe hall gives out no stills right now; it is asked again."));
  return g_string_free (text, FALSE);
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

/* What goes on beside a trouble, and no more than does: a sentence, or "". The feed is up, or nobody asks. */
static const char *
what_is_live (VigilSession *session)
{
  if (vigil_session_get_quiet_seconds (session) > 0)
    return "";
  if (!vigil_session_has_video (session) || vigil_session_get_rung (session) != VIGIL_RUNG_LIVE ||
      vigil_session_get_link (session, VIGIL_PART_SFU)->state != VIGIL_LINK_CONNECTED ||
      vigil_stream_controller_get_ladder (vigil_session_get_streams (session), NULL)->cause != VIGIL_LOAD_NONE)
    return _("Scores are live.");
  return _("Scores and video are live.");
}

/* Of what concerns the video itself. */
static const char *
whether_scores_are (VigilSession *session)
{
  return vigil_session_get_quiet_seconds (session) > 0 ? "" : _("Scores are live.");
}

/* Sentences one after the other; those that are "" or NULL are left out. */
static char *
join (const char *first, const char *second, const char *third)
{
  const char *all[] = { first, second, third };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] != NULL && all[i][0] != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", all[i]);
  return g_string_free (text, FALSE);
}

/* Adds what the hall says of it, as a sentence. @reason: (nullable) */
static char *
join_reason (const char *text, const char *reason)
{
  g_autofree char *clean = vigil_words_clean (reason != NULL ? reason : "");
  g_autofree char *words = vigil_words_sentence (clean);
  g_autofree char *sentence = g_strconcat (words, *words != '\0' && !g_str_has_suffix (words, ".") ? "." : "", NULL);

  return join (text, sentence, NULL);
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
                 join (whether_scores_are (session), next, NULL), FALSE, VIGIL_REMEDY_NONE);
  return make (g_strdup_printf (_("Video from the SFU stopped %s ago"), since),
               join (vigil_session_get_rung (session) <= VIGIL_RUNG_STILL ? _("Stills are shown with their age.") : NULL,
                     whether_scores_are (session), next),
               FALSE, VIGIL_REMEDY_NONE);
}

/* An SFU that we cannot make use of is our trouble; that a hall has none is not trouble at all. */
static VigilTrouble *
find_unknown_sfu (VigilSession *session)
{
  const VigilExam *exam = vigil_session_get_exam (session);
  g_autofree char *text = NULL;

  if (exam == NULL || exam->sfu == NULL || exam->sfu->reason == NULL)
    return NULL;
  text = join (_("Stills are shown with their age."), whether_scores_are (session), NULL);
  return make (g_strdup (_("This hall’s live video cannot be shown")), join_reason (text, exam->sfu->reason), FALSE, VIGIL_REMEDY_NONE);
}

/* Fewer videos than there could be, because of us; that nobody notices is none. */
static VigilTrouble *
find_load (VigilSession *session)
{
  VigilStreamController *streams = vigil_session_get_streams (session);
  guint held = vigil_stream_controller_count_reason (streams, VIGIL_WHY_OVER_LOAD) +
               vigil_stream_controller_count_reason (streams, VIGIL_WHY_OVER_NETWORK);
  gint64 since_us;
  const VigilLadder *ladder = vigil_stream_controller_get_ladder (streams, &since_us);
  VigilTrouble *self;
  char *text;

  if (ladder->cause == VIGIL_LOAD_NONE || (ladder->rung == VIGIL_RUNG_LIVE && held == 0))
    return NULL;
  if (ladder->rung == VIGIL_RUNG_SCORE)
    text = join (_("There are neither videos nor stills but of whom you open. Pictures come back by themselves."), whether_scores_are (session), NULL);
  else if (ladder->rung != VIGIL_RUNG_LIVE)
    text = join (_("Stills are shown but of whom you open."), whether_scores_are (session), _("Videos come back by themselves."));
  else
    {
      g_autofree char *tiles = g_strdup_printf (ngettext ("%u tile shows stills, of whoever matters least at present.",
                                                          "%u tiles show stills, of whoever matters least at present.", held), held);

      text = join (tiles, whether_scores_are (session), _("Videos come back by themselves."));
    }
  self = make (g_strdup (ladder->cause == VIGIL_LOAD_NETWORK
                         ? (ladder->rung == VIGIL_RUNG_SCORE ? _("The network is too slow for stills")
                                                             : _("The network cannot carry every video"))
                         : (ladder->rung == VIGIL_RUNG_SCORE ? _("This computer is too busy for stills")
                                                             : _("This computer is too busy to play every video"))), text, FALSE, VIGIL_REMEDY_NONE);
  self->since_us = since_us;
  self->has_since = TRUE;
  return self;
}

static VigilTrouble *
find_quiet (VigilSession *session)
{
  int seconds = vigil_session_get_quiet_seconds (session);
  g_autofree char *age = seconds > 0 ? vigil_words_age (seconds) : NULL;

  if (seconds == 0)
    return NULL;
  /* Translators: %s is a duration such as "14 s". */
  return make (g_strdup_printf (_("No scores have come for %s"), age),
               g_strdup (_("The connection is up; the trouble is ours or the hall’s, not the candidates’. A score that is old says so.")),
               TRUE, VIGIL_REMEDY_NONE);
}

typedef struct
{
  const char *part;  /* as the hall calls it */
  const char *title;
  const char *text;
  enum { SAYS_NOTHING, SAYS_SCORES, SAYS_ALL } goes_on; /* what it says beside that goes on */
} Degraded;

static const Degraded degraded_parts[] = {
  { "feed", N_("Scores from the hall are late or incomplete"), N_("A score that is old says so."), SAYS_NOTHING },
  { "counting", N_("The hall is not counting violations at the moment"), NULL, SAYS_ALL },
  { "store", N_("The hall cannot save at the moment"), N_("What you decide may have to wait; it is not lost."), SAYS_ALL },
  { "sfu", N_("The hall’s SFU has trouble"), N_("Video may stop or be late."), SAYS_SCORES },
  { "evidence", N_("The hall’s evidence store has trouble"), N_("Evidence may be missing or late."), SAYS_ALL },
};

/* @text: (nullable): translated. */
static char *
describe_degraded (VigilSession *session, const Degraded *part, const char *text, const char *reason)
{
  g_autofree char *all = join (text, part->goes_on == SAYS_ALL ? what_is_live (session)
                                     : part->goes_on == SAYS_SCORES ? whether_scores_are (session) : NULL, NULL);

  return join_reason (all, reason);
}

static VigilTrouble *
make_degraded (VigilSession *session, const VigilHallEvent *event)
{
  VigilTrouble *self = NULL;

  for (gsize i = 0; self == NULL && i < G_N_ELEMENTS (degraded_parts); i++)
    if (g_strcmp0 (event->part, degraded_parts[i].part) == 0)
      {
        /* In a hall without live video its captures are all there is to see. */
        gboolean sees_captures = g_strcmp0 (event->part, "evidence") == 0 && !vigil_session_has_video (session);
        const char *text = sees_captures ? _("Stills and evidence may be missing or late.")
                                         : degraded_parts[i].text != NULL ? _(degraded_parts[i].text) : NULL;

        self = make (g_strdup (_(degraded_parts[i].title)), describe_degraded (session, &degraded_parts[i], text, event->reason), FALSE, VIGIL_REMEDY_NONE);
      }
  if (self == NULL)
    {
      g_autofree char *part = vigil_words_clean (event->part);

      /* Translators: %s is a part of the hall as the hall calls it. */
      self = make (g_strdup_printf (_("The hall reports trouble with “%s”"), part),
                   join_reason (_("It is not the candidates’ doing."), event->reason), FALSE, VIGIL_REMEDY_NONE);
    }
  self->since_us = vigil_session_get_degraded_since_us (session, event->part);
  self->has_since = TRUE;
  return self;
}

/* In the order of the table, whatever the order in which the hall said it; what is not in it comes last. */
static void
add_degraded (GPtrArray *list, VigilSession *session)
{
  GPtrArray *events = vigil_session_get_degradations (session);

  for (gsize i = 0; i <= G_N_ELEMENTS (degraded_parts); i++)
    for (guint k = 0; events != NULL && k < events->len; k++)
      {
        const VigilHallEvent *event = g_ptr_array_index (events, k);
        gsize at = 0;

        while (at < G_N_ELEMENTS (degraded_parts) && g_strcmp0 (event->part, degraded_parts[at].part) != 0)
          at++;
        if (at == i)
          g_ptr_array_add (list, make_degraded (session, event));
      }
}

static gboolean
hall_reports (VigilSession *session, const char *part)
{
  return vigil_session_get_degraded_since_us (session, part) != 0;
}

static VigilTrouble *
find_evidence (VigilSession *session, gint64 now_us)
{
  const VigilLinkStatus *link = vigil_session_get_link (session, VIGIL_PART_EVIDENCE);
  g_autofree char *reason = link->reason != NULL ? vigil_words_reason (link->reason) : NULL;

  if (!is_down (link, now_us) && link->state != VIGIL_LINK_DEGRADED)
    return NULL;
  return make (g_strdup (_("Evidence frames cannot be fetched right now")),
               join (what_is_live (session), reason, NULL), FALSE, VIGIL_REMEDY_NONE);
}

static void
add (GPtrArray *list, VigilTrouble *trouble)
{
  if (trouble != NULL)
    g_ptr_array_add (list, trouble);
}

GPtrArray *
vigil_trouble_list (VigilSession *session, gboolean needs_token, gint64 now_us)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_trouble_free);

  g_return_val_if_fail (VIGIL_IS_SESSION (session), NULL);

  if (needs_token)
    add (list, make (g_strdup (_("Your token has expired")),
                     g_strdup (_("Sign in with a new one; the wall stays as it is. The candidates’ exams are not affected.")),
                     TRUE, VIGIL_REMEDY_SIGN_IN));
  else
    add (list, find_feed (session, now_us));
  /* Without a connection nothing else can be known, and all of it follows from that. */
  if (list->len > 0)
    return g_steal_pointer (&list);

  add (list, find_quiet (session));
  add (list, find_sfu (session, now_us));
  add (list, find_load (session));
  add (list, find_unknown_sfu (session));
  add_degraded (list, session);
  if (!hall_reports (session, "evidence"))
    add (list, find_evidence (session, now_us));
  return g_steal_pointer (&list);
}

char *
vigil_trouble_describe_since (const VigilTrouble *self, gint64 now_us)
{
  return self->has_since ? vigil_words_since ((now_us - self->since_us) / G_USEC_PER_SEC) : g_strdup ("");
}
