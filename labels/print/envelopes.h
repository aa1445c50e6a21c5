/* Inside labels/print: what language.c puts into its rows; one source file for each language. */
#ifndef PHIAL_LABELS_PRINT_ENVELOPES_H
#define PHIAL_LABELS_PRINT_ENVELOPES_H

#include "labels/print/language.h"

enum error zpl_wrap(const struct bitmap *, const struct envelope *, struct buffer *);
enum report_found zpl_read(struct span, size_t *, struct printer_report *);

enum error epl2_wrap(const struct bitmap *, const struct envelope *, struct buffer *);
enum report_found epl2_read(struct span, size_t *, struct printer_report *);

enum error tspl_wrap(const struct bitmap *, const struct envelope *, struct buffer *);
enum report_found tspl_read(struct span, size_t *, struct printer_report *);

enum error brother_area(struct media, unsigned, int *, int *);
enum error brother_wrap(const struct bitmap *, const struct envelope *, struct buffer *);
enum report_found brother_read(struct span, size_t *, struct printer_report *);

enum error dymo_area(struct media, unsigned, int *, int *);
/* The picture on the paper, for both models; bitmap_free gives it back. */
enum error dymo_place(const struct bitmap *, const struct envelope *, struct bitmap *);
enum error dymo450_wrap(const struct bitmap *, const struct envelope *, struct buffer *);
enum report_found dymo450_read(struct span, size_t *, struct printer_report *);
enum error dymo550_wrap(const struct bitmap *, const struct envelope *, struct buffer *);
enum report_found dymo550_read(struct span, size_t *, struct printer_report *);

/* Sentences that several printers have a bit for. */
#define FAULT_OPEN "The label printer's head is open: close it."
#define FAULT_EMPTY "The label printer is out of labels: load a roll."
#define FAULT_RIBBON "The label printer is out of ribbon: load one."
#define FAULT_PAUSED "The label printer is paused: press its pause key."
#define FAULT_JAM "Labels are jammed in the label printer: open it and take them out."
#define FAULT_OTHER "The label printer reports an error: look at its lights and its display."

struct fault_bit {
    unsigned mask;
    const char *sentence;
};
/* The first that is set; NULL when none is. */
const char *fault_of_bits(const struct fault_bit *table, size_t count, unsigned bits);

/* A row of dots with every dot turned over, as languages want it for which 0 is dark; what lies
 * beyond the width stays white. */
enum error envelope_put_white_rows(const struct bitmap *picture, struct buffer *out);

#endif
