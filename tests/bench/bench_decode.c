/*
 * How fast messages are read: MB/s for LIS02, HL7 and POCT1-A, into the tree and into records,
 * beside the bare speed of reading the same bytes once, all in one run.
 *
 * usage: bench_decode [SECONDS]    for each measurement, 1 unless told
 */
#include "tests/bench/baseline.h"

#include "core/base/limits.h"
#include "instruments/message/hl7.h"
#include "instruments/message/xml.h"
#include "instruments/profile/profile.h"

#include <stdio.h>
#include <stdlib.h>

enum { RESULTS = 20, MEGABYTE = 1000000 };

typedef enum error decoder(struct span text, struct arena *arena, struct message *out, size_t *used,
                           struct complaint *why);

/* One message of a chemistry panel in each dialect; every name and number is invented. */
static const struct dialect {
    const char *name, *profile;
    decoder *decode;
    const char *head, *result, *tail; /* result: takes its number three times */
} dialects[] = {
    { "LIS02", "generic-lis02", lis02_decode,
      "H|\\^&|||Example 300^2.0^SN0042|||||||P|LIS2-A2|20260312130000\r"
      "P|1|MRN-1006|||RIVERA-TEST^ANA||19901111|F\r"
      "O|1|260312000070||^^^PANEL|R||20260312120000||||N||||||||||||||F\r",
      "R|%d|^^^CODE%d|1%d.5|mg/dL|70 to 99|N||F||OP7||20260312125500\r", "L|1|N\r" },
    { "HL7 v2", "generic-hl7", hl7_decode,
      "MSH|^~\\&|Example 300|Clinic|Phial|Clinic|20260312130000||ORU^R01^ORU_R01|7|P|2.5.1\r"
      "PID|1||MRN-1006||RIVERA-TEST^ANA||19901111|F\r"
      "OBR|1||260312000070|PANEL^Panel^L|||20260312120000\r",
      "OBX|%d|NM|CODE%d^Analyte^L||1%d.5|mg/dL|70-99|N|||F|||20260312125500\r", "" },
    { "POCT1-A", "generic-poct1a", poct1a_decode,
      "<OBS.R01><HDR><HDR.message_type V=\"OBS.R01\"/><HDR.control_id V=\"7\"/>"
      "<HDR.version_id V=\"POCT1\"/><HDR.creation_dttm V=\"2026-03-12T13:00:00-05:00\"/></HDR>"
      "<SVC><SVC.role_cd V=\"OBS\"/><SVC.observation_dttm V=\"2026-03-12T12:55:00-05:00\"/>"
      "<PT><PT.patient_id V=\"260312000070\"/>",
      "<OBS><OBS.observation_id V=\"CODE%d\" SN=\"L\" DN=\"Analyte %d\"/>"
      "<OBS.value V=\"1%d.5\" U=\"mg/dL\"/><OBS.method_cd V=\"M\"/>"
      "<OBS.interpretation_cd V=\"N\"/></OBS>",
      "</PT></SVC></OBS.R01>" },
};

static void die(const char *sentence)
{
    (void)fprintf(stderr, "bench_decode: %s\n", sentence);
    exit(3);
}

static struct buffer compose(const struct dialect *d)
{
    struct buffer text;
    buffer_init(&text, LIMIT_MESSAGE);
    (void)buffer_put_text(&text, d->head);
    for (int i = 1; i <= RESULTS; i++) {
        char line[512];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the three formats stand above */
        (void)snprintf(line, sizeof line, d->result, i, i, i);
#pragma GCC diagnostic pop
        (void)buffer_put_text(&text, line);
    }
    if (buffer_put_text(&text, d->tail) != ERROR_OK)
        die("there is no memory.");
    return text;
}

/* Every byte is looked at once, as the quickest imaginable decoder must. */
static double bare_speed(struct span text, double seconds)
{
    const double end = bench_now() + seconds;
    volatile uint64_t seen = 0;
    uint64_t bytes = 0;
    while (bench_now() < end)
        for (int round = 0; round < 1000; round++) {
            uint64_t sum = 0;
            for (size_t i = 0; i < text.len; i++)
                sum += text.at[i];
            seen += sum;
            bytes += text.len;
        }
    (void)seen; /* clang counts an addition as no use */
    return (double)bytes / MEGABYTE / seconds;
}

static double tree_speed(const struct dialect *d, struct span text, double seconds)
{
    const double end = bench_now() + seconds;
    uint64_t bytes = 0;
    while (bench_now() < end) {
        struct message message;
        struct arena arena;
        size_t used = 0;
        arena_init(&arena, LIMIT_DECODE_ARENA);
        if (d->decode(text, &arena, &message, &used, NULL) != ERROR_OK || used != text.len)
            die("a message was not decoded whole.");
        arena_free(&arena);
        bytes += text.len;
    }
    return (double)bytes / MEGABYTE / seconds;
}

static double record_speed(const struct dialect *d, struct span text, double seconds)
{
    const double end = bench_now() + seconds;
    struct profile *profile;
    struct complaint why = { "" };
    uint64_t bytes = 0;
    if (profile_load(d->profile, NULL, &profile, &why) != ERROR_OK)
        die(why.text);
    while (bench_now() < end) {
        struct record *records;
        struct arena arena;
        size_t count = 0;
        arena_init(&arena, LIMIT_DECODE_ARENA);
        if (profile_decode(profile, text, true, &arena, &records, &count, NULL) != ERROR_OK ||
            count != 1 || records[0].result_count != RESULTS)
            die("a message did not give its record.");
        arena_free(&arena);
        bytes += text.len;
    }
    profile_free(profile);
    return (double)bytes / MEGABYTE / seconds;
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 1;
    (void)printf("format  | bytes | bare MB/s | tree MB/s | ratio | records MB/s | ratio\n");
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++) {
        struct buffer text = compose(&dialects[i]);
        struct span bytes = buffer_span(&text);
        double bare = bare_speed(bytes, seconds);
        double tree = tree_speed(&dialects[i], bytes, seconds);
        double records = record_speed(&dialects[i], bytes, seconds);
        (void)printf("%-7s | %5zu | %9.0f | %9.0f | %5.3f | %12.0f | %5.3f\n", dialects[i].name,
                     bytes.len, bare, tree, tree / bare, records, records / bare);
        buffer_free(&text);
    }
    return 0;
}
