/*
 * What a new site starts with: a test menu, and example limits that are dead until a named person
 * approves them (domain.md 7.1).
 *
 * Codes are LOINC, units UCUM; their notices stand in docs/NOTICES.md.
 */
#ifndef PHIAL_CORE_CATALOGUE_H
#define PHIAL_CORE_CATALOGUE_H

#include "core/store/store.h"

#define CATALOGUE_EXAMPLE_SET "EXAMPLE adult limits"

/* Adds the menu. Needs a transaction. */
enum error catalogue_add_menu(struct store *s, int64_t at, struct complaint *why);
/* The same for a site of an earlier version: only the tests that it has never had. */
enum error catalogue_complete_menu(struct store *s, int64_t at, struct complaint *why);
/* Adds the example limits as an unapproved set of the name above; `set` receives its id. They name
 * every analyte of the menu: where there is no example, a row without limits. */
enum error catalogue_add_limits(struct store *s, int64_t at, int64_t *set, struct complaint *why);
/* The same for a site of an earlier version, when they speak of an analyte that it has never set
 * limits for. */
enum error catalogue_complete_limits(struct store *s, int64_t at, struct complaint *why);

/* The same from a text of the form of menu.csv and limits.csv: a site's own. A complaint names the
 * line. */
enum error catalogue_read_menu(struct store *s, const char *text, int64_t at,
                               struct complaint *why);
enum error catalogue_read_limits(struct store *s, int64_t set, const char *text,
                                 struct complaint *why);

/* The codes that the site bills with, from a text of two columns, a test and its codes: all lines
 * or none. `count` receives how many. */
enum error catalogue_read_billing(struct store *s, const struct store_actor *by, const char *text,
                                  unsigned *count, struct complaint *why);

/* Whether the text is a LOINC by form and check digit (modulus 10). */
bool catalogue_is_loinc(const char *text);

#endif
