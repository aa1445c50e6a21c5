/* [exchange NAME] of phial.conf: the health records that results go to. */
#include "core/daemon/config_parts.h"

#include "core/base/text.h"

#include <string.h>

enum { ALARM_DEFAULT = 15, ALARM_MOST = 1440, TIMEOUT_DEFAULT = 30, TIMEOUT_MOST = 600 };

/* The one of that name, made on its first mention; NULL when there are too many. */
static struct config_exchange *find_exchange(struct config *c, const char *name)
{
    for (size_t i = 0; i < c->exchange_count; i++)
        if (strcmp(c->exchanges[i].name, name) == 0)
            return &c->exchanges[i];
    if (c->exchange_count == LIMIT_EXCHANGES)
        return NULL;
    c->exchanges[c->exchange_count] =
        (struct config_exchange) { .name = config_keep(c, name),
                                   .profile = "",
                                   .port = "",
                                   .application = "PHIAL",
                                   .facility = "",
                                   .receiving_application = "",
                                   .receiving_facility = "",
                                   .assigner = "",
                                   .alarm_minutes = ALARM_DEFAULT,
                                   .timeout_seconds = TIMEOUT_DEFAULT };
    return &c->exchanges[c->exchange_count++];
}

/* One of two words. */
static enum error set_choice(bool *out, const char *name, const char *value, const char *on,
                             const char *off, struct complaint *why)
{
    bool is_on = strcmp(value, on) == 0;

    if (!is_on && strcmp(value, off) != 0)
        return complain(why, ERROR_BAD_INPUT, "%s is %s or %s, not \"%s\"", name, off, on, value);
    *out = is_on;
    return ERROR_OK;
}

enum error config_set_exchange(struct config *c, const char *who, const char *name,
                               const char *value, struct complaint *why)
{
    struct config_exchange *x = find_exchange(c, who);

    if (!x)
        return complain(why, ERROR_TOO_BIG, "there are more than %d health records",
                        LIMIT_EXCHANGES);
    const struct text_setting table[] = { { "profile", &x->profile },
                                          { "port", &x->port },
                                          { "application", &x->application },
                                          { "facility", &x->facility },
                                          { "receiving_application", &x->receiving_application },
                                          { "receiving_facility", &x->receiving_facility },
                                          { "assigner", &x->assigner } };
    if (config_text(c, table, sizeof table / sizeof table[0], name, value) == ERROR_OK)
        return ERROR_OK;
    if (strcmp(name, "send") == 0)
        return set_choice(&x->filed, name, value, "filed", "signed", why);
    if (strcmp(name, "in_clear") == 0)
        return set_choice(&x->in_clear, name, value, "yes", "no", why);
    if (strcmp(name, "alarm") == 0)
        return config_number(&x->alarm_minutes, name, value, 1, ALARM_MOST, why);
    if (strcmp(name, "timeout") == 0)
        return config_number(&x->timeout_seconds, name, value, 1, TIMEOUT_MOST, why);
    return complain(why, ERROR_BAD_INPUT, "there is no setting %s in [exchange NAME]", name);
}

static enum error check_exchange(const struct config_exchange *x, struct complaint *why)
{
    if (text_empty(x->name) || text_empty(x->profile) || !strchr(x->port, ':'))
        return complain(why, ERROR_BAD_INPUT,
                        "[exchange %s] needs a name, profile= (such as generic-251) and "
                        "port=HOST:PORT.",
                        x->name);
    if (!config_is_local(x->port) && !x->in_clear)
        return complain(why, ERROR_BAD_INPUT,
                        "[exchange %s] port=%s: this way patients' data would travel over the "
                        "network unprotected. End a tunnel (a VPN or stunnel) on this machine and "
                        "give its port here; or, when the network itself is protected, say "
                        "in_clear = yes.",
                        x->name, x->port);
    return ERROR_OK;
}

enum error config_check_exchanges(const struct config *c, struct complaint *why)
{
    enum error e = ERROR_OK;

    if (c->practice && c->exchange_count > 0)
        return complain(why, ERROR_BAD_INPUT,
                        "[exchange %s] has no place in a folder for practice: invented results "
                        "never go to a health record. Take the section out.",
                        c->exchanges[0].name);
    if (c->exchange_count > 0 && (text_empty(c->address) || text_empty(c->clia)))
        return complain(why, ERROR_BAD_INPUT,
                        "[exchange %s] needs address= and clia= in [site]: every report says where "
                        "the laboratory is (42 CFR 493.1291(c)).",
                        c->exchanges[0].name);
    for (size_t i = 0; e == ERROR_OK && i < c->exchange_count; i++)
        e = check_exchange(&c->exchanges[i], why);
    return e;
}
