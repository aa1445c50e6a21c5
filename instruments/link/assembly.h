/*
 * One session's frames joined to message text.
 *
 * Invariants: text holds the joined text of the accepted frames since the last whole message,
 * never bytes of a frame that was refused and never bytes of another session. A frame is tried
 * first (assembly_try: its text is appended), then either accepted or undone.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_ASSEMBLY_H
#define PHIAL_INSTRUMENTS_LINK_ASSEMBLY_H

#include "instruments/link/framing.h"

struct assembly {
    struct buffer text;       /* LIMIT_MESSAGE at most */
    struct buffer last_bytes; /* the last accepted frame as it came */
    unsigned last_number;
    size_t accepted; /* frames of this session */
    bool more;       /* the last accepted frame announced another (ETB) */
    size_t undo;     /* text length before the tried frame */
};

enum assembly_verdict {
    ASSEMBLY_NEXT,   /* to be kept */
    ASSEMBLY_REPEAT, /* the last accepted frame once more: number and bytes (DESIGN 3.4) */
    ASSEMBLY_REUSED, /* the last number with other bytes */
    ASSEMBLY_WRONG,  /* any other number */
};

void assembly_init(struct assembly *a);
void assembly_free(struct assembly *a);
/* A new session begins. */
void assembly_clear(struct assembly *a);
/* What this frame is; `bytes` as it came. The first frame of a session may have any number. */
enum assembly_verdict assembly_judge(const struct assembly *a, const struct frame_view *view,
                                     struct span bytes);
enum error assembly_try(struct assembly *a, const struct frame_view *view);
void assembly_undo(struct assembly *a);
/* The tried frame is on disk. True when the text is now a whole message: the caller hands it on
 * and calls assembly_handed_on. ERROR_NO_MEMORY leaves the frame as if undone. */
enum error assembly_accept(struct assembly *a, const struct frame_view *view, struct span bytes,
                           bool *whole);
void assembly_handed_on(struct assembly *a);
/* True when text is left that says something: not only line ends. */
bool assembly_has_rest(const struct assembly *a);

/* Appends a frame's text. A frame with ETX ends a record, whether it carries the CR or not. */
enum error assembly_join(struct buffer *text, const struct frame_view *view);
/* True when the text ends in a complete terminator record (LIS02-A2: L). */
bool assembly_is_whole(struct span text);

#endif
