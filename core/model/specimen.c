/* The one table of the specimen's steps. */
#include "core/model/specimen.h"

#include <string.h>

#define STEP(event, from, to)                                                                      \
    {                                                                                              \
        EVENT_##event, SPECIMEN_##from, SPECIMEN_##to                                              \
    }

static const struct specimen_step steps[] = {
    STEP(COLLECTED, NONE, COLLECTED),
    STEP(ALIQUOTED, NONE, COLLECTED),
    STEP(LABEL_PRINTED, COLLECTED, LABELLED),
    STEP(LABEL_VERIFIED, LABELLED, VERIFIED),
    /* by a printer that cannot say whether its label came out: the label that is scanned did */
    STEP(LABEL_VERIFIED, COLLECTED, VERIFIED),
    STEP(RECEIVED, VERIFIED, RECEIVED),
    STEP(RESULT_RECEIVED, VERIFIED, TESTED),
    STEP(RESULT_RECEIVED, RECEIVED, TESTED),
    STEP(RESULT_RECEIVED, TESTED, TESTED),
    STEP(RESULT_RECEIVED, STORED, STORED),
    STEP(RESULT_LINKED, LABELLED, TESTED),
    STEP(RESULT_LINKED, VERIFIED, TESTED),
    STEP(RESULT_LINKED, RECEIVED, TESTED),
    STEP(RESULT_LINKED, TESTED, TESTED),
    STEP(RESULT_LINKED, STORED, STORED),
    STEP(STORED, VERIFIED, STORED),
    STEP(STORED, RECEIVED, STORED),
    STEP(STORED, TESTED, STORED),
    STEP(STORED, STORED, STORED),
    STEP(REJECTED, COLLECTED, REJECTED),
    STEP(REJECTED, LABELLED, REJECTED),
    STEP(REJECTED, VERIFIED, REJECTED),
    STEP(REJECTED, RECEIVED, REJECTED),
    STEP(REJECTED, TESTED, REJECTED),
    STEP(REJECTED, STORED, REJECTED),
    STEP(DISPOSED, TESTED, DISPOSED),
    STEP(DISPOSED, STORED, DISPOSED),
    STEP(DISPOSED, REJECTED, DISPOSED),
    STEP(PACKED, VERIFIED, PACKED),
    STEP(PACKED, RECEIVED, PACKED),
    STEP(PACKED, TESTED, PACKED),
    STEP(PACKED, STORED, PACKED),
    STEP(UNPACKED, PACKED, STORED),
    STEP(HANDED_OVER, PACKED, SENT),
    STEP(REFERENCE_RESULT, SENT, SENT),
};

enum { STEP_COUNT = sizeof steps / sizeof steps[0] };

const struct specimen_step *specimen_steps(size_t *count)
{
    *count = STEP_COUNT;
    return steps;
}

/* Whether the event is one that moves a specimen at all. */
static bool event_moves(enum event event)
{
    for (size_t i = 0; i < STEP_COUNT; i++)
        if (steps[i].event == event)
            return true;
    return false;
}

enum error specimen_next(enum specimen_state from, enum event event, enum specimen_state *to)
{
    for (size_t i = 0; i < STEP_COUNT; i++)
        if (steps[i].event == event && steps[i].from == from) {
            *to = steps[i].to;
            return ERROR_OK;
        }
    if (event_moves(event))
        return ERROR_CONFLICT;
    *to = from;
    return ERROR_OK;
}

bool specimen_testable(enum specimen_state state)
{
    enum specimen_state to;
    return specimen_next(state, EVENT_RESULT_RECEIVED, &to) == ERROR_OK;
}

#define PICK_ID(name, id, text) id,
#define PICK_TEXT(name, id, text) text,
static const char *const state_ids[] = { SPECIMEN_STATE_TABLE(PICK_ID) };
static const char *const state_texts[] = { SPECIMEN_STATE_TABLE(PICK_TEXT) };
static const char *const event_ids[] = { EVENT_TABLE(PICK_ID) };
static const char *const event_texts[] = { EVENT_TABLE(PICK_TEXT) };
#undef PICK_ID
#undef PICK_TEXT

static int find(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

const char *specimen_state_id(enum specimen_state state)
{
    return (unsigned)state < SPECIMEN_STATE_COUNT ? state_ids[state] : "";
}

const char *specimen_state_text(enum specimen_state state)
{
    return (unsigned)state < SPECIMEN_STATE_COUNT ? state_texts[state] : "";
}

enum error specimen_state_parse(const char *id, enum specimen_state *out)
{
    int at = find(state_ids, SPECIMEN_STATE_COUNT, id);
    if (at < 0)
        return ERROR_NOT_FOUND;
    *out = (enum specimen_state)at;
    return ERROR_OK;
}

const char *event_id(enum event event)
{
    return (unsigned)event < EVENT_COUNT ? event_ids[event] : "";
}

const char *event_text(enum event event)
{
    return (unsigned)event < EVENT_COUNT ? event_texts[event] : "";
}
