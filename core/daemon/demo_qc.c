/* The demo's quality control: what is expected, three weeks of controls, one that failed. Every
 * value is invented. */
#include "core/daemon/demo.h"

#include "core/daemon/core.h"
#include "core/rules/qcbook.h"

#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* Who writes the book. */
struct book {
    struct store *store;
    struct arena *arena;
    struct store_actor by;
    int64_t now, item; /* item: the control material in the book of lots */
};

static const struct demo_level {
    const char *instrument, *test, *analyte, *name, *control, *level, *matches, *source;
    const char *low, *high, *expected, *mean, *sd, *unit, *kit;
    const char *values[20]; /* one a day, oldest first, ending `ago` days ago */
    int ago;
} levels[] = {
    { "Afinion front",
      "HbA1c",
      "4548-4",
      "Hemoglobin A1c",
      "HbA1c control, two levels",
      "I",
      "CTRL-1",
      "invented insert of lot C-4711",
      "4.9",
      "6.1",
      "",
      "5.5",
      "0.2",
      "%",
      DEMO_LOT_FRONT,
      { "5.5", "5.4", "5.6", "5.5", "5.7", "5.3", "5.5", "5.6", "5.4", "5.5",
        "5.8", "5.5", "5.4", "5.6", "5.5", "5.5", "5.3", "5.6", "5.5", "5.4" },
      0 },
    { "Afinion front",
      "HbA1c",
      "4548-4",
      "Hemoglobin A1c",
      "HbA1c control, two levels",
      "II",
      "CTRL-2",
      "invented insert of lot C-4711",
      "8.1",
      "9.9",
      "",
      "9.0",
      "0.3",
      "%",
      DEMO_LOT_FRONT,
      { "9.0",  "9.1", "8.8", "9.0", "9.2", "9.3", "8.9", "9.0", "8.7", "9.1",
        "10.1", "9.0", "9.1", "8.9", "9.0", "9.4", "9.0", "8.8", "9.1", "9.0" },
      0 },
    { "DCA",
      "HbA1c",
      "4548-4",
      "Hemoglobin A1c",
      "HbA1c control, two levels",
      "I",
      "",
      "invented insert of lot C-4711",
      "4.7",
      "6.1",
      "",
      "",
      "",
      "%",
      "0771",
      { "5.3", "5.4", "5.5", "5.3", "5.4", "5.6", "5.4" },
      0 },
    { "Afinion back",
      "HbA1c",
      "4548-4",
      "Hemoglobin A1c",
      "HbA1c control, two levels",
      "I",
      "CTRL-1",
      "invented insert of lot C-4711",
      "4.6",
      "6.1",
      "",
      "",
      "",
      "%",
      DEMO_LOT_BACK,
      { "5.5", "5.4", "5.6" },
      1 },
    { INGEST_HAND,
      "STREP-A",
      "78012-2",
      "Strep A antigen",
      "Strep A swabs",
      "positive",
      "",
      "invented insert",
      "",
      "",
      "Positive",
      "",
      "",
      "",
      "ST-118",
      { "Positive" },
      3 },
    { INGEST_HAND,
      "STREP-A",
      "78012-2",
      "Strep A antigen",
      "Strep A swabs",
      "negative",
      "",
      "invented insert",
      "",
      "",
      "Negative",
      "",
      "",
      "",
      "ST-118",
      { "Positive", "Negative" },
      3 },
};

static const struct demo_trigger {
    const char *instrument, *test, *note;
    enum qc_trigger kind;
    enum qc_basis basis;
    int64_t every;
} triggers[] = {
    { "Afinion front", "HbA1c", "invented insert", QC_EACH_DAY, QC_BASIS_REQUIRED, 0 },
    { "Afinion front", "HbA1c", "", QC_RUNS, QC_BASIS_POLICY, 25 },
    { "Afinion front", "HbA1c", "", QC_MAINTENANCE, QC_BASIS_RECOMMENDED, 0 },
    { "Afinion back", "HbA1c", "invented insert", QC_EACH_DAY, QC_BASIS_REQUIRED, 0 },
    { "DCA", "HbA1c", "invented insert", QC_DAYS, QC_BASIS_REQUIRED, 7 },
    { INGEST_HAND, "STREP-A", "invented insert", QC_NEW_LOT, QC_BASIS_REQUIRED, 0 },
};

/* The row of an instrument as core will make it from the settings. */
static enum error find_instrument(const struct book *b, const struct config *config,
                                  const char *name, int64_t *root)
{
    const char *profile = INGEST_HAND_PROFILE, *port = "";
    int64_t id;
    enum error e;

    for (size_t i = 0; i < config->instrument_count; i++)
        if (strcmp(config->instruments[i].name, name) == 0) {
            profile = config->instruments[i].profile;
            port = config->instruments[i].port;
        }
    e = store_instrument_set(b->store, name, profile, port, b->now, &id);
    return e == ERROR_OK ? store_instrument_root_of(b->store, id, root) : e;
}

static enum error add_run(const struct book *b, const struct demo_level *l,
                          const struct store_qc_level *level, const char *value, int days)
{
    const bool known = level->item != 0;
    const struct store_qc_value v = { .analyte = l->analyte,
                                      .name = l->name,
                                      .value = value,
                                      .comparator = "",
                                      .number = *l->expected ? "" : value,
                                      .unit = l->unit };
    const struct qcbook_entry entry = { .level = level,
                                        .lot_text = known ? "" : "SW-20",
                                        .expires = known ? "" : "2099-12-31",
                                        .reagent_lot = l->kit,
                                        .operator_text = "lena",
                                        .values = &v,
                                        .value_count = 1 };
    struct store_actor by = b->by;
    struct qcbook_outcome outcome;
    int64_t id;
    enum error e;

    by.at = b->now - (int64_t)days * DAY_MS;
    e = qcbook_enter(b->store, b->arena, &by, &entry, &outcome);
    if (e == ERROR_OK && !outcome.passed)
        e = store_qc_action_add(b->store, &by, outcome.run,
                                "A fresh vial was taken, and the control run again.", &id);
    return e;
}

static enum error add_level(const struct book *b, const struct config *config,
                            const struct demo_level *l)
{
    struct store_qc_range range = { .analyte = l->analyte,
                                    .name = l->name,
                                    .low = l->low,
                                    .high = l->high,
                                    .expected = l->expected,
                                    .mean = l->mean,
                                    .sd = l->sd,
                                    .unit = l->unit };
    struct store_qc_level level = { .test = l->test,
                                    .item = *l->expected ? 0 : b->item,
                                    .control = l->control,
                                    .level = l->level,
                                    .matches = l->matches,
                                    .source = l->source,
                                    .westgard = *l->mean != '\0',
                                    .active = true,
                                    .ranges = &range,
                                    .range_count = 1 };
    int64_t root;
    int count = 0;
    enum error e = find_instrument(b, config, l->instrument, &level.instrument);

    if (e == ERROR_OK)
        e = store_qc_level_add(b->store, &b->by, &level, &root);
    if (e == ERROR_OK)
        e = store_qc_level_find(b->store, b->arena, root, &level);
    while (count < (int)(sizeof l->values / sizeof l->values[0]) && l->values[count])
        count++;
    for (int i = 0; i < count && e == ERROR_OK; i++)
        e = add_run(b, l, &level, l->values[i], l->ago + count - 1 - i);
    return e;
}

static enum error add_trigger(const struct book *b, const struct config *config,
                              const struct demo_trigger *t)
{
    struct store_qc_trigger trigger = { .test = t->test,
                                        .kind = t->kind,
                                        .basis = t->basis,
                                        .every = t->every,
                                        .note = t->note,
                                        .active = true };
    int64_t root;
    enum error e = find_instrument(b, config, t->instrument, &trigger.instrument);

    return e == ERROR_OK ? store_qc_trigger_add(b->store, &b->by, &trigger, &root) : e;
}

/* The control material that the book of lots has for HbA1c; 0 when it has none. */
static enum error find_item(struct book *b)
{
    struct store_supplies found;
    char day[QCBOOK_DAY];
    enum error e;

    qcbook_day(b->now, b->by.zone_offset, day);
    e = store_supplies_of_test(b->store, b->arena, "HbA1c", "control", 0, day, &found);
    if (e == ERROR_OK && found.lot_count)
        b->item = found.lots[0].item;
    return e;
}

enum error demo_qc(struct store *store, const struct config *config, const char *login, int64_t now)
{
    struct arena arena;
    struct store_person person;
    struct book b = { .store = store, .arena = &arena, .now = now };
    int64_t id, root;
    enum error e;

    arena_init(&arena, 4 * 1024 * 1024);
    e = store_person_by_login(store, &arena, login, &person);
    if (e != ERROR_OK)
        goto out;
    b.by = (struct store_actor) { .person = person.id,
                                  .role = role_id(person.role),
                                  .workstation = "demo",
                                  .at = now,
                                  .zone_offset = sitetime_offset(now) };
    e = find_item(&b);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0] && e == ERROR_OK; i++)
        e = add_level(&b, config, &levels[i]);
    for (size_t i = 0; i < sizeof triggers / sizeof triggers[0] && e == ERROR_OK; i++)
        e = add_trigger(&b, config, &triggers[i]);
    if (e == ERROR_OK)
        e = find_instrument(&b, config, "DCA", &root);
    if (e == ERROR_OK)
        e = store_maintenance_add(store, &b.by, root, false, "Air filter cleaned", "monthly", &id);
out:
    arena_free(&arena);
    return e;
}
