/*
 * Who may ask what: each message of a person with the right and the PIN that it needs, and each
 * thing that can be looked at. What stands in neither table cannot be asked.
 */
#ifndef PHIAL_CORE_DAEMON_PERMIT_H
#define PHIAL_CORE_DAEMON_PERMIT_H

#include "core/daemon/action.h"

/* Which PIN a message needs before its action may run. */
enum pin_need { PIN_NONE, PIN_OWN, PIN_NEW, PIN_CHANGE };

struct permit_action {
    enum wire_type type;
    enum right right; /* RIGHT_COUNT: whoever is signed in; the action judges the rest */
    enum pin_need pin;
    bool setup; /* also by who holds the code of the first start */
    action *run;
};
/* NULL: it is no message of a person. */
const struct permit_action *permit_action(enum wire_type type);

struct permit_view {
    const char *what;
    enum right right; /* RIGHT_COUNT: whoever is signed in */
    bool recorded;    /* it shows a patient: whoever looks is on record first (DESIGN 3.10) */
};
/* NULL: there is nothing of that name to look at. */
const struct permit_view *permit_view(const char *what);

#endif
