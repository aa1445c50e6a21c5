/* What the files that read phial.conf share; see config.h. */
#ifndef PHIAL_CORE_DAEMON_CONFIG_PARTS_H
#define PHIAL_CORE_DAEMON_CONFIG_PARTS_H

#include "core/daemon/config.h"

struct text_setting {
    const char *name;
    const char **place;
};

/* A copy in the configuration's arena; "" when memory is out. */
const char *config_keep(struct config *c, const char *text);
/* Sets the text of that name; ERROR_NOT_FOUND when the table has none. */
enum error config_text(struct config *c, const struct text_setting *table, size_t count,
                       const char *name, const char *value);
enum error config_number(unsigned *out, const char *name, const char *value, unsigned low,
                         unsigned high, struct complaint *why);
/* Whether an address "HOST:PORT" is reachable from this machine alone. */
bool config_is_local(const char *listen);

/* ---- config_exchange.c: [exchange NAME] ---- */

enum error config_set_exchange(struct config *c, const char *who, const char *name,
                               const char *value, struct complaint *why);
enum error config_check_exchanges(const struct config *c, struct complaint *why);

#endif
