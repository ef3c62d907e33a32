/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A certificate for 127.0.0.1, made by whoever needs one: nobody keeps a key in a source tree. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Writes PEM files for two days: itself @certificate, its key @key. */
gboolean certificate_make  (const char *certificate, const char *key, GError **error);
/** Whoever shows it is believed from now on, by all of this process; %NULL: as it was. */
void     certificate_trust (const char *certificate);

G_END_DECLS
