/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A state machine is an enum, a constant table of allowed edges and one transition function. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VigilStateTable:
 * @name: what the machine is called in the log
 * @n_states: how many states, 1..32
 * @names: one nick per state
 * @edges: for each state the set of states it may go to, bit n for state n
 *
 * Immutable; any thread.
 */
typedef struct
{
  const char         *name;
  guint               n_states;
  const char *const  *names;
  const guint32      *edges;
} VigilStateTable;

/** Whether the table has an edge @from → @to. Values out of range have none. Any thread. */
gboolean vigil_state_table_allows (const VigilStateTable *table, guint from, guint to);

/**
 * vigil_state_table_move:
 * @state: the machine's state; assigned here and nowhere else
 * @to: the state to enter
 * @who: (nullable): which instance, for the log
 * @why: the reason, for the log
 *
 * Logs from, to and why. A missing edge leaves @state alone, is a critical and returns %FALSE.
 * Thread: the machine's own.
 */
gboolean vigil_state_table_move (const VigilStateTable *table,
                                 guint                 *state,
                                 guint                  to,
                                 const char            *who,
                                 const char            *why);

G_END_DECLS
