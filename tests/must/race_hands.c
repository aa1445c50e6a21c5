/*
 * Several people sign, send back, correct, undo, tell, collect, label and reject the same few
 * things, each from what they last saw. 10,000 random interleavings: of all who act on the same
 * version one wins, and each other is told so in a sentence; no fact contradicts another; custody
 * verifies.
 *
 * Each interleaving takes one order that nobody has finished, lets every hand look at it, and then
 * lets all act in random order, in one turn of the loop or in several.
 */
#include "tests/must/hands.h"
#include "tests/must/races.h"

#include "core/store/correct.h"

enum { INTERLEAVINGS = 10000, HANDS = 4, ORDERS = 24 };

/* What a hand holds: the order as it looked when they looked. */
struct sight {
    int64_t order, result, message;
    char number[24], accession[16], version[STORE_VERSION_SIZE];
    bool collected;
};

struct race {
    struct hands *h;
    uint64_t random;
    struct sight orders[ORDERS];
    unsigned done, refused, rounds;
    char proposal[24]; /* the newest */
};

static unsigned pick(struct race *r, unsigned below)
{
    r->random = r->random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(r->random >> 33) % below;
}

static void new_order(struct race *r, struct sight *s)
{
    struct world *w = &r->h->world;
    const struct store_actor by = world_actor(w);
    struct store_order_key key;

    WORLD_MUST(turn_begin(&r->h->core));
    key = world_order(w);
    WORLD_MUST(store_identify(w->store, &by, key.id, "name, birth date", "stated", NULL));
    *s = (struct sight) { .order = key.id };
    (void)snprintf(s->number, sizeof s->number, "%s", key.number);
}

/* A result on what was collected, as an instrument would file it. */
static void measure(struct race *r, struct sight *s)
{
    struct world *w = &r->h->world;
    const struct store_actor by = world_actor(w);
    struct store_result result = { .order = s->order, .test = w->test };
    struct store_event event = { .type = EVENT_RESULT_RECEIVED };
    struct store_specimen specimen;
    struct arena a;

    arena_init(&a, HANDS_ARENA);
    WORLD_MUST(turn_begin(&r->h->core));
    WORLD_MUST(store_specimen_by_accession(w->store, &a, s->accession, &specimen));
    world_event(w, specimen.id, EVENT_LABEL_VERIFIED);
    s->message = world_message(w, s->accession, "", DISPOSITION_LINKED);
    result.message = s->message;
    result.specimen = event.specimen = specimen.id;
    result.patient_id = specimen.patient_id;
    result.code = "HbA1c";
    result.loinc = "4548-4";
    result.name = "Hemoglobin A1c";
    result.value = result.number = "7.4";
    result.unit = "%";
    result.status = "F";
    result.flag = "HH";
    result.severity = SEVERITY_CRITICAL;
    result.at = w->now;
    WORLD_MUST(store_result_add(w->store, &result, &s->result));
    event.message = s->message;
    WORLD_MUST(store_event_add(w->store, &by, &event, NULL));
    arena_free(&a);
}

/* What everybody sees now. */
static void look(struct race *r, struct sight *s)
{
    struct store_order_found order;
    struct store_result *results;
    size_t count = 0;
    struct arena a;

    arena_init(&a, HANDS_ARENA);
    WORLD_MUST(store_order_by_number(r->h->world.store, &a, s->number, &order));
    (void)snprintf(s->version, sizeof s->version, "%s", order.version);
    WORLD_MUST(store_results_of_order(r->h->world.store, &a, s->order, &results, &count));
    if (count)
        s->result = results[count - 1].id;
    arena_free(&a);
}

#define ASK(r, person, role, type, ...)                                                            \
    hands_more((r)->h, (person), (role), (type), __VA_ARGS__, WIRE_FIELD_COUNT)

/* A request without the end of the turn. */
static enum error hands_more(struct hands *h, int64_t person, enum role role, enum wire_type type,
                             ...)
{
    va_list pairs;
    enum error e;

    va_start(pairs, type);
    e = hands_askv(h, person, role, type, pairs);
    va_end(pairs);
    return e;
}

typedef enum error act(struct race *r, const struct sight *s, unsigned hand);

static int64_t provider(const struct race *r, unsigned hand)
{
    (void)hand;
    return r->h->world.provider;
}

static enum error act_sign(struct race *r, const struct sight *s, unsigned hand)
{
    return ASK(r, provider(r, hand), ROLE_PROVIDER, WIRE_SIGN, WIRE_F_ORDER, s->number,
               WIRE_F_VERSION, s->version, WIRE_F_MEANING, "REVIEWED", WIRE_F_PIN, "-",
               WIRE_F_DISPOSITION, "no-action");
}

static enum error act_return(struct race *r, const struct sight *s, unsigned hand)
{
    return ASK(r, provider(r, hand), ROLE_PROVIDER, WIRE_RETURN, WIRE_F_ORDER, s->number,
               WIRE_F_VERSION, s->version, WIRE_F_NOTE, "look again");
}

static enum error act_correct(struct race *r, const struct sight *s, unsigned hand)
{
    char id[24], value[16];

    (void)snprintf(id, sizeof id, "%lld", (long long)s->result);
    (void)snprintf(value, sizeof value, "%u.%u", 5 + hand, pick(r, 10));
    return ASK(r, r->h->lead, ROLE_LAB_LEAD, WIRE_CORRECT, WIRE_F_ORDER, s->number, WIRE_F_VERSION,
               s->version, WIRE_F_RESULT_ID, id, WIRE_F_KIND, pick(r, 4) ? "value" : "cancel",
               WIRE_F_VALUE, value, WIRE_F_REASON_CODE, "typing", WIRE_F_REASON, "typed wrongly",
               WIRE_F_PIN, "-");
}

static enum error act_undo(struct race *r, const struct sight *s, unsigned hand)
{
    char id[24];
    enum error e;

    (void)hand;
    (void)snprintf(id, sizeof id, "%lld", (long long)s->message);
    e = ASK(r, r->h->lead, ROLE_LAB_LEAD, WIRE_UNDO, WIRE_F_MESSAGE, id, WIRE_F_REASON_CODE,
            "wrong-patient", WIRE_F_REASON, "tubes swapped");
    if (e == ERROR_OK)
        (void)snprintf(r->proposal, sizeof r->proposal, "%s", r->h->key);
    return e;
}

/* Confirms whatever was proposed last. */
static enum error act_second(struct race *r, const struct sight *s, unsigned hand)
{
    char id[24];

    (void)s;
    (void)hand;
    (void)snprintf(id, sizeof id, "%s", r->proposal);
    return ASK(r, r->h->director, ROLE_DIRECTOR, WIRE_PROPOSAL_END, WIRE_F_PROPOSAL, id,
               WIRE_F_OUTCOME, pick(r, 3) ? "confirmed" : "declined", WIRE_F_NOTE, "looked");
}

static enum error act_tell(struct race *r, const struct sight *s, unsigned hand)
{
    (void)hand;
    return ASK(r, r->h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_CRITICAL_TOLD, WIRE_F_ORDER,
               s->number, WIRE_F_VERSION, s->version, WIRE_F_TOLD_TO, "Dana W-TEST",
               WIRE_F_CREDENTIAL, "MD", WIRE_F_METHOD, "in person", WIRE_F_VALUE_READ, "7.4 %",
               WIRE_F_READ_BACK, "7.4");
}

static enum error act_reject(struct race *r, const struct sight *s, unsigned hand)
{
    (void)hand;
    return ASK(r, r->h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_REJECT, WIRE_F_ACCESSION,
               s->accession, WIRE_F_REASON_CODE, "RH");
}

static enum error act_store(struct race *r, const struct sight *s, unsigned hand)
{
    (void)hand;
    return ASK(r, r->h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_STORE, WIRE_F_ACCESSION,
               s->accession, WIRE_F_LOCATION, "fridge");
}

static enum error act_dispose(struct race *r, const struct sight *s, unsigned hand)
{
    (void)hand;
    return ASK(r, r->h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_DISPOSE, WIRE_F_ACCESSION,
               s->accession, WIRE_F_METHOD, "sharps bin");
}

static enum error act_collect(struct race *r, const struct sight *s, unsigned hand)
{
    (void)hand;
    return ASK(r, r->h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_COLLECT, WIRE_F_ORDER,
               s->number, WIRE_F_SPECIMEN_TYPE, "blood");
}

static act *const acts[] = { act_sign,   act_sign, act_return, act_correct, act_correct, act_undo,
                             act_second, act_tell, act_reject, act_store,   act_dispose };

/* Refused or done: nothing else may come of it, and a refusal says why. */
static enum error judge(struct race *r, enum error e)
{
    if (e == ERROR_OK) {
        r->done++;
        return e;
    }
    if (e != ERROR_CONFLICT && e != ERROR_DENIED && e != ERROR_BAD_INPUT && e != ERROR_NOT_FOUND)
        fail_msg("an act ended with \"%s\": %s", error_text(e), r->h->why.text);
    if (!r->h->why.text[0])
        fail_msg("somebody was refused and not told why: %s", error_text(e));
    r->refused++;
    return e;
}

static void maybe_turn(struct race *r)
{
    if (pick(r, 40) == 0)
        hands_turn(r->h);
}

/* All collect the same order: one tube comes of it. */
static void race_to_collect(struct race *r, struct sight *s)
{
    unsigned won = 0;

    for (unsigned hand = 0; hand < HANDS; hand++) {
        if (judge(r, act_collect(r, s, hand)) == ERROR_OK) {
            (void)snprintf(s->accession, sizeof s->accession, "%s", r->h->accession);
            won++;
        }
        maybe_turn(r);
    }
    assert_int_equal(won, 1);
    measure(r, s);
    s->collected = true;
    maybe_turn(r);
}

/* Each has seen the same version and does something of their own about it. */
static void race_to_act(struct race *r, struct sight *s)
{
    unsigned signatures = 0;

    look(r, s);
    for (unsigned hand = 0; hand < HANDS; hand++) {
        unsigned which = pick(r, sizeof acts / sizeof acts[0]);
        enum error e = judge(r, acts[which](r, s, hand));
        signatures += e == ERROR_OK && acts[which] == act_sign;
        maybe_turn(r);
    }
    if (signatures > 1)
        fail_msg("%u signatures of one version", signatures);
}

static void check_facts(const struct hands *h)
{
    for (size_t i = 0; i < RACES_NEVER; i++) {
        int64_t count = hands_number(h, races_never[i]);
        if (count != 0)
            fail_msg("%lld times: %s", (long long)count, races_never[i]);
    }
}

static void ten_thousand_interleavings_leave_no_illegal_state(void **state)
{
    struct race r = { .h = *state, .random = 20261122, .proposal = "1" };

    for (size_t i = 0; i < ORDERS; i++)
        new_order(&r, &r.orders[i]);
    hands_turn(r.h);
    while (r.rounds < INTERLEAVINGS) {
        struct sight *s = &r.orders[pick(&r, ORDERS)];
        r.h->world.now += 1000;
        r.rounds++;
        if (!s->collected)
            race_to_collect(&r, s);
        else if (pick(&r, 40) == 0)
            new_order(&r, s);
        else
            race_to_act(&r, s);
        if (r.rounds % 2500 == 0) {
            hands_turn(r.h);
            check_facts(r.h);
        }
    }
    hands_turn(r.h);
    check_facts(r.h);
    hands_verify(r.h);
    printf("%u interleavings: %u acts done, %u refused with a sentence\n", r.rounds, r.done,
           r.refused);
    assert_true(r.done > INTERLEAVINGS / 4 && r.refused > INTERLEAVINGS / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ten_thousand_interleavings_leave_no_illegal_state,
                                        hands_open, hands_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
