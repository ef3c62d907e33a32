/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made from data/violations.json by tools/violation-strings.py, for translators. Not compiled. */

/* Translators: a violation of type gaze_away: its short name, then a sentence that says what
 * was seen and accuses nobody. */
NC_("violation", "Looking away")
NC_("violation", "Eyes turned away from the screen for a while")

/* Translators: a violation of type low_light: its short name, then a sentence that says what
 * was seen and accuses nobody. */
NC_("violation", "Low light")
NC_("violation", "The picture is too dark to see the face well")

/* Translators: a violation of type head_turned: its short name, then a sentence that says what
 * was seen and accuses nobody. */
NC_("violation", "Head turned")
NC_("violation", "Head turned to the side for a while")

/* Translators: a violation of type no_face: its short name, then a sentence that says what
 * was seen and accuses nobody. */
NC_("violation", "No face")
NC_("violation", "No face seen for a while")

/* Translators: a violation of type tab_switch: its short name, then a sentence that says what
 * was seen and accuses nobody. */
NC_("violation", "Exam page left")
NC_("violation", "Another page or window was in front of the exam")

/* Translators: a violation of type camera_blackout: its short name, then a sentence that says what
 * was seen and accuses nobody. */
NC_("violation", "Camera dark")
NC_("violation", "The camera's picture went dark")

/* Translators: a violation of type multiple_faces: its short name, then a sentence that says what
 * was seen and accuses nobody. */
NC_("violation", "More than one face")
NC_("violation", "More than one face was in the picture")

/* Translators: a violation of type phone_detected: its short name, then a sentence that says what
 * was seen and accuses nobody. */
NC_("violation", "Phone in the picture")
NC_("violation", "Something that looks like a phone was in the picture")

/* Translators: a violation of type identity_mismatch: its short name, then a sentence that says what
 * was seen and accuses nobody. */
NC_("violation", "Face does not match")
NC_("violation", "The face did not match the reference picture")
