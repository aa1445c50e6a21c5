/*
 * What files of several makers tell alike, put into the form of a record: names in parts, words for
 * sex, statements with their reasons, measurements, samples of 16 bits.
 */
#ifndef PHIAL_INSTRUMENTS_ECG_TOLD_H
#define PHIAL_INSTRUMENTS_ECG_TOLD_H

#include "core/model/ecg.h"

/* `FAMILY^GIVEN^MIDDLE` without empty parts at its end; "" when all three are. */
enum error ecg_told_name(struct arena *a, const char *family, const char *given, const char *middle,
                         const char **out);

/* "F", "M", "X" or "U" for Female, male, M, Unknown ... in either case; else `text` itself. */
const char *ecg_told_sex(const char *text);

/* Appends a statement, word for word: "TEXT", or "TEXT - REASON" when the cart gives its reason
 * beside it; nothing when both are "". What the list cannot hold is said in the complaints. */
enum error ecg_told_statement(struct arena *a, struct ecg *e, const char *text, const char *reason);

/* A filter line, formatted. */
enum error ecg_told_filter(struct arena *a, struct ecg *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* `text` when it is a number, else "": a cart writes Failed, Indeterminate, --- for what it could
 * not measure. */
const char *ecg_told_number(const char *text);

/* Little-endian 16-bit numbers with a sign; an odd byte at the end is not looked at.
 * ERROR_TOO_BIG beyond LIMIT_ECG_SAMPLES, ERROR_NO_MEMORY. */
enum error ecg_told_samples(struct arena *a, struct span bytes, int32_t **out, size_t *count);

#endif
