/* What the files that gather a report for a health record share. For this folder only. */
#ifndef PHIAL_CORE_STORE_EXCHANGE_PARTS_H
#define PHIAL_CORE_STORE_EXCHANGE_PARTS_H

#include "core/store/exchange.h"
#include "core/store/internal.h"

/* What is being gathered. */
struct exchange_gathering {
    struct store *s;
    struct arena *a;
    int64_t order;
    const char *endpoint;
    bool signed_off, preliminary;
    bool ekg;
    struct exchange_report report;
};

/* A query with ?1 and, where it has one, ?2: the endpoint. */
enum error exchange_begin(const struct exchange_gathering *g, const char *text, int64_t key,
                          sqlite3_stmt **q);
/* The newest overread; it is told when it is the signature that stands, or when its tracing was
 * sent and has been taken off the order since. */
enum error exchange_take_ekg(struct exchange_gathering *g, struct exchange_panel *p);

#endif
