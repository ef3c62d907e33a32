/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zeroed memory for arrays that are allocated once at full capacity: pages cost nothing until touched. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** @n elements of @size bytes, all zero, page aligned; aborts like g_malloc() when it cannot.
 *  Only pages that were written take memory. Free with vigil_lazy_array_free(). Any thread. */
gpointer vigil_lazy_array_new (gsize n, gsize size);

/** Frees what vigil_lazy_array_new() gave for the same @n and @size. %NULL is fine. */
void vigil_lazy_array_free (gpointer array, gsize n, gsize size);

G_END_DECLS
