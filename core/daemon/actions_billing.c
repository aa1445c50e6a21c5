/* The site's own billing codes, brought in from its own table (domain.md 6.6). */
#include "core/daemon/action.h"

#include "core/catalogue/catalogue.h"

#include <stdio.h>

enum error action_billing_set(struct request *r, struct answer *answer, struct complaint *why)
{
    unsigned count = 0;
    char said[80];
    enum error e = catalogue_read_billing(r->core->store, &r->actor,
                                          request_text(r, WIRE_F_BILLING), &count, why);

    if (e == ERROR_OK && !count)
        e = complain(why, ERROR_BAD_INPUT,
                     "There is no line with a test in it. A line is a test of the menu, a comma "
                     "and its codes.");
    if (e != ERROR_OK)
        return e;
    (void)snprintf(said, sizeof said, "Codes of %u test%s taken in.", count, count == 1 ? "" : "s");
    answer->sentence = request_keep(r, said);
    turn_changed(r->core, "tests", "");
    return ERROR_OK;
}
