/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An offer comes from the wire: everything in it may be wrong. */
#include "vigil-offer.h"

#include <gio/gio.h>

#include "vigil-media-error.h"

/* A static offer has a handful of m-lines; more is a mistake or an attack. */
#define MAX_SIZE  (64 * 1024)
#define MAX_MEDIA 16

static gboolean
check_media (const GstSDPMessage  *offer,
             guint                 i,
             GError              **error)
{
  const GstSDPMedia *media = gst_sdp_message_get_media (offer, i);
  const char *kind = gst_sdp_media_get_media (media);

  if (g_strcmp0 (kind, "audio") != 0 && g_strcmp0 (kind, "video") != 0 && g_strcmp0 (kind, "application") != 0)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_OFFER,
                   "offer: m-line %u is neither audio nor video", i);
      return FALSE;
    }
  /* webrtcbin answers only the first format of an m-line; the rest would be silence. */
  if (gst_sdp_media_formats_len (media) < 1)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_OFFER,
                   "offer: m-line %u has no format", i);
      return FALSE;
    }
  if (gst_sdp_media_get_attribute_val (media, "mid") == NULL)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_OFFER,
                   "offer: m-line %u has no a=mid", i);
      return FALSE;
    }

  return TRUE;
}

static gboolean
has_attribute (const GstSDPMessage *offer,
               const char          *name)
{
  if (gst_sdp_message_get_attribute_val (offer, name) != NULL)
    return TRUE;

  for (guint i = 0; i < gst_sdp_message_medias_len (offer); i++)
    {
      if (gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (offer, i), name) == NULL)
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_offer (const GstSDPMessage  *offer,
             GError              **error)
{
  static const char *const required[] = { "ice-ufrag", "ice-pwd", "fingerprint" };
  guint n = gst_sdp_message_medias_len (offer);

  if (n < 1 || n > MAX_MEDIA)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_OFFER,
                   "offer: %u m-lines, expected 1 to %u", n, MAX_MEDIA);
      return FALSE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (required); i++)
    {
      if (!has_attribute (offer, required[i]))
        {
          g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_OFFER,
                       "offer: a=%s is missing", required[i]);
          return FALSE;
        }
    }

  for (guint i = 0; i < n; i++)
    {
      if (!check_media (offer, i, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * vigil_offer_parse:
 * @sdp: the offer's text
 * @error: %VIGIL_MEDIA_ERROR_OFFER, naming what is wrong where
 *
 * Returns: (transfer full) (nullable): the offer. Thread: any, after gst_init().
 */
GstSDPMessage *
vigil_offer_parse (const char  *sdp,
                   GError     **error)
{
  GstSDPMessage *offer = NULL;

  if (sdp == NULL || strlen (sdp) > MAX_SIZE || !g_str_has_prefix (sdp, "v=0") ||
      gst_sdp_message_new_from_text (sdp, &offer) != GST_SDP_OK)
    {
      g_clear_pointer (&offer, gst_sdp_message_free);
      g_set_error_literal (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_OFFER,
                           "offer: not a session description");
      return NULL;
    }

  if (!check_offer (offer, error))
    g_clear_pointer (&offer, gst_sdp_message_free);

  return offer;
}

/* Calls @func with each ICE candidate of the offer. */
static void
each_candidate (const GstSDPMessage *offer,
                void               (*func) (const char *value, gpointer user_data),
                gpointer             user_data)
{
  const char *value;

  for (guint i = 0; i < gst_sdp_message_medias_len (offer); i++)
    {
      const GstSDPMedia *media = gst_sdp_message_get_media (offer, i);

      for (guint j = 0; (value = gst_sdp_media_get_attribute_val_n (media, "candidate", j)) != NULL; j++)
        func (value, user_data);
    }
  for (guint j = 0; (value = gst_sdp_message_get_attribute_val_n (offer, "candidate", j)) != NULL; j++)
    func (value, user_data);
}

/* One word of "foundation component transport priority address port typ …" (RFC 8839). */
typedef enum
{
  WORD_TRANSPORT = 2,
  WORD_ADDRESS = 4,
} Word;

static char *
candidate_word (const char *value,
                Word        which)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 7);

  return g_strv_length (words) >= 6 ? g_strdup (words[which]) : NULL;
}

typedef struct
{
  GPtrArray *addresses;     /* of char* */
  gboolean   all_loopback;
} Loopback;

static void
collect (const char *value,
         gpointer    user_data)
{
  Loopback *found = user_data;
  g_autofree char *word = candidate_word (value, WORD_ADDRESS);
  g_autoptr (GInetAddress) address = word != NULL ? g_inet_address_new_from_string (word) : NULL;
  g_autofree char *text = NULL;

  if (address == NULL || !g_inet_address_get_is_loopback (address))
    {
      found->all_loopback = FALSE;
      return;
    }

  text = g_inet_address_to_string (address);
  if (!g_ptr_array_find_with_equal_func (found->addresses, text, g_str_equal, NULL))
    g_ptr_array_add (found->addresses, g_steal_pointer (&text));
}

/**
 * vigil_offer_dup_loopback:
 *
 * libnice ignores the loopback interface. Naming its addresses makes it gather
 * there, and then only there: so this is for offers that name nothing else.
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the loopback
 * addresses of the offer's ICE candidates; %NULL if there is any other address
 * or no candidate at all
 */
char **
vigil_offer_dup_loopback (const GstSDPMessage *offer)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
  Loopback found = { addresses, TRUE };

  each_candidate (offer, collect, &found);
  if (!found.all_loopback || addresses->len == 0)
    return NULL;

  g_ptr_array_add (addresses, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&addresses), FALSE);
}

static void
note_tcp (const char *value,
          gpointer    user_data)
{
  g_autofree char *word = candidate_word (value, WORD_TRANSPORT);

  if (word != NULL && g_ascii_strcasecmp (word, "tcp") == 0)
    *(gboolean *) user_data = TRUE;
}

/**
 * vigil_offer_has_tcp:
 *
 * Returns: whether the server can be reached over TCP as well, for networks that let no UDP through
 */
gboolean
vigil_offer_has_tcp (const GstSDPMessage *offer)
{
  gboolean found = FALSE;

  each_candidate (offer, note_tcp, &found);
  return found;
}
