/*
 * Several people, each at a screen of their own, do something with the same thing in the same
 * moment: every request goes through a real socket to a core that serves, and all are on their way
 * before any is answered. One wins, the others are told in a sentence; afterwards no fact
 * contradicts another, and custody verifies.
 *
 * First every act of the story (story.h) is asked for by three screens at once. Then 10,000 random
 * interleavings about orders, tubes, patients, messages, lots and controls: as many as there is
 * time for; PHIAL_RACES=N plays N, however long that takes.
 */
#include "tests/must/races.h"
#include "tests/must/story.h"

enum { GROUPS = 5, HANDS = 3, SCREENS = GROUPS * HANDS, INTERLEAVINGS = 10000, SECONDS = 20 };
enum { PEOPLE = sizeof story_people / sizeof story_people[0], ORDERS = 500, SINGLES = 400 };

struct screen {
    struct client client;
    enum wire_type type;     /* of what it asked for */
    struct complaint answer; /* of what was refused */
};

struct race {
    struct story story;
    struct screen screens[SCREENS];
    char tokens[PEOPLE][65];
    uint64_t random;
    unsigned rounds, done, refused;
    unsigned uncollected, unlinked; /* the next of them */
};

static unsigned pick(struct race *r, unsigned below)
{
    r->random = r->random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(r->random >> 33) % below;
}

/* ---- Screens ---- */

static size_t person(const char *login)
{
    for (size_t i = 0; i < PEOPLE; i++)
        if (strcmp(story_people[i].login, login) == 0)
            return i;
    fail_msg("nobody is called %s", login);
    return 0;
}

static void begin(struct race *r)
{
    struct complaint why = { "" };

    site_start(&r->story.site);
    assert_true(site_log_wait(&r->story.site, "printer labels: started", 1));
    client_close(&r->story.site.client); /* its place is a screen's */
    for (size_t i = 0; i < SCREENS; i++)
        if (client_open(r->story.site.data, &r->screens[i].client, &why) != ERROR_OK)
            fail_msg("%s", why.text);
    for (size_t i = 0; i < PEOPLE; i++) {
        struct client *c = &r->screens[0].client;
        assert_int_equal(client_sign_in(c, story_people[i].login, STORY_PIN, &why), ERROR_OK);
        memcpy(r->tokens[i], c->token, sizeof r->tokens[i]);
    }
}

/* Sends what that person asks for; `says` is filled in already. */
static void send_it(struct race *r, struct screen *s, enum wire_type type, const char *who,
                    const char *says)
{
    struct complaint why = { "" };
    struct wire_writer w;

    s->type = type;
    memcpy(s->client.token, r->tokens[person(who)], sizeof s->client.token);
    client_begin(&s->client, &w, type);
    story_put(&w, says);
    if (client_send(&s->client, &w, &why) != ERROR_OK)
        fail_msg("%s", why.text);
}

/* Done, or refused: then with a sentence of its own. */
static bool hear(struct race *r, struct screen *s)
{
    enum error e;

    s->answer = (struct complaint) { "" };
    e = client_hear(&s->client, NULL, &s->answer);

    if (e == ERROR_OK) {
        r->done++;
        return true;
    }
    if (e != ERROR_CONFLICT && e != ERROR_DENIED && e != ERROR_BAD_INPUT && e != ERROR_NOT_FOUND &&
        e != ERROR_BUSY)
        fail_msg("%s ended with \"%s\": %s", wire_type_name(s->type), error_text(e),
                 s->answer.text);
    if (strlen(s->answer.text) < 10)
        fail_msg("%s was refused and nobody was told why", wire_type_name(s->type));
    r->refused++;
    return false;
}

/* ---- What must never be ---- */

static void check_facts(struct race *r)
{
    for (size_t i = 0; i < RACES_NEVER; i++) {
        int64_t count = story_number(&r->story, races_never[i]);
        if (count != 0)
            fail_msg("%lld times: %s", (long long)count, races_never[i]);
    }
}

static void finish(struct race *r)
{
    const char *verify[] = { "custody", "verify", "--data", r->story.site.data, NULL };

    check_facts(r);
    assert_int_equal(WEXITSTATUS(site_stop(&r->story.site, SIGTERM)), 0);
    assert_int_equal(site_run(verify, ""), 0);
}

/* ---- Every act, by three screens at once ---- */

static void race_for(struct race *r, const struct story_act *act)
{
    char says[STORY_TEXT];
    unsigned won = 0;

    story_fill(&r->story, act->says, says);
    for (size_t i = 0; i < HANDS; i++)
        send_it(r, &r->screens[i], act->type, act->who, says);
    for (size_t i = 0; i < HANDS; i++) {
        won += hear(r, &r->screens[i]);
        if (strstr(r->screens[i].answer.text, "missing step"))
            fail_msg("who was too late is sent back: %s", r->screens[i].answer.text);
    }
    if (won == 0 || (act->twice == ONCE && won != 1))
        fail_msg("%u of %d were told that it is done: %s %s: %s", won, HANDS,
                 wire_type_name(act->type), says, r->screens[0].answer.text);
}

static void of_three_who_do_the_same_one_wins(void **state)
{
    struct race *r = *state;

    for (size_t i = 0; i < STORY_ACTS; i++)
        race_for(r, &story_acts[i]);
    printf("%d acts by %d at once: %u done, %u refused with a sentence\n", STORY_ACTS, HANDS,
           r->done, r->refused);
    check_facts(r);
}

/* ---- 10,000 random interleavings ---- */

/* What a hand may do with a thing: "*" is the thing, "#" any digit. */
static const struct story_act with_result[] = {
    { WIRE_SIGN, "dana", SAW("*") "|meaning=REVIEWED|disposition=no-action|" OWN_PIN, ONCE },
    { WIRE_SIGN, "dana", SAW("*") "|meaning=REVIEWED|disposition=refer|" OWN_PIN, ONCE },
    { WIRE_SIGN, "paul", SAW("*") "|meaning=REVIEWED|disposition=no-action|" OWN_PIN, ONCE },
    { WIRE_RETURN, "dana", SAW("*") "|note=look again", ONCE },
    { WIRE_RETURN_ANSWER, "maria", SAW("*") "|note=measured again", ONCE },
    { WIRE_CORRECT, "lena",
      SAW("*") "|result_id={result *}|kind=value|value=6.#|reason_code=typing|reason=typed "
               "wrongly|" OWN_PIN,
      ONCE },
    { WIRE_CORRECT, "dora",
      SAW("*") "|result_id={result *}|kind=value|value=5.#|reason_code=typing|reason=typed "
               "wrongly|" OWN_PIN,
      ONCE },
    { WIRE_CORRECT, "lena",
      SAW("*") "|result_id={result *}|kind=cancel|reason_code=specimen|reason=clotted|" OWN_PIN,
      ONCE },
    { WIRE_UNDO, "lena", "message={measured *}|reason_code=wrong-patient|reason=tubes swapped",
      ONCE },
    { WIRE_PROPOSAL_END, "dora", "proposal={last proposal}|outcome=confirmed|note=looked", ONCE },
    { WIRE_PROPOSAL_END, "lena", "proposal={last proposal}|outcome=declined|note=looked", ONCE },
    { WIRE_CRITICAL_TOLD, "maria",
      SAW("*") "|told_to=Dana|credential=MD|method=in person|value_read=7.4 %|read_back=7.4",
      ONCE },
    { WIRE_REJECT, "maria", "accession={tube *}|reason_code=RH|recollect=no", ONCE },
    { WIRE_STORE, "kim", "accession={tube *}|location=fridge", ONCE },
    { WIRE_DISPOSE, "maria", "accession={tube *}|method=sharps bin", ONCE },
    { WIRE_ORDER_CANCEL, "maria", "order={order *}|reason=patient has left", ONCE },
    { WIRE_OWN, "dana", "order={order *}|outcome=offered|owner=paul", ONCE },
    { WIRE_OWN, "paul", "order={order *}|outcome=accepted", ONCE },
};

static const struct story_act with_tubeless[] = {
    { WIRE_COLLECT, "maria", "order={order *}|specimen_type=blood|site=left arm", ONCE },
    { WIRE_COLLECT, "kim", "order={order *}|specimen_type=blood|site=right arm", ONCE },
};

static const struct story_act with_message[] = {
    { WIRE_RESOLVE, "lena",
      "message={message *}|resolution=link|accession={tube LINK}|" TWO
      "|reason=tube found|release=the control was wrong",
      ONCE },
    { WIRE_RESOLVE, "dora", "message={message *}|resolution=qc|reason=a control", ONCE },
    { WIRE_RESOLVE, "lena", "message={message *}|resolution=not-ours|reason=of next door", ONCE },
};

static const struct story_act with_patients[] = {
    { WIRE_PATIENT_MERGE, "lena", "mrn=R1|merged_mrn=R2|" TWO "|reason=registered twice", ONCE },
    { WIRE_PATIENT_MERGE, "dora", "mrn=R2|merged_mrn=R1|" TWO "|reason=registered twice", ONCE },
    { WIRE_PATIENT_MERGE, "lena", "mrn=R3|merged_mrn=R1|" TWO "|reason=registered twice", ONCE },
    { WIRE_PATIENT_UNMERGE, "dora", "merge={last patient_merge}|reason=two people", ONCE },
};

static const struct story_act with_lot[] = {
    { WIRE_LOT_MARK, "lena", "lot_id={last lot}|kind=quarantine|reason=wet box", ONCE },
    { WIRE_LOT_MARK, "dora", "lot_id={last lot}|kind=usable|reason=dry inside", ONCE },
    { WIRE_LOT_MARK, "lena", "lot_id={last lot}|kind=void|reason=typed wrongly", ONCE },
    { WIRE_LOT_OPEN, "maria", "lot_id={last lot}", ONCE },
    { WIRE_LOT_RECEIVE, "kim", "item={last item}|lot=L##|expires=2099-12-31|count=1", ONCE },
};

static const struct story_act with_control[] = {
    { WIRE_QC_ENTER, "maria", "qc={first qc_level}|code=4548-4|value=9.9|lot=C1|expires=2099-12-31",
      ONCE },
    { WIRE_QC_ENTER, "kim", "qc={first qc_level}|code=4548-4|value=5.#|lot=C1|expires=2099-12-31",
      ONCE },
    { WIRE_QC_VOID, "lena", "qc={last qc_run}|reason=it had expired", ONCE },
    { WIRE_QC_VOID, "dora", "qc={last qc_run}|reason=it had expired", ONCE },
    { WIRE_QC_ACTION, "maria", "qc={last qc_run}|note=took a new vial", ONCE },
    { WIRE_QC_REVIEW, "lena", "qc={last qc_run}|note=seen", ONCE },
};

static const struct story_act with_label[] = {
    { WIRE_LABEL_PRINT, "maria", "accession={tube *}|reason=torn", ONCE },
    { WIRE_LABEL_VERIFY, "kim", "accession={tube *}|scanned={tube *}", ONCE },
};

/* `one`: exactly one of those who do it wins. */
#define RACE(acts, things, percent, one)                                                           \
    {                                                                                              \
        acts, sizeof(acts) / sizeof(acts)[0], things, percent, one                                 \
    }
static const struct race_kind {
    const struct story_act *acts;
    size_t count;
    const char *things; /* "Q": Q0, Q1, ... */
    unsigned percent;
    bool one;
} kinds[] = {
    RACE(with_tubeless, "C", 5, true), RACE(with_message, "H", 5, true),
    RACE(with_patients, "", 8, false), RACE(with_lot, "", 5, false),
    RACE(with_control, "", 5, false),  RACE(with_label, "Q", 1, false),
    RACE(with_result, "Q", 71, false),
};

/* Which of those things: each of what is used up once, and orders with results in the order in
 * which they were laid, about forty times each. */
static bool choose_thing(struct race *r, const struct race_kind *kind, char out[16])
{
    unsigned n = r->rounds / (INTERLEAVINGS / ORDERS) + pick(r, 8);

    if (kind->acts == with_tubeless)
        n = r->uncollected++;
    if (kind->acts == with_message)
        n = r->unlinked++;
    (void)snprintf(out, 16, "%s%u", kind->things, n % (kind->one ? SINGLES : ORDERS));
    return !kind->one || n < SINGLES;
}

static const struct race_kind *choose_kind(struct race *r)
{
    const struct race_kind *last = &kinds[sizeof kinds / sizeof kinds[0] - 1];
    unsigned drawn = pick(r, 100);

    for (const struct race_kind *k = kinds; k < last; k++) {
        if (drawn < k->percent)
            return k;
        drawn -= k->percent;
    }
    return last;
}

static void put_thing(struct race *r, const char *says, const char *thing, char out[STORY_TEXT])
{
    size_t used = 0;

    for (; *says && used + 20 < STORY_TEXT; says++) {
        if (*says == '*')
            used += (size_t)snprintf(out + used, STORY_TEXT - used, "%s", thing);
        else
            out[used++] = *says == '#' ? (char)('0' + pick(r, 10)) : *says;
    }
    out[used] = '\0';
}

struct wish {
    const struct story_act *act;
    char says[STORY_TEXT];
};

/* What the hands of one group ask for, each from what all have seen; gives the kind. */
static const struct race_kind *wish(struct race *r, struct wish wishes[HANDS])
{
    const struct race_kind *kind = choose_kind(r);
    char thing[16], text[STORY_TEXT];

    if (!choose_thing(r, kind, thing)) {
        kind = &kinds[sizeof kinds / sizeof kinds[0] - 1];
        (void)choose_thing(r, kind, thing);
    }
    for (size_t i = 0; i < HANDS; i++) {
        wishes[i].act = &kind->acts[pick(r, (unsigned)kind->count)];
        put_thing(r, wishes[i].act->says, thing, text);
        story_fill(&r->story, text, wishes[i].says);
    }
    return kind;
}

/* Every group about something of its own, all at once. */
static void all_at_once(struct race *r)
{
    const struct race_kind *of[GROUPS];
    struct wish wishes[SCREENS];

    for (size_t g = 0; g < GROUPS; g++)
        of[g] = wish(r, &wishes[g * HANDS]);
    for (size_t n = 0, i = pick(r, SCREENS); n < SCREENS; n++, i = (i + 1) % SCREENS)
        send_it(r, &r->screens[i], wishes[i].act->type, wishes[i].act->who, wishes[i].says);
    for (size_t g = 0; g < GROUPS; g++) {
        unsigned won = 0;
        for (size_t i = g * HANDS; i < (g + 1) * HANDS; i++)
            won += hear(r, &r->screens[i]);
        if (of[g]->one && won != 1)
            fail_msg("%u of %d were told that it is done: %s: %s", won, HANDS,
                     wishes[g * HANDS].says, r->screens[g * HANDS].answer.text);
    }
    r->rounds += GROUPS;
}

static void random_interleavings_leave_no_illegal_state(void **state)
{
    struct race *r = *state;
    const char *asked = getenv("PHIAL_RACES");
    const unsigned rounds = asked ? (unsigned)strtoul(asked, NULL, 10) : INTERLEAVINGS;
    const time_t until = time(NULL) + SECONDS;

    r->done = r->refused = 0;
    while (r->rounds < rounds && (asked || time(NULL) < until))
        all_at_once(r);
    printf("%u interleavings of %d hands, %d at once: %u acts done, %u refused with a sentence\n",
           r->rounds, HANDS, GROUPS, r->done, r->refused);
    assert_true(r->rounds >= INTERLEAVINGS / 10 || asked);
    assert_true(r->done > r->rounds / 4 && r->refused > r->rounds / 4);
    finish(r);
}

/* ---- The site ---- */

/* Beside what the story needs: what the hands fight over. */
static void lay_more(struct race *r)
{
    struct world *w = &r->story.world;
    const struct store_actor by = { .role = "",
                                    .workstation = "",
                                    .at = (int64_t)time(NULL) * 1000 };
    struct arena a;
    char name[16];

    arena_init(&a, 64 * 1024 * 1024);
    story_open(&r->story);
    for (unsigned i = 0; i < ORDERS; i++) {
        (void)snprintf(name, sizeof name, "Q%u", i);
        (void)story_result(w, &a, name, SEVERITY_CRITICAL);
    }
    for (unsigned i = 0; i < SINGLES; i++) {
        struct store_actor maria = by;
        int64_t order;
        maria.person = w->assistant;
        (void)snprintf(name, sizeof name, "C%u", i);
        order = story_order(w, name, w->test).id;
        WORLD_MUST(store_identify(w->store, &maria, order, "name, birth date", "stated", NULL));
        (void)snprintf(name, sizeof name, "H%u", i);
        (void)world_message(w, name, "7", DISPOSITION_HELD);
    }
    for (unsigned i = 1; i <= 3; i++) {
        (void)snprintf(name, sizeof name, "R%u", i);
        (void)story_order(w, name, w->test);
    }
    story_close(&r->story);
    arena_free(&a);
}

static int set_up(void **state)
{
    struct race *r = calloc(1, sizeof *r);

    r->random = (uint64_t)time(NULL);
    printf("begun from %llu\n", (unsigned long long)r->random);
    story_make(&r->story);
    lay_more(r);
    begin(r);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct race *r = *state;

    for (size_t i = 0; i < SCREENS; i++)
        client_close(&r->screens[i].client);
    story_over(&r->story);
    free(r);
    return 0;
}

int main(int argc, char **argv)
{
    int child = site_child(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_three_who_do_the_same_one_wins),
        cmocka_unit_test(random_interleavings_leave_no_illegal_state),
    };
    return child >= 0 ? child : cmocka_run_group_tests(tests, set_up, tear_down);
}
