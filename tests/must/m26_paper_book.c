/*
 * M26: the numbers of a paper sheet. None is void while something that an instrument sent under it
 * waits, for whatever reason: there is a tube with it. The tube's lot is written down as the bench
 * writes it, so that a recall finds it.
 */
#include "tests/must/hands.h"

#include "core/store/paper.h"

static void number_at(struct hands *h, int place, char out[16])
{
    char sql[100];

    (void)snprintf(sql, sizeof sql,
                   "SELECT CAST(accession AS INTEGER) FROM paper_number WHERE place = %d", place);
    (void)snprintf(out, 16, "%012lld", (long long)hands_number(h, sql));
}

static void reserve(struct hands *h, const char *count)
{
    assert_int_equal(hands_ask(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_PAPER_RESERVE,
                               WIRE_F_COUNT, count, WIRE_F_REASON, "drawer", WIRE_FIELD_COUNT),
                     ERROR_OK);
}

static enum error void_by(struct hands *h, enum wire_field field, const char *what)
{
    return hands_ask(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_PAPER_VOID, field, what,
                     WIRE_F_REASON, "shredded", WIRE_FIELD_COUNT);
}

static void sent(struct hands *h, const char *specimen, enum disposition disposition)
{
    WORLD_MUST(turn_begin(&h->core));
    (void)world_message(&h->world, specimen, "", disposition);
    hands_turn(h);
    h->world.now += 1000;
}

static void what_was_sent_under_a_number_keeps_it_from_void(void **state)
{
    struct hands *h = *state;
    char broken_off[16], blanks[16], scanned[20], control[16], sheet[24];

    reserve(h, "5");
    (void)snprintf(sheet, sizeof sheet, "%s", h->key);
    number_at(h, 1, broken_off);
    number_at(h, 2, blanks);
    number_at(h, 3, control);
    (void)snprintf(scanned, sizeof scanned, " %s ", blanks);
    sent(h, broken_off, DISPOSITION_INCOMPLETE);
    sent(h, scanned, DISPOSITION_HELD);
    sent(h, control, DISPOSITION_QC); /* waits for nobody */
    assert_int_equal(void_by(h, WIRE_F_ACCESSION, broken_off), ERROR_CONFLICT);
    assert_non_null(strstr(h->why.text, "there is a tube with it"));
    assert_int_equal(void_by(h, WIRE_F_ACCESSION, blanks), ERROR_CONFLICT);
    assert_int_equal(void_by(h, WIRE_F_SHEET, sheet), ERROR_OK);
    assert_string_equal(h->said, "3 numbers are void. Destroy what is left of the sheet.");
    assert_int_equal(void_by(h, WIRE_F_SHEET, sheet), ERROR_CONFLICT);
}

static enum error enter(struct hands *h, const char *number, const char *order, const char *lot)
{
    return hands_ask(h, h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_PAPER_ENTER,
                     WIRE_F_ACCESSION, number, WIRE_F_ORDER, order, WIRE_F_IDENTIFIER, "name",
                     WIRE_F_IDENTIFIER, "birth date", WIRE_F_COLLECTOR, "maria",
                     WIRE_F_COLLECTED_AT, "", WIRE_F_REASON, "no power", WIRE_F_SPECIMEN_TYPE,
                     "blood", WIRE_F_LOT, lot, WIRE_FIELD_COUNT);
}

/* It was filled already: its date refuses nothing, its number is that of the book. */
static void the_tube_s_lot_is_that_of_the_book(void **state)
{
    struct hands *h = *state;
    struct store_order_key order;
    char number[16];

    reserve(h, "1");
    number_at(h, 1, number);
    WORLD_MUST(turn_begin(&h->core));
    order = world_order(&h->world);
    hands_turn(h);
    assert_int_equal(enter(h, number, order.number, "(01)00363857000013(17)200131(10)T-4410"),
                     ERROR_OK);
    assert_int_equal(hands_number(h, "SELECT lot = 'T-4410' FROM specimen"), 1);
    hands_verify(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_sent_under_a_number_keeps_it_from_void, hands_open,
                                        hands_close),
        cmocka_unit_test_setup_teardown(the_tube_s_lot_is_that_of_the_book, hands_open,
                                        hands_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
