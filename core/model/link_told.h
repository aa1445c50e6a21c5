/*
 * How a child's device is, told to core (LINK): each state and sentence once, not again until one
 * of them changes.
 */
#ifndef PHIAL_CORE_MODEL_LINK_TOLD_H
#define PHIAL_CORE_MODEL_LINK_TOLD_H

#include "core/model/channel.h"

/* What core was told last; zeroed: that the device is waited for, which core takes for granted. */
struct link_told {
    enum link_state state;
    struct complaint sentence;
};

/* `sentence` is "" when there is nothing to say. A core that is gone is not told. */
void link_tell(struct link_told *told, struct channel *core, enum link_state state,
               const char *sentence);

#endif
