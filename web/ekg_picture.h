/*
 * Pictures of EKGs, and the files behind them, once core has allowed and recorded the look.
 *
 * Invariants:
 *  - What is signed is what was shown: an answer that is a PDF carries the SHA-256 of its very
 *    bytes in the header EKG_PICTURE, and the view it was drawn in in EKG_LAYOUT; the page sends
 *    both back with the overread.
 *  - At most EKG_ROOM bytes of pictures and files wait to be sent at a time; one is drawn at a
 * time.
 */
#ifndef PHIAL_WEB_EKG_PICTURE_H
#define PHIAL_WEB_EKG_PICTURE_H

#include "web/server.h"

enum { EKG_ROOM = 64 * 1024 * 1024 };

#define EKG_PICTURE "X-Phial-Picture"
#define EKG_LAYOUT "X-Phial-Layout"

/* Reads the address and its options into `r->ekg`. */
enum error ekg_picture_parse(struct request *r, const char *path, struct complaint *why);
/* What core is asked. NULL when memory is out. */
json_t *ekg_picture_view(const struct request *r);
/* Whether the page that an overread names was drawn here, of its tracing and in its layout. A
 * cart's own document is not drawn: of that core knows the bytes. */
enum error ekg_picture_shown(const struct request *r, json_t *overread, struct complaint *why);
/* Fills the answer. */
void ekg_picture_answer(struct request *r);
/* The request is over: its bytes count no longer. */
void ekg_picture_done(struct request *r);

#endif
