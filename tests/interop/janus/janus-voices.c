/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tones that are told apart. */
#include "janus-voices.h"

#include <math.h>

#define RATE 48000
#define WINDOW (RATE / 50)

/* Below this nobody is heard: the quietest is 30 dB louder. */
#define SILENCE_DB -60.0
/* Of the power of a window, of which a tone alone has nearly all; where one fades into another neither has. */
#define DOMINANT 0.8

double
janus_voice_get_hz (guint candidate)
{
  return 400 + 300.0 * (candidate % JANUS_VOICES);
}

static double
get_peak_db (guint candidate)
{
  return -6 - 3.0 * (candidate % JANUS_VOICES);
}

double
janus_voice_get_peak (guint candidate)
{
  return pow (10, get_peak_db (candidate) / 20);
}

double
janus_voice_get_rms_db (guint candidate)
{
  return get_peak_db (candidate) - 3.01;
}

/* The power of one tone in a window: its part in phase, and its part out of it. */
static double
power_of (const gint16 *samples,
          double        hz)
{
  double in = 0, out = 0;

  for (guint i = 0; i < WINDOW; i++)
    {
      double phase = 2 * G_PI * hz * i / RATE;

      in += samples[i] * sin (phase);
      out += samples[i] * cos (phase);
    }
  return 2 * (in * in + out * out) / ((double) WINDOW * WINDOW);
}

static char
read_window (const gint16 *samples)
{
  double all = 0;

  for (guint i = 0; i < WINDOW; i++)
    all += (double) samples[i] * samples[i] / WINDOW;
  if (10 * log10 (all / 32768 / 32768 + 1e-12) < SILENCE_DB)
    return ' ';
  for (guint i = 0; i < JANUS_VOICES; i++)
    if (power_of (samples, janus_voice_get_hz (i)) >= DOMINANT * all)
      return (char) ('a' + i);
  return '?';
}

char *
janus_voices_read (const gint16 *samples,
                   gsize         n,
                   guint        *n_unread)
{
  GString *text = g_string_new (NULL);

  *n_unread = 0;
  for (gsize at = 0; at + WINDOW <= n; at += WINDOW / 2)
    {
      char voice = read_window (samples + at);

      *n_unread += voice == '?';
      if (text->len == 0 || text->str[text->len - 1] != voice)
        g_string_append_c (text, voice);
    }
  return g_string_free (text, FALSE);
}
