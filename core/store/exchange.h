/*
 * What a message to a health record says of an order, gathered out of the store. Conventions as in
 * store.h. Nothing here writes a fact.
 *
 * What was sent is what outbox_result says that a message to that endpoint carried, unless nobody
 * could write the message or a person dropped it: a value is corrected, withdrawn or wrong only
 * against that. A result that was withdrawn as another patient's before it was ever sent is left
 * out.
 */
#ifndef PHIAL_CORE_STORE_EXCHANGE_H
#define PHIAL_CORE_STORE_EXCHANGE_H

#include "core/model/exchange.h"
#include "core/store/store.h"

/* The order as it stands now, for that endpoint. Signed as it stands, or with `preliminary`, it is
 * there whole, what nobody has signed as preliminary; else only what was sent before and what
 * stands in the place of it now. An order that was cancelled, or whose specimen was rejected and is
 * recollected by another order, says so when the health record knows it by a number of its own.
 * ERROR_NOT_FOUND: there is nothing to say. Documents are the caller's. */
enum error store_exchange_report(struct store *s, struct arena *a, int64_t order,
                                 const char *endpoint, bool preliminary,
                                 struct exchange_report *out);

#endif
