/*
 * Fills a new database with many results, for measurements: store_fill FOLDER RESULTS OPEN.
 *
 * RESULTS results of invented patients, 20 a message, one message an order; the last OPEN orders
 * wait for review, the others are signed. Through the store's own functions, in transactions of
 * 500 orders, sealed at the end. OPEN orders take part of the results.
 */
#include "tests/unit/store/world.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/custody/custody.h"

#include <sys/stat.h>

enum { PER_ORDER = 20, PER_COMMIT = 500, PATIENTS = 5000, PER_DAY = 90000 };

struct filling {
    struct world w;
    int64_t patients[PATIENTS];
    uint64_t orders, open, done;
};

static void fill_patients(struct filling *f)
{
    for (int i = 0; i < PATIENTS; i++) {
        char mrn[16], family[32];
        struct store_patient patient = { 0, mrn, family, "Ida", "1981-03-14", i % 2 ? "F" : "M" };
        (void)snprintf(mrn, sizeof mrn, "009%05d", i);
        (void)snprintf(family, sizeof family, "Nr%d-TEST", i);
        WORLD_MUST(
            store_patient_add(f->w.store, &patient, f->w.assistant, f->w.now, &f->patients[i]));
    }
}

static void fill_result(struct filling *f, struct store_result *result, int at)
{
    char code[16], name[32], value[16];

    (void)snprintf(code, sizeof code, "%d-%d", 2000 + at, at % 10);
    (void)snprintf(name, sizeof name, "Analyte %d", at);
    (void)snprintf(value, sizeof value, "%d.%d", 4 + at, (int)(f->done % 10));
    result->position = at;
    result->loinc = result->code = code;
    result->name = name;
    result->value = result->number = value;
    result->severity = at == 0 ? (f->done % 10 == 0  ? SEVERITY_CRITICAL
                                  : f->done % 3 == 0 ? SEVERITY_ABNORMAL
                                                     : SEVERITY_NORMAL)
                               : SEVERITY_NORMAL;
    result->flag = result->severity == SEVERITY_NORMAL ? "" : "H";
    result->flag_source = result->severity == SEVERITY_NORMAL ? "" : "site";
    WORLD_MUST(store_result_add(f->w.store, result, NULL));
}

static void fill_review(struct filling *f, int64_t order)
{
    struct store_actor by = world_actor(&f->w);
    char version[STORE_VERSION_SIZE];
    const struct store_review review = {
        .order = order, .version = version, .signed_off = true, .meaning = "reviewed"
    };

    by.person = f->w.provider;
    WORLD_MUST(store_order_version(f->w.store, order, version));
    WORLD_MUST(store_review_add(f->w.store, &by, &review, NULL));
}

static struct store_specimen_key fill_specimen(struct filling *f, int64_t order)
{
    const struct store_actor by = world_actor(&f->w);
    const struct store_collect in = { .order = order,
                                      .day = WORLD_DAY + (uint32_t)(f->done / PER_DAY),
                                      .type = "blood",
                                      .container = "LAV EDTA",
                                      .collector = "maria",
                                      .collected_at = f->w.now };
    struct store_specimen_key key;

    WORLD_MUST(store_identify(f->w.store, &by, order, "name, birth date", "stated", NULL));
    WORLD_MUST(store_collect(f->w.store, &by, &in, &key));
    world_event(&f->w, key.id, EVENT_LABEL_PRINTED);
    world_event(&f->w, key.id, EVENT_LABEL_VERIFIED);
    return key;
}

static void fill_order(struct filling *f)
{
    struct world *w = &f->w;
    const struct store_actor by = world_actor(w);
    const struct store_order order = { .patient = f->patients[f->done % PATIENTS],
                                       .provider = "dana",
                                       .priority = "routine",
                                       .mode = "electronic",
                                       .tests = &w->test,
                                       .test_count = 1 };
    struct store_event event = { .type = EVENT_RESULT_RECEIVED };
    struct store_result result = { .patient_id = order.patient,
                                   .test = w->test,
                                   .unit = "mmol/L",
                                   .ucum = "mmol/L",
                                   .reference_range = "3.5-5.1",
                                   .status = "F" };
    struct store_order_key key;
    struct store_specimen_key specimen;

    w->now += 1000;
    WORLD_MUST(store_order_enter(w->store, &by, &order, &key));
    specimen = fill_specimen(f, key.id);
    result.order = key.id;
    result.specimen = event.specimen = specimen.id;
    result.at = w->now;
    result.message = event.message =
        world_message(w, specimen.accession.digits, "5", DISPOSITION_LINKED);
    for (int i = 0; i < PER_ORDER; i++)
        fill_result(f, &result, i);
    WORLD_MUST(store_event_add(w->store, &by, &event, NULL));
    if (++f->done + f->open <= f->orders)
        fill_review(f, key.id);
}

static void fill_world(struct filling *f, const char *folder)
{
    const struct store_site site = { .name = "Invented Clinic",
                                     .salt = "4711",
                                     .zone = "America/New_York" };
    struct world *w = &f->w;

    (void)mkdir(folder, 0700);
    w->now = world_start;
    (void)snprintf(w->path, sizeof w->path, "%s/" STORE_FILE, folder);
    WORLD_MUST(store_open(w->path, &w->store, NULL));
    if (store_head(w->store).id != 0) {
        fprintf(stderr, "%s holds something already; name a new folder.\n", folder);
        exit(2);
    }
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_site_set(w->store, &site));
    world_people(w);
    world_menu(w);
    fill_patients(f);
    WORLD_MUST(store_commit(w->store, NULL));
}

int main(int argc, char **argv)
{
    static struct filling f;
    struct custody *custody = NULL;
    uint64_t results;

    if (argc != 4 || strlen(argv[1]) > 80 || text_to_u64(argv[2], &results) != ERROR_OK ||
        text_to_u64(argv[3], &f.open) != ERROR_OK) {
        fprintf(stderr, "usage: %s FOLDER RESULTS OPEN\n", argv[0]);
        return 2;
    }
    f.orders = results / PER_ORDER;
    if (f.orders < f.open)
        f.orders = f.open;
    fill_world(&f, argv[1]);
    while (f.done < f.orders) {
        WORLD_MUST(store_begin(f.w.store));
        for (int i = 0; i < PER_COMMIT && f.done < f.orders; i++)
            fill_order(&f);
        WORLD_MUST(store_commit(f.w.store, NULL));
    }
    WORLD_MUST(custody_open(argv[1], f.w.store, clock_system(), entropy_system(), &custody, NULL));
    WORLD_MUST(custody_seal(custody, f.w.store, NULL));
    custody_close(custody);
    WORLD_MUST(store_checkpoint(f.w.store));
    store_close(f.w.store);
    return 0;
}
