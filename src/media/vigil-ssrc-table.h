/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which SSRCs may exist in a transport, and where their packets go. */
#pragma once

#include "vigil-packet-sink.h"

G_BEGIN_DECLS

/**
 * Reference counted; any thread.
 *
 * An SSRC that is removed and added again belongs to somebody else: of the former holder is remembered what tells his
 * packets from the next one's (VigilSuccession).
 */
typedef struct _VigilSsrcTable VigilSsrcTable;

VigilSsrcTable  *vigil_ssrc_table_new      (void);
VigilSsrcTable  *vigil_ssrc_table_ref      (VigilSsrcTable  *self);
void             vigil_ssrc_table_unref    (VigilSsrcTable  *self);

gboolean         vigil_ssrc_table_add      (VigilSsrcTable  *self,
                                            guint32          ssrc,
                                            guint            clock_rate,
                                            VigilPacketSink *sink);
gboolean         vigil_ssrc_table_remove   (VigilSsrcTable  *self,
                                            guint32          ssrc);
void             vigil_ssrc_table_set_host (VigilSsrcTable  *self,
                                            guint            clock_rate,
                                            VigilPacketSink *sink);
gboolean         vigil_ssrc_table_may_knock (VigilSsrcTable *self,
                                            guint32          ssrc,
                                            guint16          seq,
                                            gint64           now_us);
gboolean         vigil_ssrc_table_may_report (VigilSsrcTable *self,
                                            guint32          ssrc);
gboolean         vigil_ssrc_table_contains (VigilSsrcTable  *self,
                                            guint32          ssrc);
gboolean         vigil_ssrc_table_admit    (VigilSsrcTable  *self,
                                            guint32          ssrc,
                                            guint16          seq,
                                            guint32          timestamp,
                                            gint64           now_us);
void             vigil_ssrc_table_keep_rollover (VigilSsrcTable *self,
                                            guint32          ssrc,
                                            guint32          roc);
guint32          vigil_ssrc_table_get_rollover (VigilSsrcTable *self,
                                            guint32          ssrc);
VigilPacketSink *vigil_ssrc_table_dup_sink (VigilSsrcTable  *self,
                                            guint32          ssrc);
void             vigil_ssrc_table_clear    (VigilSsrcTable  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSsrcTable, vigil_ssrc_table_unref)

G_END_DECLS
