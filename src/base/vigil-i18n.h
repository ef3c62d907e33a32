/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks a reason that is chosen where nothing is shown: English in the log, translated by vigil_words_reason() where a person reads it. */
#pragma once

#ifndef NC_
#define NC_(context, text) (text)
#endif
