/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rtpbin gets for a jitter buffer: no threads, no clock, no delay unless a packet is missing. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_REORDER_ELEMENT (vigil_reorder_element_get_type ())
G_DECLARE_FINAL_TYPE (VigilReorderElement, vigil_reorder_element, VIGIL, REORDER_ELEMENT, GstElement)

GstElement *vigil_reorder_element_new (void);

G_END_DECLS
