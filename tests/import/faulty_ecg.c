/*
 * The reader of EKG files, worse than any of ours: a word in a file makes it crash, compute for
 * ever, wait for ever or eat memory. Linked into a second copy of the program in the place of
 * instruments/ecg/ecg_reader.c and instruments/worker/ekg_limits.c, with budgets for the impatient.
 */
#include "core/base/confine.h"
#include "instruments/ecg/ecg_reader.h"
#include "instruments/worker/ekg.h"

#include <stdlib.h>
#include <unistd.h>

enum { PIECE = 16 << 20 };

const struct ekg_budget ekg_budget = { .processor_seconds = 1,
                                       .seconds = 3,
                                       .memory = 192UL << 20 };

static bool says(struct span file, const char *word)
{
    return memmem(file.at, file.len, word, strlen(word)) != NULL;
}

/* A sanitizer's memory has no budget: there this file is refused in words. */
static void eat_memory(void)
{
    uint8_t *piece;
    if (confine_allowance().address_space)
        return;
    while ((piece = malloc(PIECE)) != NULL)
        memset(piece, 1, PIECE);
    abort();
}

enum error ecg_recognise(struct span file, const struct ecg_reader **out, struct complaint *why)
{
    (void)out;
    (void)why;
    return says(file, "%PDF-") ? ERROR_OK : ERROR_UNSUPPORTED;
}

enum error ecg_decode(struct arena *a, struct span file, int64_t now, struct ecg *out,
                      struct complaint *why)
{
    static volatile bool forever = true;

    (void)a;
    (void)now;
    if (says(file, "CRASH"))
        abort();
    while (says(file, "LOOP") && forever)
        ;
    while (says(file, "WAIT") && forever)
        (void)usleep(1000);
    if (says(file, "EAT"))
        eat_memory();
    if (says(file, "REFUSE") || says(file, "EAT"))
        return complain(why, ERROR_BAD_INPUT, "This file is refused for the test.");
    ecg_init(out);
    out->format = ECG_FORMAT_PDF;
    return ERROR_OK;
}
