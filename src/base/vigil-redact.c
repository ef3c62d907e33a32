/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes secrets out of anything that is about to be logged or shown. */
#include "vigil-redact.h"

#define MASK "•••"

/* Each pattern keeps group 1 and masks what follows it. Order matters: the wide ones come last. */
static const char *const patterns[] = {
  /* Authorization: Bearer xyz */
  "(\\b(?:bearer|basic)\\s+)[^\\s\"',;]+",
  /* JSON and form members that hold secrets */
  "(\"(?:token|pin|access_token|password|pwd|secret|icePwd|signature|credential|value)\"\\s*:\\s*\")(?:[^\"\\\\]|\\\\.)*",
  "(\\b(?:token|pin|access_token|password|pwd|secret|signature|credential)=)[^\\s&\"'#]+",
  /* SDP: ICE password, DTLS fingerprint, SDES keys */
  "(a=ice-pwd:)[^\\s\\\\]+",
  "(a=fingerprint:\\S+ )[^\\s\\\\\"]+",
  "(a=crypto:)[^\\r\\n\\\\]+",
  /* every query value of a URL: presigned URLs put their signature there */
  "((?:https?|wss?)://[^\\s\"'?#]+\\?)[^\\s\"'#]+",
  /* userinfo of a URL */
  "((?:https?|wss?)://)[^\\s/\"'@]+(?=@)",
  /* a bare JSON Web Token */
  "(\\b)eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.?[A-Za-z0-9_-]*",
};

static GRegex *compiled[G_N_ELEMENTS (patterns)];

static gpointer
compile_once (gpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (GError) error = NULL;

      compiled[i] = g_regex_new (patterns[i], G_REGEX_CASELESS | G_REGEX_OPTIMIZE | G_REGEX_RAW, 0, &error);
      if (compiled[i] == NULL)
        g_error ("redaction pattern %" G_GSIZE_FORMAT ": %s", i, error->message);
    }
  return NULL;
}

char *
vigil_redact (const char *text)
{
  static GOnce once = G_ONCE_INIT;
  char *result;

  if (text == NULL)
    return g_strdup ("");

  g_once (&once, compile_once, NULL);

  result = g_strdup (text);
  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autofree char *before = result;

      result = g_regex_replace (compiled[i], before, -1, 0, "\\1" MASK, 0, NULL);
      /* A pattern that gives up (backtracking limit) must not let the text through. */
      if (result == NULL)
        return g_strdup (MASK);
    }
  return result;
}
