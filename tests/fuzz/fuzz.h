/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every fuzz target has: the entry that libFuzzer and the replay program call. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vigil-json.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A programming error that the input provoked is a finding, not a line in a log. */
static inline void
fuzz_init (void)
{
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
}

/* That a refusal says why, in the layer's own words. */
static inline void
fuzz_assert_error (GError **error)
{
  g_assert_nonnull (*error);
  g_assert_true (*error && (*error)->message[0] != '\0');
  g_assert_true (g_utf8_validate ((*error)->message, -1, NULL));
  g_clear_error (error);
}
