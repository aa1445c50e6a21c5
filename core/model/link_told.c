/* LINK, told once. */
#include "core/model/link_told.h"

#include <string.h>

void link_tell(struct link_told *told, struct channel *core, enum link_state state,
               const char *sentence)
{
    struct wire_writer w;

    if (state == told->state && strcmp(sentence, told->sentence.text) == 0)
        return;
    told->state = state;
    (void)complain(&told->sentence, ERROR_OK, "%s", sentence);
    wire_begin(&w, WIRE_LINK);
    wire_put_number(&w, WIRE_F_STATE, state);
    wire_put_text(&w, WIRE_F_SENTENCE, sentence);
    (void)channel_send(core, &w);
}
