/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What clients ask for by RTCP, and what is said to them. Pure; any thread. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  VIGIL_HALL_FEEDBACK_PLI,
  VIGIL_HALL_FEEDBACK_FIR,
  VIGIL_HALL_FEEDBACK_NACK,
} VigilHallFeedbackKind;

/* On the RTP thread. @lost: sequence numbers, for a NACK. */
typedef void (*VigilHallFeedbackFunc) (guint32                ssrc,
                                       VigilHallFeedbackKind  kind,
                                       const guint16         *lost,
                                       guint                  n_lost,
                                       gpointer               user_data);

void     vigil_hall_rtcp_read_feedback (guint                  type,
                                        guint                  format,
                                        guint32                media_ssrc,
                                        GstBuffer             *fci,
                                        VigilHallFeedbackFunc  func,
                                        gpointer               user_data);
gboolean vigil_hall_rtcp_peek          (GstBuffer             *compound,
                                        guint32               *ssrc,
                                        gboolean              *has_bye);

G_END_DECLS
