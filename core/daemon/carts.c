/* EKG carts of the configuration; see the header. */
#include "core/daemon/carts.h"

#include "instruments/profile/profile.h"

#include <string.h>

bool cart_is(const struct config *c, const struct config_instrument *at, bool *live)
{
    const char *folder = c->profile_folder[0] ? c->profile_folder : NULL;
    struct profile *profile = NULL;
    bool cart =
        profile_load(at->profile, folder, &profile, NULL) == ERROR_OK && profile_is_ekg(profile);

    *live = cart && strcmp(profile_link(profile), "file") != 0;
    profile_free(profile);
    return cart;
}

static enum error set_cart(struct core *core, const struct config_instrument *config, bool live,
                           int64_t *id)
{
    return store_cart_set(core->store, config->name, config->profile, config->port, live,
                          clock_now(&core->clock), id);
}

enum error carts_register(struct core *core, struct complaint *why)
{
    enum error e = store_begin(core->store);

    for (size_t i = 0; e == ERROR_OK && i < core->config.instrument_count; i++) {
        int64_t id;
        bool live;
        if (cart_is(&core->config, &core->config.instruments[i], &live))
            e = set_cart(core, &core->config.instruments[i], live, &id);
    }
    if (e == ERROR_OK)
        return store_commit(core->store, why);
    store_rollback(core->store);
    return complain(why, e, "The EKG carts could not be written down: %s.", error_text(e));
}

enum error cart_find(struct core *core, const char *name, struct cart *out, struct complaint *why)
{
    for (size_t i = 0; i < core->config.instrument_count; i++) {
        const struct config_instrument *config = &core->config.instruments[i];
        if (strcmp(config->name, name) == 0 && cart_is(&core->config, config, &out->live))
            return set_cart(core, config, out->live, &out->id);
    }
    return complain(why, ERROR_NOT_FOUND,
                    "\"%s\" is no EKG cart of this site. Choose one of the EKG page.", name);
}
