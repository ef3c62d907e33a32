/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tile's struct, for the files it is split into: life, drawing, parts, input. */
#pragma once

#include "vigil-frame-slot.h"
#include "vigil-palette.h"
#include "vigil-still-view.h"
#include "vigil-tile.h"

G_BEGIN_DECLS

/* Geometry in logical pixels. */
#define TILE_PAD    4  /* holds the severity border */
#define TILE_STRIP  34 /* below the picture: name, line, badge; grows with large text */
#define TILE_CHIP   20
#define TILE_RADIUS 9

/** A short text and its layout, remade only when the text changes. */
typedef struct
{
  char        *text;
  PangoLayout *layout;
} VigilTileText;

/** What a tile is painted from. Each is kept until what it shows changes: a score repaints no video,
 *  a video frame no text. */
typedef enum
{
  VIGIL_TILE_PART_PICTURE, /* the video, or what stands in its place */
  VIGIL_TILE_PART_GLYPH,   /* top left */
  VIGIL_TILE_PART_CHIPS,   /* top right */
  VIGIL_TILE_PART_REASON,  /* over the lower edge of the picture, if asked for */
  VIGIL_TILE_PART_STRIP,   /* below the picture: name, line, badge, and the card's lower edge */
  VIGIL_N_TILE_PARTS
} VigilTilePart;

struct _VigilTile
{
  GtkWidget parent_instance;

  VigilSession      *session;
  VigilScoreSweeper *sweeper;
  VigilRosterView   *view;
  VigilSlot         *slot;
  gulong             slot_id;
  gulong             section_id;  /* the slot's too */
  VigilHandle        handle;      /* the slot's at the last binding */
  VigilHandle        shown;       /* what the controller and the sweeper count us for; NONE: nothing */

  VigilStream       *stream;      /* while mapped */
  gulong             stream_id;
  VigilFrameSlot    *picture;     /* the stream's, while mapped */
  gulong             picture_id;
  VigilFrame        *frame;       /* taken from @picture while it was this handle's */
  VigilHandle        frame_handle;
  guint              wanted_width, wanted_height;
  VigilStillView    *stills;      /* NULL: none were needed yet */

  GskRenderNode     *parts[VIGIL_N_TILE_PARTS];
  VigilTilePicture   drawn_picture;   /* what the picture's part is of */
  int                scale;           /* of the parts */
  guint              palette_serial;  /* of the parts */

  VigilScoreViewer   viewer;
  VigilScore         score;
  gint64             score_pending_us; /* received_us of a score not drawn yet; 0: none */
  gint64             frame_pending_us;
  gint64             last_frame_draw_us;
  gint64             watched_from_us;  /* boot clock: live pictures are drawn since; what was told is not in it */
  gint64             watched_to_us;    /* …up to the last of them; 0: none */
  gint64             watched_picture_us; /* monotonic: when the last that counted was decoded; of whoever sits here */

  gint64             stale_score_us;
  gint64             stale_video_us;
  gint64             stale_still_us;
  gint64             still_delay_us;
  VigilRung          rung;            /* what is shown at best… */
  gboolean           has_video;       /* …and whether this hall has any */

  VigilTileLook      look;
  VigilTileText      name;
  VigilTileText      line;
  VigilTileText      age;
  VigilTileText      flags;
  VigilTileText      bypass;
  VigilTileText      initials;
  int                text_width;  /* for which name and line were laid out */
  double             turn;

  gboolean           watched_told;    /* to the ledger, up to the last picture */
  gboolean           frame_withdrawn; /* the slot was cleared after we took it */
  gboolean           plain;
  gboolean           hovered;
  gboolean           explained;       /* says why it shows what it shows */
  gboolean           named;             /* to those who read the screen */
  gboolean           accessible_dirty;
  gboolean           fresh;           /* nothing was drawn for who sits here now */
  gboolean           late;            /* …and it is to be drawn in the next frame */
  gboolean           ahead;           /* the parts were drawn while off screen, of who sits here now */
  gboolean           outdated;        /* what is kept may be of somebody else, or old: nothing is drawn before it is made anew */
};

/* vigil-tile.c */
/** Height of the strip below the picture at the desktop's text size. */
int  vigil_tile_get_strip (VigilTile *self);
const VigilCandidate *vigil_tile_get_candidate (VigilTile *self);
/** Whether the frame on hand may be drawn for whoever sits here, and as a live one. */
gboolean vigil_tile_frame_is_ours (VigilTile *self, gboolean *current);
void     vigil_tile_update_accessible (VigilTile *self);
/** Drops whatever is kept of whoever sat here. */
void     vigil_tile_forget (VigilTile *self);
/** Returns: whether it differs from before. */
gboolean vigil_tile_compute_look (VigilTile *self);

/** Why somebody sits here whom the filters or a fold would hide; NULL: nothing would. */
const char *vigil_tile_get_exempt_words (VigilTile *self);
/** Whether any filter is on. */
gboolean vigil_tile_is_filtered (VigilTile *self);

/* vigil-tile-still.c */
/** The newest still of whoever sits here. @still: (out) (optional). Returns: (transfer none) (nullable). */
VigilFrame *vigil_tile_get_still (VigilTile *self, VigilStill **still);
/** What the look says stands in the picture's place: a frame of the video, or a still. (transfer none) (nullable) */
VigilFrame *vigil_tile_get_drawn_frame (VigilTile *self);
/** Asks for stills, or not any more, as the look is now. */
void        vigil_tile_follow_stills (VigilTile *self, const VigilCandidate *candidate);
void        vigil_tile_drop_still (VigilTile *self);

/* vigil-tile-card.c */
/** The section whose card stands here instead of a candidate; NULL: none does. */
const VigilSection *vigil_tile_get_section (VigilTile *self);
void  vigil_tile_draw_card (VigilTile *self, GtkSnapshot *snapshot, const VigilPalette *palette);
/** What a screen reader says of the card. (transfer full) */
char *vigil_tile_describe_card (VigilTile *self);

/* vigil-tile-draw.c */
void vigil_tile_draw (VigilTile *self, GtkSnapshot *snapshot);
/** Makes the parts that the next drawing needs. */
void vigil_tile_draw_ahead (VigilTile *self);
void vigil_tile_picture_rect (VigilTile *self, graphene_rect_t *rect);
/** Where the hover actions are: pin (0) and more (1). */
void vigil_tile_hover_rect (VigilTile *self, int which, graphene_rect_t *rect);

/* vigil-tile-parts.c */
void vigil_tile_drop_texts (VigilTile *self);
/** What the part shows changed; it is drawn anew the next time. */
void vigil_tile_drop_part (VigilTile *self, VigilTilePart part);
void vigil_tile_drop_parts (VigilTile *self);
/* The parts, borrowed until they are dropped; NULL: nothing to draw. */
GskRenderNode *vigil_tile_get_edges (VigilTile *self, const graphene_rect_t *picture, const VigilPalette *palette);
GskRenderNode *vigil_tile_get_picture (VigilTile *self, VigilTilePicture picture, const graphene_rect_t *rect, const VigilPalette *palette);
GskRenderNode *vigil_tile_get_strip_part (VigilTile *self, const graphene_rect_t *picture, const VigilCandidate *candidate, const VigilPalette *palette);
GskRenderNode *vigil_tile_get_glyph (VigilTile *self, const graphene_rect_t *rect, const VigilPalette *palette);
GskRenderNode *vigil_tile_get_chips (VigilTile *self, const graphene_rect_t *rect, const VigilPalette *palette);
/** The actions under the pointer; of one tile at a time, so they are not kept. */
void vigil_tile_draw_hover (VigilTile *self, GtkSnapshot *snapshot, const VigilPalette *palette);

/** The pixels of what @snapshot (transfer full) holds, over whatever is below. (transfer full) */
GskRenderNode *vigil_tile_keep_pixels (VigilTile *self, GtkSnapshot *snapshot, const graphene_rect_t *rect);

/* vigil-tile-reason.c */
/** Why it shows what it shows, over the picture; a part as those above. */
GskRenderNode *vigil_tile_get_reason (VigilTile *self, const graphene_rect_t *picture, const VigilPalette *palette);

/* vigil-tile-watched.c */
/** Its picture is being drawn, a new one or the same again. @live: it is live video, and not called old, a still or nothing. */
void vigil_tile_note_watched (VigilTile *self, gboolean live);
/** Tells the ledger what was watched since the last time. */
void vigil_tile_tell_watched (VigilTile *self);
/** …and nobody watches any more. */
void vigil_tile_end_watched (VigilTile *self);

/* vigil-tile-input.c */
void vigil_tile_init_input (VigilTile *self);
void vigil_tile_class_init_input (GtkWidgetClass *widget_class);
gboolean vigil_tile_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip);

G_END_DECLS
