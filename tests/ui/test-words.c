/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words that do not stand in the source by themselves are translated too, and names are shown as they are. */
#include <glib/gstdio.h>
#include <libintl.h>
#include <locale.h>

#include "vigil-commands.h"
#include "vigil-words.h"

static void
test_violations (void)
{
  g_autoptr (VigilScoringPolicy) policy = vigil_scoring_policy_new_default ();
  g_autofree char *known = vigil_words_violation (policy, "no_face");
  g_autofree char *untranslated = vigil_words_violation (policy, "low_light");
  g_autofree char *unknown = vigil_words_violation (policy, "talks_to-<b>cat</b>");

  g_assert_cmpstr (known, ==, "Neniu vizaĝo dum iom da tempo");
  g_assert_cmpstr (untranslated, ==, "The picture is too dark to see the face well");
  g_assert_cmpstr (unknown, ==, "talks to <b>cat</b>");
}

/* From where nothing is shown, with what a server said of it; and what is not ours as it is. */
static void
test_reasons (void)
{
  g_autofree char *ours = vigil_words_reason ("The SFU closed the video (router\tclosed)");
  g_autofree char *other = vigil_words_reason ("what a server says");
  g_autofree char *empty = vigil_words_reason ("");

  g_assert_cmpstr (ours, ==, "La SFU fermis la videon (router closed)");
  g_assert_cmpstr (other, ==, "what a server says");
  g_assert_cmpstr (empty, ==, "");
}

/* A colleague is named, as they are called and not as markup; without a name somebody was faster. */
static void
test_holder (void)
{
  g_autoptr (GError) error = g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CONFLICT, "taken");
  g_autofree char *nobody = vigil_words_action_error (error);
  g_autofree char *words = NULL;

  vigil_session_error_set_holder (error, "i.okafor");
  words = vigil_words_action_error (error);
  g_assert_nonnull (strstr (words, "i.okafor"));
  g_assert_null (strstr (nobody, "i.okafor"));
}

static void
test_commands (void)
{
  guint n;
  const VigilCommand *commands = vigil_commands_get (&n);

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (commands[i].action, "win.statistics") == 0)
      {
        g_assert_cmpstr (vigil_command_get_title (&commands[i]), ==, "Statistiko");
        return;
      }
  g_assert_not_reached ();
}

/* Every key of the table can be parsed and means one thing in one place. */
static void
test_keys (void)
{
  guint n;
  const VigilCommand *commands = vigil_commands_get (&n);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *all = g_strjoin (" ", commands[i].keys != NULL ? commands[i].keys : "", commands[i].aliases, NULL);
      g_auto (GStrv) each = g_strsplit (g_strstrip (all), " ", -1);

      if (commands[i].action != NULL)
        {
          g_autofree char *name = NULL;
          g_autoptr (GVariant) target = NULL;

          g_assert_true (g_action_parse_detailed_name (commands[i].action, &name, &target, NULL));
        }
      for (guint k = 0; each[k] != NULL; k++)
        {
          guint keyval;
          GdkModifierType modifiers;

          if (each[k][0] == '\0')
            continue;
          g_assert_true (gtk_accelerator_parse (each[k], &keyval, &modifiers));
          /* What is only listed may be in several places: Escape leaves each of them. */
          g_assert_true (g_hash_table_add (seen, commands[i].action != NULL
                                                 ? g_strdup (each[k])
                                                 : g_strdup_printf ("%d %s", commands[i].group, each[k])));
          if (commands[i].where != VIGIL_KEYS_ELSEWHERE && modifiers == 0)
            {
              g_assert_true (vigil_commands_find_key (keyval, 0, commands[i].where) == &commands[i]);
              g_assert_null (vigil_commands_find_key (keyval, GDK_CONTROL_MASK, commands[i].where));
            }
        }
    }
  g_assert_true (vigil_commands_find_key (GDK_KEY_B, GDK_SHIFT_MASK, VIGIL_KEYS_WALL) == vigil_commands_find_key (GDK_KEY_b, 0, VIGIL_KEYS_CANDIDATE));
  g_assert_null (vigil_commands_find_key (GDK_KEY_g, 0, VIGIL_KEYS_CANDIDATE));
}

static void
test_clean (void)
{
  static const struct { const char *wire, *shown; } names[] = {
    { "김민서", "김민서" },
    { "محمد العلي", "محمد العلي" },
    { "<b>Bold</b> & <a href='x'>co</a>", "<b>Bold</b> & <a href='x'>co</a>" },
    { "one\ntwo\t three", "one two three" },
    { "left \xe2\x80\xaetfel", "left tfel" },     /* an override would turn the rest of the line round */
    { "\xe2\x81\xa6isolate\xe2\x81\xa9", "isolate" },
    { "broken \xff", "broken \xef\xbf\xbd" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *shown = vigil_words_clean (names[i].wire);

      g_assert_cmpstr (shown, ==, names[i].shown);
    }
}

/* "Name: what happened" reads in this order also where the name is written from right to left. */
static void
test_subject (void)
{
  g_autofree char *name = vigil_words_subject ("محمد");

  g_assert_cmpstr (name, ==, "\xe2\x80\x8e\xe2\x81\xa8محمد\xe2\x81\xa9");
}

/* gettext wants FOLDER/LANGUAGE/LC_MESSAGES/DOMAIN.mo. */
static char *
install_translation (const char *mo)
{
  char *folder = g_dir_make_tmp ("vigil-words-XXXXXX", NULL);
  g_autofree char *deep = g_build_filename (folder, "eo", "LC_MESSAGES", NULL);
  g_autofree char *target = g_build_filename (deep, GETTEXT_PACKAGE ".mo", NULL);
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_cmpint (g_mkdir_with_parents (deep, 0700), ==, 0);
  g_assert_true (g_file_get_contents (mo, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (target, bytes, (gssize) size, NULL));
  return folder;
}

static void
remove_translation (const char *folder)
{
  static const char *const parts[] = { "eo/LC_MESSAGES/" GETTEXT_PACKAGE ".mo", "eo/LC_MESSAGES", "eo", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *path = g_build_filename (folder, parts[i], NULL);

      g_remove (path);
    }
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = NULL;
  int status;

  g_setenv ("LANGUAGE", "eo", TRUE);
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  folder = install_translation (argv[1]);
  bindtextdomain (GETTEXT_PACKAGE, folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_test_add_func ("/ui/words/violations", test_violations);
  g_test_add_func ("/ui/words/reasons", test_reasons);
  g_test_add_func ("/ui/words/holder", test_holder);
  g_test_add_func ("/ui/words/commands", test_commands);
  g_test_add_func ("/ui/words/keys", test_keys);
  g_test_add_func ("/ui/words/clean", test_clean);
  g_test_add_func ("/ui/words/subject", test_subject);
  status = g_test_run ();
  remove_translation (folder);
  return status;
}
