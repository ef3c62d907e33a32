/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes of an evidence frame to a picture. */
#define _GNU_SOURCE /* memmem */
#include "vigil-evidence-decode.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

G_DEFINE_QUARK (vigil-evidence-error-quark, vigil_evidence_error)

#define CHUNK 8192
#define MAX_SCANS 100 /* a progressive camera has some ten; a thumbnail has its own */
#define TAIL 4096 /* the end mark stands in the last so many bytes; some cameras append to it */

typedef struct
{
  int      max_side;
  gint64   max_pixels;
  gboolean too_large;
  int      width, height;
} SizeGuard;

static const char *
sniff (const guint8 *data, gsize size)
{
  static const guint8 png[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

  if (size >= 3 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff)
    return "jpeg";
  if (size >= sizeof png && memcmp (data, png, sizeof png) == 0)
    return "png";
  return NULL;
}

/* Where libjpeg finds its next marker from @at on; @size if there is none. */
static gsize
next_marker (const guint8 *data, gsize size, gsize at)
{
  for (; at + 1 < size; at++)
    if (data[at] == 0xff && data[at + 1] != 0xff && data[at + 1] != 0)
      return at + 1;
  return size;
}

/* How the picture is coded, by the first frame header, and that it has no more scans than anybody needs. libjpeg's
 * arithmetic decoder can turn for ever over 180 bytes, and each of thousands of scans goes over all pixels again. */
static gboolean
is_ordinary_jpeg (const guint8 *data, gsize size)
{
  gsize at = 2;
  guint n_scans = 0;

  for (gsize i = 0; i + 1 < size; i++)
    n_scans += data[i] == 0xff && data[i + 1] == 0xda;
  if (n_scans > MAX_SCANS)
    return FALSE;

  while ((at = next_marker (data, size, at)) < size)
    {
      guint8 marker = data[at++];

      if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)
        return marker <= 0xc2;
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7))
        continue;
      if (at + 2 > size)
        break;
      at += (gsize) data[at] << 8 | data[at + 1];
    }
  return TRUE; /* no picture in it at all: the loader says so */
}

/* The PNG loader takes a picture that is cut off for a whole one; half a frame is no evidence. */
static gboolean
has_end (const guint8 *data, gsize size, const char *type)
{
  gsize tail = MIN (size, TAIL);

  if (g_str_equal (type, "png"))
    return memmem (data + size - tail, tail, "IEND", 4) != NULL;
  return memmem (data + size - tail, tail, "\xff\xd9", 2) != NULL;
}

static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  SizeGuard *guard = user_data;
  double scale;

  guard->width = width;
  guard->height = height;
  if (width <= 0 || height <= 0 || (gint64) width * height > guard->max_pixels)
    {
      guard->too_large = TRUE;
      gdk_pixbuf_loader_set_size (loader, 0, 0); /* makes the loader give up; any other size it would allocate */
      return;
    }
  scale = guard->max_side > 0 ? (double) guard->max_side / MAX (width, height) : 1;
  if (scale < 1)
    gdk_pixbuf_loader_set_size (loader, MAX (1, (int) (width * scale)), MAX (1, (int) (height * scale)));
}

/* In small pieces, so that an oversized picture is given up before its pixels are looked at. */
static gboolean
feed (GdkPixbufLoader *loader, const guint8 *data, gsize size, SizeGuard *guard, GError **error)
{
  for (gsize at = 0; at < size && !guard->too_large; at += CHUNK)
    if (!gdk_pixbuf_loader_write (loader, data + at, MIN (CHUNK, size - at), error))
      {
        gdk_pixbuf_loader_close (loader, NULL);
        return FALSE;
      }
  return gdk_pixbuf_loader_close (loader, guard->too_large ? NULL : error);
}

GdkPixbuf *
vigil_evidence_decode_pixels (GBytes *bytes, int max_side, gint64 max_pixels, int *width, int *height, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  const char *type = sniff (data, size);
  g_autoptr (GdkPixbufLoader) loader = NULL;
  g_autoptr (GError) inner = NULL;
  SizeGuard guard = { .max_side = max_side, .max_pixels = max_pixels };
  GdkPixbuf *pixbuf;

  if (type == NULL)
    {
      g_set_error (error, VIGIL_EVIDENCE_ERROR, VIGIL_EVIDENCE_ERROR_FORMAT, "%" G_GSIZE_FORMAT " bytes that are neither JPEG nor PNG", size);
      return NULL;
    }
  if (g_str_equal (type, "jpeg") && !is_ordinary_jpeg (data, size))
    {
      g_set_error (error, VIGIL_EVIDENCE_ERROR, VIGIL_EVIDENCE_ERROR_FORMAT, "a JPEG of a kind that no camera makes");
      return NULL;
    }
  loader = gdk_pixbuf_loader_new_with_type (type, error);
  if (loader == NULL)
    return NULL;
  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), &guard);
  if (!feed (loader, data, size, &guard, &inner) && !guard.too_large)
    {
      g_set_error (error, VIGIL_EVIDENCE_ERROR, VIGIL_EVIDENCE_ERROR_BROKEN, "damaged %s: %s", type, inner->message);
      return NULL;
    }
  if (guard.too_large)
    {
      g_set_error (error, VIGIL_EVIDENCE_ERROR, VIGIL_EVIDENCE_ERROR_TOO_LARGE, "%s announces more than %" G_GINT64_FORMAT " pixels", type, max_pixels);
      return NULL;
    }
  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  if (pixbuf == NULL || !has_end (data, size, type))
    {
      g_set_error (error, VIGIL_EVIDENCE_ERROR, VIGIL_EVIDENCE_ERROR_BROKEN, "%s that is cut off", type);
      return NULL;
    }
  if (width != NULL)
    *width = guard.width;
  if (height != NULL)
    *height = guard.height;
  return g_object_ref (pixbuf);
}

GdkTexture *
vigil_evidence_decode (GBytes *bytes, int max_side, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = vigil_evidence_decode_pixels (bytes, max_side, VIGIL_EVIDENCE_MAX_PIXELS, NULL, NULL, error);

  return pixbuf != NULL ? gdk_texture_new_for_pixbuf (pixbuf) : NULL;
}
