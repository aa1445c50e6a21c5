/* Profiles as a site writes them: those of tests/site, and the two that the page about adding an
 * instrument shows, each tried on what its device would send (numbers invented). */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/profile/shelf.h"
#include "instruments/recording/decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE "docs/adding-an-instrument.md"
#define METER                                                                                      \
    "\x02"                                                                                         \
    "26/03/12 14:05 ID# 260312000419 [B. Plasma] Na       140  mmol/L K        4.1  mmol/L\x03"
#define GATEWAY                                                                                    \
    "MSH|^~\\&|LabCube|Counter|||20260312140500||OUL^R22|1|P|2.5.1\rPID|1||260312000419\rSPM|1\r"  \
    "OBR|1\rOBX|1|NM|WBC^White cells||7.4|G/l|3.8-10.7||||F\r"

struct seen {
    size_t records, results;
    char profile[64], specimen[64], ucum[64];
};

static enum error see(void *context, const struct record *r)
{
    struct seen *seen = context;
    seen->records++;
    seen->results += r->result_count;
    (void)snprintf(seen->profile, sizeof seen->profile, "%s", r->profile);
    (void)snprintf(seen->specimen, sizeof seen->specimen, "%s", r->specimen);
    (void)snprintf(seen->ucum, sizeof seen->ucum, "%s", r->result_count ? r->results[0].ucum : "");
    return ERROR_OK;
}

static void assert_reads(const char *folder, const char *text, const char *profile, size_t results)
{
    const struct decode_options options = { .folder = folder };
    struct seen seen = { .records = 0 };
    const struct decode_sink sink = { &seen, see, NULL };
    struct complaint why = { "" };

    if (decode_bytes("x", span_text(text), &options, &sink, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    assert_string_equal(seen.profile, profile);
    assert_int_equal(seen.results, results);
    assert_string_equal(seen.specimen, "260312000419");
}

static void test_all_can_be_read(void **state)
{
    struct profile_shelf *shelf = NULL;
    struct complaint why = { "" };

    (void)state;
    if (profile_shelf_open("tests/site", &shelf, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    assert_non_null(profile_shelf_find(shelf, "labcube"));
    profile_shelf_close(shelf);
}

static void test_read_their_devices(void **state)
{
    (void)state;
    assert_reads("tests/site", METER, "arkray-spotchem-el", 2);
    assert_reads("tests/site", GATEWAY, "labcube", 1);
}

/* The profile in the page's next block of that kind, written into the folder. */
static const char *write_block(const char *page, const char *folder)
{
    static const char fence[] = "\n```\n", begin[] = "\n```\n[profile]\n";
    const char *at = strstr(page, begin), *end, *id;
    char path[256];
    FILE *f;

    if (!at)
        return NULL;
    at += sizeof fence - 1;
    end = strstr(at, fence);
    id = strstr(at, "id = ");
    assert_true(end && id);
    (void)snprintf(path, sizeof path, "%s/%.*s.profile", folder, (int)strcspn(id + 5, "\n"),
                   id + 5);
    f = fopen(path, "we");
    assert_non_null(f);
    assert_int_equal(fwrite(at, 1, (size_t)(end + 1 - at), f), (size_t)(end + 1 - at));
    assert_int_equal(fclose(f), 0);
    return end;
}

static void remove_profile(const char *folder, const char *id)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s.profile", folder, id);
    assert_int_equal(unlink(path), 0);
}

/* What the page shows is what works. */
static void test_page(void **state)
{
    char folder[] = "/tmp/phial-page-XXXXXX", page[64 * 1024];
    const char *at = page;
    FILE *f = fopen(PAGE, "re");
    size_t len, blocks = 0;

    (void)state;
    assert_non_null(f);
    len = fread(page, 1, sizeof page - 1, f);
    page[len] = '\0';
    assert_int_equal(fclose(f), 0);
    assert_non_null(mkdtemp(folder));
    while ((at = write_block(at, folder)) != NULL)
        blocks++;
    assert_int_equal(blocks, 2);
    assert_reads(folder, METER, "arkray-spotchem-el", 2);
    assert_reads(folder, GATEWAY, "labcube", 1);
    remove_profile(folder, "arkray-spotchem-el");
    remove_profile(folder, "labcube");
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_can_be_read),
        cmocka_unit_test(test_read_their_devices),
        cmocka_unit_test(test_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
