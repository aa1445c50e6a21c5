/*
 * Writes a synthetic EKG file of any format: for tests of the page, demonstrations, and sticks.
 *
 * Nobody's heart: the waveform is a sum of bell curves, the same for everybody (tests/support/
 * ecg_tracing.h). Everything a cart says in the file is as given on the command line.
 */
#include "core/base/limits.h"
#include "tests/ecg/ecg_write.h"
#include "tests/support/ecg_tracing.h"

#include <stdio.h>
#include <stdlib.h>

enum { PEOPLE = 512, SAID = 8, SECONDS = 10, NOISES = 40 };

struct making {
    struct ecg ecg;
    char name[PEOPLE];
    const char *family, *given, *middle;
    const char *said[SAID];
    unsigned said_count, seed, leads;
};

static const char usage[] =
    "usage: make_ecg FORMAT OUT [KEY=VALUE ...]\n"
    "FORMAT: pdf scp-ecg hl7-aecg muse-xml dicom philips-xml mortara-xml contec-ecg90a\n"
    "KEY: id family given middle birth (yyyy-mm-dd) sex age recorded (yyyy-mm-ddThh:mm:ss) maker\n"
    "     model serial software operator severity statement (again and again; empty: none)\n"
    "     heart_rate pr qrs qt qtc p_axis qrs_axis t_axis seed (another noise) leads (1 to 12)\n";

struct key {
    const char *name;
    size_t member; /* of struct making */
};

static const struct key keys[] = {
    { "id", offsetof(struct making, ecg.patient_id) },
    { "family", offsetof(struct making, family) },
    { "given", offsetof(struct making, given) },
    { "middle", offsetof(struct making, middle) },
    { "birth", offsetof(struct making, ecg.patient_birth_date) },
    { "sex", offsetof(struct making, ecg.patient_sex) },
    { "age", offsetof(struct making, ecg.patient_age) },
    { "recorded", offsetof(struct making, ecg.recorded_at) },
    { "maker", offsetof(struct making, ecg.maker) },
    { "model", offsetof(struct making, ecg.model) },
    { "serial", offsetof(struct making, ecg.serial) },
    { "software", offsetof(struct making, ecg.software) },
    { "operator", offsetof(struct making, ecg.operator_id) },
    { "severity", offsetof(struct making, ecg.severity) },
};

static bool set_text(struct making *m, const char *name, size_t len, const char *value)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strlen(keys[i].name) == len && strncmp(keys[i].name, name, len) == 0) {
            *(const char **)(void *)((char *)m + keys[i].member) = value;
            return true;
        }
    for (unsigned i = 0; i < ECG_MEASUREMENT_COUNT; i++) {
        const char *id = ecg_measurement_id((enum ecg_measurement)i);
        if (strlen(id) == len && strncmp(id, name, len) == 0) {
            m->ecg.measurements[i] = value;
            return true;
        }
    }
    return false;
}

static bool set(struct making *m, const char *argument)
{
    size_t len = strcspn(argument, "=");
    const char *value = argument + len + 1;

    if (argument[len] != '=')
        return false;
    if (strncmp(argument, "seed=", len + 1) == 0)
        m->seed = (unsigned)strtoul(value, NULL, 10);
    else if (strncmp(argument, "leads=", len + 1) == 0)
        m->leads = (unsigned)strtoul(value, NULL, 10);
    else if (strncmp(argument, "statement=", len + 1) != 0)
        return set_text(m, argument, len, value);
    else if (m->said_count == SAID)
        return false;
    else {
        m->said[m->said_count] = value;
        m->said_count += *value != '\0';
        m->ecg.statements = (struct text_list) { m->said, m->said_count };
    }
    return m->leads >= 1 && m->leads <= ECG_LEAD_STANDARD;
}

/* The name in parts, as far as they were given. */
static void put_name(struct making *m)
{
    if (!*m->family && !*m->given)
        m->ecg.patient_name = "";
    else {
        (void)snprintf(m->name, sizeof m->name, "%s%s%s%s%s", m->family,
                       *m->given || *m->middle ? "^" : "", m->given, *m->middle ? "^" : "",
                       m->middle);
        m->ecg.patient_name = m->name;
    }
}

/* The first leads that somebody would put on, and no more. */
static void take_leads_off(struct making *m)
{
    static const enum ecg_lead_id order[ECG_LEAD_STANDARD] = {
        ECG_LEAD_I,   ECG_LEAD_II,  ECG_LEAD_V1,  ECG_LEAD_V2, ECG_LEAD_V5, ECG_LEAD_III,
        ECG_LEAD_AVR, ECG_LEAD_AVL, ECG_LEAD_AVF, ECG_LEAD_V3, ECG_LEAD_V4, ECG_LEAD_V6
    };

    for (unsigned i = m->leads; i < ECG_LEAD_STANDARD; i++)
        m->ecg.leads[order[i]] =
            (struct ecg_lead) { .id = order[i], .name = ecg_lead_text(order[i]) };
}

static int save(const char *path, const struct buffer *bytes)
{
    FILE *f = fopen(path, "wbe");
    bool done = f && fwrite(bytes->at, 1, bytes->len, f) == bytes->len;

    if (f && fclose(f) != 0)
        done = false;
    if (!done)
        perror(path);
    return done ? 0 : 3;
}

static int make(struct making *m, enum ecg_format format, const char *path)
{
    struct buffer out;
    enum error e;
    int code;

    put_name(m);
    take_leads_off(m);
    buffer_init(&out, LIMIT_ECG_FILE);
    e = ecg_write(&m->ecg, format, &out);
    if (e != ERROR_OK)
        (void)fprintf(stderr, "make_ecg: %s\n", error_text(e));
    code = e == ERROR_OK ? save(path, &out) : 1;
    buffer_free(&out);
    return code;
}

int main(int argc, char **argv)
{
    struct making m = { .family = "MARLOWE-TEST", .given = "IRIS", .middle = "", .leads = 12 };
    struct ecg_tracing how = { .seconds = SECONDS };
    enum ecg_format format;
    struct arena arena;
    int code = 2;

    if (argc < 3 || ecg_format_parse(argv[1], &format) != ERROR_OK)
        return fputs(usage, stderr) < 0 ? 3 : 2;
    for (int i = 3; i < argc; i++)
        if (strncmp(argv[i], "seed=", 5) == 0)
            how.noise = (int)(strtoul(argv[i] + 5, NULL, 10) % NOISES);
    how.rate = ecg_write_rate(format);
    arena_init(&arena, LIMIT_ECG_ARENA);
    if (ecg_tracing_make(&arena, how, &m.ecg) == ERROR_OK) {
        int i = 3;
        while (i < argc && set(&m, argv[i]))
            i++;
        if (i < argc)
            (void)fprintf(stderr, "make_ecg: not understood: %s\n%s", argv[i], usage);
        else
            code = make(&m, format, argv[2]);
    }
    arena_free(&arena);
    return code;
}
