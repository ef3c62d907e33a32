/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes JSON straight into a GString: what the hall sends is built once and never as a tree.
 *
 * @name is NULL inside an array. Commas are put by themselves. One thread at a time.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

void vigil_hall_write_name         (GString *out, const char *name);
void vigil_hall_write_begin_object (GString *out, const char *name);
void vigil_hall_write_end_object   (GString *out);
void vigil_hall_write_begin_array  (GString *out, const char *name);
void vigil_hall_write_end_array    (GString *out);

/** A string, escaped; null where @value is %NULL. */
void vigil_hall_write_string       (GString *out, const char *name, const char *value);
void vigil_hall_write_int          (GString *out, const char *name, gint64 value);
/** Epoch milliseconds; null where @ms is 0. */
void vigil_hall_write_time         (GString *out, const char *name, gint64 ms);
void vigil_hall_write_bool         (GString *out, const char *name, gboolean value);
void vigil_hall_write_null         (GString *out, const char *name);
/** @json as it stands: the caller answers for it. null where @json is %NULL. */
void vigil_hall_write_raw          (GString *out, const char *name, const char *json);
/** An array of strings; @values: (nullable): %NULL is the empty array. */
void vigil_hall_write_strings      (GString *out, const char *name, const char *const *values);
/** A tree of json-glib's, as the SFU makes them. */
void vigil_hall_write_object       (GString *out, const char *name, JsonObject *object);

/** Only the digits of @value, without a name or a comma. */
void vigil_hall_append_int         (GString *out, gint64 value);

G_END_DECLS
