/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hall is told on its command line. A plain value. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char    *name;             /* display name of the hall */
  char    *listen;           /* address */
  int      port;             /* 0: any free one */
  int      candidates;
  double   score_rate;       /* messages a second in all; 0: none */
  int      batch_ms;         /* 0: one message per score */
  double   score_noise;      /* ± points added to each score sent: benchmarks only */
  int      publish;          /* candidates with a webcam; −1: all */
  gboolean screens;          /* publishing candidates share their screen too */
  gboolean microphones;      /* … and their microphone */
  gboolean plain;            /* no machine-readable marker along the top of the pictures */
  int      width;
  int      height;
  int      rate;             /* frames per second */
  int      looks;            /* different people; 0: one per candidate */
  int      prepare;          /* webcams that must be playable before the hall is ready; 0: none */
  int      seed;
  double   activity;         /* share of candidates that show something at any time */
  double   churn;            /* share of candidates that lose their connection, a minute */
  double   absent;           /* share of candidates that are not there yet at the start */
  int      networks;         /* that the candidates' connections come through */
  int      workers;          /* of the SFU, as the candidates are told apart by it */
  int      captures;         /* seconds between two pictures of a candidate, streaming or not */
  gboolean no_sfu;           /* nothing is produced and nothing can be consumed */
  gboolean no_stills;        /* without the route of stills: a fault */
  int      claim_seconds;    /* a claim outlives its holder's last console by this; 0: for ever */
  int      score_window;     /* a violation counts for so many of its TTLs */
  char    *evidence_dir;     /* NULL: temporary */
  char    *database;         /* NULL: temporary */
  char   **tokens;           /* "role=TOKEN" */
  char   **faults;           /* "op[,key=value…][@SECONDS]" */
  gboolean control;          /* POST /control */
  gboolean ready;            /* print the ready line on stdout */
  int      ready_fd;         /* … on this descriptor instead; −1: none */
  gboolean quit_on_stdin_eof;
  int      ping_interval_ms;
  int      ping_timeout_ms;
  int      url_seconds;      /* life of a presigned URL */
  int      http_rate;        /* requests a second of one token; 0: unlimited */
  int      socket_rate;      /* requests a second of one console; 0: unlimited */
  int      events_interval_ms;
} VigilHallOptions;

void vigil_hall_options_init  (VigilHallOptions *self);
void vigil_hall_options_clear (VigilHallOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VigilHallOptions, vigil_hall_options_clear)

/** Reads the command line, --help included. Errors: G_OPTION_ERROR. */
gboolean vigil_hall_options_parse (VigilHallOptions *self, int *argc, char ***argv, GError **error);

G_END_DECLS
