/*
 * An EKG cart and the EKG reader at the small clinic: files as sessions, the reader's answers as
 * packets, orders and the order that is open at the cart.
 */
#ifndef PHIAL_TESTS_MATCHING_EKG_H
#define PHIAL_TESTS_MATCHING_EKG_H

#include "tests/matching/world.h"

/* Whom an order is for. */
struct ekg_patient {
    const char *mrn, *family, *given, *birth_date, *sex;
};

/* What the cart's file says; NULL is "". */
struct ekg_header {
    const char *id, *name, *birth_date, *sex, *recorded_at;
};

/* Orders an EKG, in a turn of its own; gives the order. */
struct store_order_key ekg_order(struct world *w, const struct ekg_patient *patient);
/* Opens it at the cart (or, with order 0, closes it); commits. */
void ekg_open(struct world *w, const char *cart, int64_t order);

void ekg_attach_cart(struct device *d, struct world *w, const char *cart);
void ekg_attach_reader(struct device *d, struct world *w);
/* One file in frames of `piece` bytes (0: one frame), its session ended that way, committed. */
void ekg_send_file(struct device *cart, const char *bytes, size_t piece, enum session_end how);

/* A record with two leads that says so. */
void ekg_fill(struct ecg *e, const struct ekg_header *h);

/* Has ingest hand out the next file; false when there is none. `hash` receives the file's. */
bool ekg_next(struct device *reader, uint8_t hash[32]);
/* The reader's answer to it: waveforms, tracing, end. */
enum error ekg_waveforms(struct device *reader, const struct ecg *e);
enum error ekg_tracing(struct device *reader, const uint8_t hash[32], const struct ecg *e);
enum error ekg_refusal(struct device *reader, const uint8_t hash[32], const char *why);
enum error ekg_done(struct device *reader);
/* All of it, committed. */
void ekg_answer(struct device *reader, const struct ecg *e);
void ekg_refuse(struct device *reader, const char *why);

/* A text of the newest message of kind 'ecg', or of its tracing: valid until the next call. */
const char *ekg_told(struct world *w, const char *sql);

#endif
