/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU of whichever exam is joined: the hall's own, or the one that the exam names. */
#pragma once

#include "vigil-net-limits.h"
#include "vigil-sfu.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_EXAM_SFU (vigil_exam_sfu_get_type ())
G_DECLARE_FINAL_TYPE (VigilExamSfu, vigil_exam_sfu, VIGIL, EXAM_SFU, GObject)

/** A VigilSfu. @own: what a hall has that names none. @trust: (nullable). Main thread only. */
VigilExamSfu *vigil_exam_sfu_new (VigilSfu *own, GTlsDatabase *trust, const VigilNetLimits *limits);

/** Lets go of what is not the hall's own. */
void          vigil_exam_sfu_close (VigilExamSfu *self);

G_END_DECLS
