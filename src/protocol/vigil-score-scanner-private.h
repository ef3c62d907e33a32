/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scanner's struct, for the two forms it reads: text and MessagePack. */
#pragma once

#include <string.h>

#include "vigil-score-scanner.h"

G_BEGIN_DECLS

#define MAX_ID_LEN 128
#define MAX_FLAGS 32
#define MAX_FLAG_LEN 128

enum
{
  STUDENT_ID,
  QUIZ_ID,
  SCORE,
  FLAGS,
  TIMESTAMP,
  N_MEMBERS
};

#define REQUIRED_MEMBERS (1u << STUDENT_ID | 1u << QUIZ_ID | 1u << SCORE | 1u << TIMESTAMP)

struct _VigilScoreScanner
{
  char          *single_event;
  char          *batch_event;
  char          *single_prefix; /* 42["proctoring_score", */
  char          *batch_prefix;
  char          *wrapper;
  char          *names[N_MEMBERS];
  gsize          name_lens[N_MEMBERS];
  gboolean       inverted;
  VigilFlagFunc  flag_func;
  gpointer       user_data;
};

/** Returns: the member's number, −1 for a name that is none of them. */
static inline int
vigil_score_scanner_find_member (const VigilScoreScanner *self, const char *name, gsize len)
{
  for (int i = 0; i < N_MEMBERS; i++)
    if (len == self->name_lens[i] && memcmp (name, self->names[i], len) == 0)
      return i;
  return -1;
}

G_END_DECLS
