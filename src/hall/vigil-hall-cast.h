/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who sits in the hall. */
#pragma once

#include "vigil-hall-private.h"

G_BEGIN_DECLS

/** Makes the exams of @hall, the first of them with its candidates. The store is open. */
void vigil_hall_cast_exams (VigilHall *hall);

G_END_DECLS
