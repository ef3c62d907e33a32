/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nicks of the field's words: for logs, CSS classes and the wire. */

#include "vigil-types.h"

#include <string.h>

static const char *const source_nicks[VIGIL_N_SOURCES] = { "webcam", "screen", "microphone" };
static const char *const band_nicks[VIGIL_N_BANDS] = { "low", "medium", "high", "critical" };
static const char *const role_nicks[] = { "none", "invigilator", "reviewer", "admin" };
static const char *const mode_nicks[] = { "cold", "warm", "live" };
static const char *const phase_nicks[VIGIL_N_PHASES] = {
  "idle", "checking", "creating_consumer", "attaching", "playing", "stopped",
};

static const char *const rung_nicks[] = { "live", "still", "score" };

static const char *
to_nick (const char *const *nicks,
         guint              n,
         guint              value)
{
  return value < n ? nicks[value] : "unknown";
}

static gboolean
from_nick (const char *const *nicks,
           guint              first,
           guint              n,
           const char        *nick,
           guint             *value)
{
  for (guint i = first; nick != NULL && i < n; i++)
    {
      if (strcmp (nicks[i], nick) == 0)
        {
          *value = i;
          return TRUE;
        }
    }

  return FALSE;
}

/** "webcam", "screen", "microphone"; "unknown" out of range. Any thread. */
const char *
vigil_source_to_nick (VigilSource source)
{
  return to_nick (source_nicks, G_N_ELEMENTS (source_nicks), source);
}

/** Reads a source's nick. Returns: %FALSE, and @source untouched, for any other word. */
gboolean
vigil_source_from_nick (const char  *nick,
                        VigilSource *source)
{
  guint value;

  if (!from_nick (source_nicks, 0, G_N_ELEMENTS (source_nicks), nick, &value))
    return FALSE;

  *source = value;
  return TRUE;
}

/** "low", "medium", "high", "critical"; "unknown" out of range. Any thread. */
const char *
vigil_band_to_nick (VigilBand band)
{
  return to_nick (band_nicks, G_N_ELEMENTS (band_nicks), band);
}

/** Reads a band's nick. Returns: %FALSE, and @band untouched, for any other word. */
gboolean
vigil_band_from_nick (const char *nick,
                      VigilBand  *band)
{
  guint value;

  if (!from_nick (band_nicks, 0, G_N_ELEMENTS (band_nicks), nick, &value))
    return FALSE;

  *band = value;
  return TRUE;
}

/** "none", "invigilator", "reviewer", "admin"; "unknown" out of range. Any thread. */
const char *
vigil_role_to_nick (VigilRole role)
{
  return to_nick (role_nicks, G_N_ELEMENTS (role_nicks), role);
}

/** Reads a role's nick; "none" is no role on the wire. Returns: %FALSE, and @role untouched, for any other word. */
gboolean
vigil_role_from_nick (const char *nick,
                      VigilRole  *role)
{
  guint value;

  if (!from_nick (role_nicks, VIGIL_ROLE_INVIGILATOR, G_N_ELEMENTS (role_nicks), nick, &value))
    return FALSE;

  *role = value;
  return TRUE;
}

/** The phase's name in the design's words; "unknown" out of range. Any thread. */
const char *
vigil_stream_phase_to_nick (VigilStreamPhase phase)
{
  return to_nick (phase_nicks, G_N_ELEMENTS (phase_nicks), phase);
}

/** "cold", "warm", "live"; "unknown" out of range. Any thread. */
const char *
vigil_stream_mode_to_nick (VigilStreamMode mode)
{
  return to_nick (mode_nicks, G_N_ELEMENTS (mode_nicks), mode);
}

/** "live", "still", "score"; "unknown" out of range. Any thread. */
const char *
vigil_rung_to_nick (VigilRung rung)
{
  return to_nick (rung_nicks, G_N_ELEMENTS (rung_nicks), rung);
}

/** Reads a rung's nick. Returns: %FALSE, and @rung untouched, for any other word. */
gboolean
vigil_rung_from_nick (const char *nick,
                      VigilRung  *rung)
{
  guint value;

  if (!from_nick (rung_nicks, 0, G_N_ELEMENTS (rung_nicks), nick, &value))
    return FALSE;

  *rung = value;
  return TRUE;
}
