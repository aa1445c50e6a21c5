/* Accessions are never issued twice; a specimen takes only legal steps; lookups tell the truth. */
#include "core/store/limits.h"
#include "tests/unit/test.h"

#include "tests/unit/store/world.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

static void numbers_run_on_and_are_valid(void **state)
{
    struct world *w = *state;
    struct store_specimen_key first, second;

    WORLD_MUST(store_begin(w->store));
    first = world_collect(w, world_order(w).id);
    second = world_collect(w, world_order(w).id);
    WORLD_MUST(store_commit(w->store, NULL));
    assert_true(accession_valid(first.accession.digits, "4711"));
    assert_memory_equal(first.accession.digits, "26031200001", 11);
    assert_memory_equal(second.accession.digits, "26031200002", 11);
}

static void a_number_is_not_given_again_after_opening(void **state)
{
    struct world *w = *state;
    struct store_specimen_key first, second;

    WORLD_MUST(store_begin(w->store));
    first = world_collect(w, world_order(w).id);
    WORLD_MUST(store_commit(w->store, NULL));
    store_close(w->store);
    WORLD_MUST(store_open(w->path, &w->store, NULL));
    WORLD_MUST(store_begin(w->store));
    second = world_collect(w, world_order(w).id);
    WORLD_MUST(store_commit(w->store, NULL));
    assert_string_not_equal(first.accession.digits, second.accession.digits);
}

/* A child collects and writes each committed number to a pipe until it is killed. */
static void collect_for_ever(struct world *w, int pipe_end)
{
    WORLD_MUST(store_open(w->path, &w->store, NULL));
    for (;;) {
        struct store_specimen_key key;
        WORLD_MUST(store_begin(w->store));
        key = world_collect(w, world_order(w).id);
        WORLD_MUST(store_commit(w->store, NULL));
        if (write(pipe_end, key.accession.digits, ACCESSION_DIGITS) != ACCESSION_DIGITS)
            _exit(1);
    }
}

static void killed_in_the_middle_no_number_comes_twice(void **state)
{
    struct world *w = *state;
    char seen[512][ACCESSION_SIZE];
    size_t count = 0;

    store_close(w->store);
    w->store = NULL;
    for (int round = 0; round < 6; round++) {
        int ends[2];
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        w->patients = 1000 * (round + 1);
        child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(ends[0]);
            collect_for_ever(w, ends[1]);
        }
        close(ends[1]);
        for (int i = 0; i < 5 + round; i++) {
            assert_int_equal(read(ends[0], seen[count], ACCESSION_DIGITS), ACCESSION_DIGITS);
            seen[count++][ACCESSION_DIGITS] = '\0';
        }
        kill(child, SIGKILL);
        while (read(ends[0], seen[count], ACCESSION_DIGITS) == ACCESSION_DIGITS && count < 500)
            seen[count++][ACCESSION_DIGITS] = '\0';
        close(ends[0]);
        waitpid(child, NULL, 0);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(seen[i], seen[j]);
    WORLD_MUST(store_open(w->path, &w->store, NULL));
}

static void a_skipped_range_is_never_given(void **state)
{
    struct world *w = *state;
    struct store_specimen_key key;

    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_accession_skip(w->store, WORLD_DAY, 1000, w->now, "restored"));
    WORLD_MUST(store_accession_skip(w->store, WORLD_DAY, 500, w->now, "restored"));
    key = world_collect(w, world_order(w).id);
    WORLD_MUST(store_commit(w->store, NULL));
    assert_memory_equal(key.accession.digits, "26031201001", 11);
}

static void a_full_day_gives_no_number(void **state)
{
    struct world *w = *state;
    const struct store_actor by = world_actor(w);
    struct store_collect in = { .day = WORLD_DAY };
    struct store_specimen_key key = { .id = 77 };

    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_accession_skip(w->store, WORLD_DAY, 99999, w->now, "restored"));
    in.order = world_order(w).id;
    WORLD_MUST(store_identify(w->store, &by, in.order, "name, birth date", "stated", NULL));
    assert_int_equal(store_collect(w->store, &by, &in, &key), ERROR_FULL);
    assert_int_equal(key.id, 77);
    WORLD_MUST(store_commit(w->store, NULL));
}

static void nothing_is_collected_before_identification(void **state)
{
    struct world *w = *state;
    const struct store_actor by = world_actor(w);
    struct store_collect in = { .day = WORLD_DAY };
    struct store_specimen_key key;

    WORLD_MUST(store_begin(w->store));
    in.order = world_order(w).id;
    assert_int_equal(store_collect(w->store, &by, &in, &key), ERROR_CONFLICT);
    store_rollback(w->store);
}

static void every_step_is_allowed_or_refused_as_the_table_says(void **state)
{
    struct world *w = *state;
    const struct store_actor by = world_actor(w);
    struct store_specimen_key key;

    WORLD_MUST(store_begin(w->store));
    key = world_collect(w, world_order(w).id);
    for (unsigned i = 0; i < EVENT_COUNT; i++) {
        const struct store_event event = { .type = (enum event)i, .specimen = key.id };
        enum specimen_state to;
        enum error table = specimen_next(SPECIMEN_COLLECTED, event.type, &to), e;

        WORLD_MUST(store_step_begin(w->store));
        e = store_event_add(w->store, &by, &event, NULL);
        if (e != table)
            fail_msg("%s: the table says %s, the store %s", event_id(event.type), error_text(table),
                     error_text(e));
        WORLD_MUST(store_step_undo(w->store));
    }
    store_rollback(w->store);
}

/* The database refuses what the C code would never ask. */
static void the_database_itself_refuses_wrong_steps(void **state)
{
    static const char *const wrong[] = {
        "'received', 'verified', 'received'",        /* a step, but not from its state */
        "'received', 'collected', 'received'",       /* no such step */
        "'label-printed', 'collected', 'tested'",    /* another end */
        "'viewed', 'collected', 'disposed'",         /* moves nothing */
        "'label-printed', 'collected', 'collected'", /* must move */
        "'invented', 'collected', 'collected'",      /* no such event */
    };
    struct world *w = *state;
    struct store_specimen_key key;
    sqlite3 *db;
    char text[512];

    WORLD_MUST(store_begin(w->store));
    key = world_collect(w, world_order(w).id);
    WORLD_MUST(store_commit(w->store, NULL));
    assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)snprintf(text, sizeof text,
                       "INSERT INTO event SELECT 900000, zeroblob(32), id, orders, %s, 1, 0, 0, "
                       "NULL, '', '', NULL, NULL, '', '', '' FROM specimen WHERE id = %lld",
                       wrong[i], (long long)key.id);
        if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_CONSTRAINT)
            fail_msg("not refused: %s (%s)", wrong[i], sqlite3_errmsg(db));
    }
    (void)snprintf(text, sizeof text,
                   "INSERT INTO event SELECT 900000, zeroblob(32), id, orders, 'label-printed', "
                   "'collected', 'labelled', 1, 0, 0, NULL, '', '', NULL, NULL, '', '', '' FROM "
                   "specimen WHERE id = %lld",
                   (long long)key.id);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void lookup_gives_patient_tests_and_state(void **state)
{
    struct world *w = *state;
    struct store_specimen made, found;
    struct arena a;

    arena_init(&a, 1 << 20);
    WORLD_MUST(store_begin(w->store));
    made = world_specimen(w, &a);
    WORLD_MUST(store_commit(w->store, NULL));
    WORLD_MUST(store_specimen_by_accession(w->store, &a, made.accession, &found));
    assert_int_equal(found.id, made.id);
    assert_int_equal(found.state, SPECIMEN_VERIFIED);
    assert_string_equal(found.patient.family, "Nr1-TEST");
    assert_int_equal(found.test_count, 1);
    assert_string_equal(found.tests[0].code, "A1C");
    assert_int_equal(found.tests[0].analyte_count, 1);
    assert_string_equal(found.tests[0].analytes[0].loinc, "4548-4");
    assert_int_equal(store_specimen_by_accession(w->store, &a, "260312000019", &found),
                     ERROR_NOT_FOUND);
    arena_free(&a);
}

static void a_patient_changes_by_a_new_version(void **state)
{
    struct world *w = *state;
    struct store_specimen specimen;
    struct store_patient patient;
    struct arena a;

    arena_init(&a, 1 << 20);
    WORLD_MUST(store_begin(w->store));
    specimen = world_specimen(w, &a);
    patient = specimen.patient;
    patient.family = "Married-TEST";
    WORLD_MUST(store_patient_add(w->store, &patient, w->assistant, w->now, NULL));
    patient.id = 0;
    assert_int_equal(store_patient_add(w->store, &patient, w->assistant, w->now, NULL),
                     ERROR_CONFLICT);
    WORLD_MUST(store_commit(w->store, NULL));
    WORLD_MUST(store_specimen_by_id(w->store, &a, specimen.id, &specimen));
    assert_string_equal(specimen.patient.family, "Married-TEST");
    WORLD_MUST(store_patient_by_mrn(w->store, &a, "00900001", &patient));
    assert_string_equal(patient.family, "Married-TEST");
    assert_int_equal(patient.id, specimen.patient_id);
    arena_free(&a);
}

static void undecoded_sessions_are_found_with_their_frames(void **state)
{
    struct world *w = *state;
    struct store_session_found *found;
    struct store_frame *frames;
    size_t count, frame_count;
    int64_t empty, open, done;
    struct arena a;

    arena_init(&a, 1 << 20);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "q", 1, &empty));
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "q", 2, &open));
    WORLD_MUST(store_frame_add(w->store, open, 1, WIRE_FROM_INSTRUMENT, 2, span_text("one"), NULL));
    WORLD_MUST(store_frame_add(w->store, open, 2, WIRE_FROM_INSTRUMENT, 3, span_text(""), NULL));
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "q", 4, &done));
    WORLD_MUST(store_frame_add(w->store, done, 1, WIRE_FROM_INSTRUMENT, 4, span_text("x"), NULL));
    WORLD_MUST(store_session_end(w->store, done, SESSION_END_TIMEOUT, 5, NULL));
    WORLD_MUST(store_session_decoded(w->store, done, 5, NULL));
    WORLD_MUST(store_commit(w->store, NULL));
    WORLD_MUST(store_session_undecoded(w->store, &a, 0, 8, &found, &count));
    assert_int_equal(count, 1);
    assert_int_equal(found[0].id, open);
    assert_false(found[0].ended);
    assert_string_equal(found[0].instrument_name, "afinion-1");
    WORLD_MUST(store_frames(w->store, &a, open, &frames, &frame_count));
    assert_int_equal(frame_count, 2);
    assert_true(span_equal(frames[0].bytes, span_text("one")));
    assert_int_equal(frames[1].bytes.len, 0);
    WORLD_MUST(store_session_by_id(w->store, &a, done, &found[0]));
    assert_true(found[0].ended && found[0].decoded);
    assert_int_equal(found[0].how, SESSION_END_TIMEOUT);
    arena_free(&a);
}

static void earlier_messages_of_an_instrument_are_found(void **state)
{
    struct world *w = *state;
    struct store_message_found message, earlier;
    struct store_twin *twins;
    uint8_t hash[32];
    int64_t first, second;
    size_t count;
    bool news;
    struct arena a;

    arena_init(&a, 1 << 20);
    WORLD_MUST(store_begin(w->store));
    first = world_message(w, "123", "5", DISPOSITION_HELD);
    second = world_message(w, "123", "5", DISPOSITION_HELD);
    WORLD_MUST(store_commit(w->store, NULL));
    memset(hash, (int)(w->now % 251), sizeof hash);
    WORLD_MUST(store_message_by_id(w->store, &a, second, &message));
    assert_true(message.waiting);
    WORLD_MUST(store_twins_by_hash(w->store, &a, message.session, hash, 8, &twins, &count));
    assert_int_equal(count, 2);
    assert_int_equal(twins[0].id, second);
    assert_int_equal(twins[1].id, first);
    WORLD_MUST(
        store_twins_by_run(w->store, &a, message.session, "AF0001", "5", "123", 8, &twins, &count));
    assert_int_equal(count, 2);
    WORLD_MUST(
        store_twins_by_run(w->store, &a, message.session, "AF0001", "6", "123", 8, &twins, &count));
    assert_int_equal(count, 0);
    WORLD_MUST(store_message_by_id(w->store, &a, first, &earlier));
    WORLD_MUST(store_news_between(w->store, earlier.session, message.session, &news));
    assert_false(news);
    WORLD_MUST(store_begin(w->store));
    (void)world_message(w, "124", "6", DISPOSITION_INCOMPLETE);
    WORLD_MUST(store_message_by_id(w->store, &a, world_message(w, "125", "7", DISPOSITION_REPEAT),
                                   &message));
    WORLD_MUST(store_commit(w->store, NULL));
    WORLD_MUST(store_news_between(w->store, earlier.session, message.session + 1, &news));
    assert_true(news); /* the second message */
    WORLD_MUST(store_twins_incomplete(w->store, &a, message.session, "124", 8, &twins, &count));
    assert_int_equal(count, 1);
    assert_string_equal(twins[0].specimen, "124");
    arena_free(&a);
}

/* The lower limit that judges, or "" when none does. */
static const char *low_of(struct world *w, struct arena *a, const char *sex, int64_t age,
                          const char *specimen, int64_t at)
{
    const struct store_limit_wanted wanted = { "2823-3", sex, specimen, age, at, 0 };
    struct store_limit limit;
    enum error e = store_limit_look(w->store, a, &wanted, &limit);

    assert_true(e == ERROR_OK || e == ERROR_NOT_FOUND);
    return e == ERROR_OK ? limit.low : "";
}

static void limits_come_only_from_approved_sets(void **state)
{
    struct world *w = *state;
    const struct store_limit any = { .loinc = "2823-3", .sex = "", .low = "3.5", .unit = "mmol/L" };
    const struct store_limit women = { .loinc = "2823-3",
                                       .sex = "F",
                                       .age_from = 6570,
                                       .age_to = 36500,
                                       .low = "3.6",
                                       .unit = "mmol/L" };
    const struct store_limit serum = {
        .loinc = "2823-3", .sex = "", .low = "3.7", .unit = "mmol/L", .specimen_type = "serum"
    };
    int64_t set;
    bool live;
    struct arena a;

    arena_init(&a, 1 << 16);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_reference_set_add(w->store, "adult", "invented", 1, &set));
    WORLD_MUST(store_reference_limit_add(w->store, set, &any, NULL));
    WORLD_MUST(store_reference_limit_add(w->store, set, &women, NULL));
    WORLD_MUST(store_reference_limit_add(w->store, set, &serum, NULL));
    assert_string_equal(low_of(w, &a, "F", 9000, "", 9), "");
    WORLD_MUST(store_limit_live(w->store, "2823-3", 9, &live));
    assert_false(live);
    WORLD_MUST(store_reference_approve(w->store, set, w->provider, 2, NULL));
    WORLD_MUST(store_limit_live(w->store, "2823-3", 9, &live));
    assert_true(live);
    WORLD_MUST(store_limit_live(w->store, "2823-3", 1, &live));
    assert_false(live);
    assert_string_equal(low_of(w, &a, "F", 9000, "", 9), "3.6");
    assert_string_equal(low_of(w, &a, "F", 6569, "", 9), "3.5");
    assert_string_equal(low_of(w, &a, "F", 6570, "", 9), "3.6");
    assert_string_equal(low_of(w, &a, "F", 36500, "", 9), "3.5");
    assert_string_equal(low_of(w, &a, "M", 9000, "whole blood", 9), "3.5");
    assert_string_equal(low_of(w, &a, "F", 9000, "serum", 9), "3.7");
    assert_string_equal(low_of(w, &a, "F", -1, "", 9), "3.5");
    assert_string_equal(low_of(w, &a, "F", 9000, "", 1), "");
    store_rollback(w->store);
    arena_free(&a);
}

/* Signed now, it counts from its own day; then it takes the place of the older one wholly, also for
 * those of whom it says nothing. */
static void a_version_counts_from_its_day_and_wholly(void **state)
{
    struct world *w = *state;
    const struct store_proposal later = {
        .name = "later", .source = "insert", .person = w->provider, .effective = 100, .at = 3
    };
    const struct store_limit any = { .loinc = "2823-3", .sex = "", .low = "3.5", .unit = "mmol/L" };
    const struct store_limit men = {
        .loinc = "2823-3", .sex = "M", .low = "3.9", .unit = "mmol/L"
    };
    int64_t first, second;
    struct arena a;

    arena_init(&a, 1 << 16);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_reference_set_add(w->store, "first", "invented", 1, &first));
    WORLD_MUST(store_reference_limit_add(w->store, first, &any, NULL));
    WORLD_MUST(store_reference_approve(w->store, first, w->provider, 2, NULL));
    WORLD_MUST(store_proposal_add(w->store, &later, &second));
    WORLD_MUST(store_reference_limit_add(w->store, second, &men, NULL));
    WORLD_MUST(store_reference_approve(w->store, second, w->provider, 4, NULL));
    assert_string_equal(low_of(w, &a, "M", 9000, "", 99), "3.5");
    assert_string_equal(low_of(w, &a, "M", 9000, "", 100), "3.9");
    assert_string_equal(low_of(w, &a, "F", 9000, "", 99), "3.5");
    assert_string_equal(low_of(w, &a, "F", 9000, "", 100), "");
    store_rollback(w->store);
    arena_free(&a);
}

static void a_proposal_is_taken_back_once_and_never_when_signed(void **state)
{
    struct world *w = *state;
    struct store_set_found found;
    int64_t set, id;

    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_reference_set_add(w->store, "mine", "invented", 1, &set));
    WORLD_MUST(store_proposal_withdraw(w->store, set, w->provider, "a slip", 2, &id));
    WORLD_MUST(store_set_find(w->store, "mine", &found));
    assert_true(found.id == set && found.withdrawn && !found.approved);
    assert_int_equal(store_proposal_withdraw(w->store, set, w->provider, "again", 3, &id),
                     ERROR_CONFLICT);
    WORLD_MUST(store_reference_set_add(w->store, "mine", "invented", 4, &set));
    WORLD_MUST(store_reference_approve(w->store, set, w->provider, 5, NULL));
    assert_int_equal(store_proposal_withdraw(w->store, set, w->provider, "late", 6, &id),
                     ERROR_CONFLICT);
    store_rollback(w->store);
}

static void people_and_instruments_change_by_newer_rows(void **state)
{
    struct world *w = *state;
    struct store_person person;
    int64_t same, moved, count;
    struct arena a;

    arena_init(&a, 1 << 16);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_person_by_login(w->store, &a, "maria", &person));
    person.active = false;
    WORLD_MUST(store_person_add(w->store, &person, w->now, NULL));
    WORLD_MUST(store_person_by_login(w->store, &a, "maria", &person));
    assert_false(person.active);
    WORLD_MUST(store_person_count(w->store, ROLE_MEDICAL_ASSISTANT, &count));
    assert_int_equal(count, 0);
    WORLD_MUST(store_instrument_set(w->store, "afinion-1", "abbott-afinion-2", "tcp-listen:1",
                                    w->now, &same));
    assert_int_equal(same, w->instrument);
    WORLD_MUST(store_instrument_set(w->store, "afinion-1", "abbott-afinion-2", "serial:x", w->now,
                                    &moved));
    assert_int_not_equal(moved, w->instrument);
    WORLD_MUST(store_commit(w->store, NULL));
    arena_free(&a);
}

static void what_is_derived_can_be_derived_again(void **state)
{
    static const char all[] =
        "SELECT group_concat(x, ';') FROM (SELECT specimen || state AS x FROM "
        "specimen_state UNION ALL SELECT orders || provider || severity || "
        "since || version || state FROM worklist UNION ALL SELECT message "
        "FROM held UNION ALL SELECT orders FROM to_do LIMIT -1)";
    struct world *w = *state;
    char before[2048], after[2048];
    sqlite3 *db;
    sqlite3_stmt *q;
    struct arena a;
    struct store_specimen specimen;

    arena_init(&a, 1 << 20);
    WORLD_MUST(store_begin(w->store));
    (void)world_order(w);
    specimen = world_specimen(w, &a);
    (void)world_result(w, &specimen, "9", SEVERITY_ABNORMAL, 0);
    (void)world_message(w, "1", "", DISPOSITION_HELD);
    WORLD_MUST(store_commit(w->store, NULL));
    assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, all, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    (void)snprintf(before, sizeof before, "%s", sqlite3_column_text(q, 0));
    sqlite3_reset(q);
    assert_int_equal(sqlite3_exec(db,
                                  "UPDATE worklist SET severity = 0; DELETE FROM held; UPDATE "
                                  "specimen_state SET state = 'stored'; DELETE FROM to_do",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_projections_rebuild(w->store));
    WORLD_MUST(store_commit(w->store, NULL));
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    (void)snprintf(after, sizeof after, "%s", sqlite3_column_text(q, 0));
    assert_string_equal(before, after);
    assert_true(strlen(before) > 80);
    sqlite3_finalize(q);
    sqlite3_close(db);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_run_on_and_are_valid, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(a_number_is_not_given_again_after_opening, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(killed_in_the_middle_no_number_comes_twice, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(a_skipped_range_is_never_given, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(a_full_day_gives_no_number, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_collected_before_identification, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(every_step_is_allowed_or_refused_as_the_table_says,
                                        world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(the_database_itself_refuses_wrong_steps, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(lookup_gives_patient_tests_and_state, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(a_patient_changes_by_a_new_version, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(undecoded_sessions_are_found_with_their_frames,
                                        world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(earlier_messages_of_an_instrument_are_found, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(limits_come_only_from_approved_sets, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(a_version_counts_from_its_day_and_wholly, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(a_proposal_is_taken_back_once_and_never_when_signed,
                                        world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(people_and_instruments_change_by_newer_rows, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(what_is_derived_can_be_derived_again, world_set_up,
                                        world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
