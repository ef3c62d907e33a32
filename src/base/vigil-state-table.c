/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A state machine is an enum, a constant table of allowed edges and one transition function. */
#include "vigil-state-table.h"

gboolean
vigil_state_table_allows (const VigilStateTable *table, guint from, guint to)
{
  g_return_val_if_fail (table != NULL, FALSE);

  if (from >= table->n_states || to >= table->n_states)
    return FALSE;
  return (table->edges[from] & (1u << to)) != 0;
}

gboolean
vigil_state_table_move (const VigilStateTable *table,
                        guint                 *state,
                        guint                  to,
                        const char            *who,
                        const char            *why)
{
  guint from;

  g_return_val_if_fail (table != NULL && state != NULL, FALSE);

  from = *state;
  if (!vigil_state_table_allows (table, from, to))
    {
      g_critical ("%s%s%s: no edge %s → %s (%s)", table->name, who != NULL ? " " : "",
                  who != NULL ? who : "",
                  from < table->n_states ? table->names[from] : "?",
                  to < table->n_states ? table->names[to] : "?", why);
      return FALSE;
    }

  g_debug ("%s%s%s: %s → %s (%s)", table->name, who != NULL ? " " : "", who != NULL ? who : "",
           table->names[from], table->names[to], why);
  *state = to;
  return TRUE;
}
