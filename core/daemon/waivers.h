/* What the waivers of the instruments' systems cover, out of their profiles: read once each. */
#ifndef PHIAL_CORE_DAEMON_WAIVERS_H
#define PHIAL_CORE_DAEMON_WAIVERS_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/limits.h"
#include "core/rules/waiver.h"

enum { WAIVERS_TEXT = 256 * 1024, WAIVERS_ID = 65 };

struct waivers {
    struct arena arena; /* of all claims */
    struct {
        char profile[WAIVERS_ID];
        enum error error;
        struct waiver_claim *claims;
        size_t count;
    } kept[LIMIT_CHILDREN];
    size_t count;
};

void waivers_init(struct waivers *w);
void waivers_free(struct waivers *w);
/* `folder`: of the site's own profiles, or NULL. ERROR_NOT_FOUND: there is no such profile. What it
 * gives lives as long as `w`, or, when that is full, in `a`. */
enum error waivers_of(struct waivers *w, const char *profile, const char *folder, struct arena *a,
                      struct waiver_claim **out, size_t *count);

#endif
