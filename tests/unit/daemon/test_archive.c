/* The encrypted archive of a backup: whole and with its own key, or not at all. */
#include "tests/unit/test.h"

#include "core/daemon/archive.h"
#include "core/daemon/backup_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BIG = 200 * 1000 };

static const char *const names[] = { "one", "two", "absent" };

struct place {
    char folder[64], archive[96], key[96];
    struct archive_opener own, pair;
};

static void write_file(const char *folder, const char *name, const void *bytes, size_t len)
{
    char path[128];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static size_t read_file(const char *path, uint8_t *out, size_t room)
{
    FILE *file = fopen(path, "re");
    size_t got;

    assert_non_null(file);
    got = fread(out, 1, room, file);
    (void)fclose(file);
    return got;
}

static int make_place(void **state)
{
    static struct place p;
    static uint8_t big[BIG];
    uint8_t public_key[crypto_box_PUBLICKEYBYTES];
    struct complaint why;

    assert_true(sodium_init() >= 0);
    (void)snprintf(p.folder, sizeof p.folder, "/tmp/phial-archive-XXXXXX");
    assert_non_null(mkdtemp(p.folder));
    (void)snprintf(p.archive, sizeof p.archive, "%s/archive", p.folder);
    (void)snprintf(p.key, sizeof p.key, "%s/key", p.folder);
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (uint8_t)(i * 7 + i / 251);
    write_file(p.folder, "one", "Doe-TEST", 8);
    write_file(p.folder, "two", big, sizeof big);
    assert_int_equal(backup_key_make(p.folder, p.key, &why), ERROR_OK);
    assert_int_equal(backup_key_public(p.folder, public_key, &why), ERROR_OK);
    assert_int_equal(backup_key_read(p.key, &p.pair, &why), ERROR_OK);
    assert_memory_equal(public_key, p.pair.public_key, sizeof public_key);
    assert_int_equal(archive_pack(p.archive, public_key, p.folder, names, 3, &p.own, &why),
                     ERROR_OK);
    *state = &p;
    return 0;
}

static void remove_folder(const char *folder)
{
    static const char *const all[] = { "one", "two", "archive", "bad", "key", BACKUP_PUBLIC_FILE };
    char path[128];

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, all[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

static int remove_place(void **state)
{
    struct place *p = *state;
    remove_folder(p->folder);
    return 0;
}

/* Unpacks into a folder of its own and compares what came out, when it went well. */
static enum error unpack(const struct place *p, const char *archive,
                         const struct archive_opener *opener)
{
    static uint8_t before[BIG + 1], after[BIG + 1];
    char folder[] = "/tmp/phial-unpack-XXXXXX", path[128];
    struct complaint why = { "" };
    enum error e;

    assert_non_null(mkdtemp(folder));
    e = archive_unpack(archive, opener, folder, names, 3, &why);
    for (size_t i = 0; e == ERROR_OK && i < 2; i++) {
        size_t len;
        (void)snprintf(path, sizeof path, "%s/%s", p->folder, names[i]);
        len = read_file(path, before, sizeof before);
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        assert_int_equal(read_file(path, after, sizeof after), len);
        assert_memory_equal(before, after, len);
    }
    if (e != ERROR_OK)
        assert_true(why.text[0] != '\0');
    remove_folder(folder);
    return e;
}

static void what_went_in_comes_out_by_either_key(void **state)
{
    struct place *p = *state;
    struct stat about;

    assert_int_equal(unpack(p, p->archive, &p->own), ERROR_OK);
    assert_int_equal(unpack(p, p->archive, &p->pair), ERROR_OK);
    assert_int_equal(stat(p->archive, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void another_key_opens_nothing(void **state)
{
    struct place *p = *state;
    struct archive_opener other = p->pair;

    crypto_box_keypair(other.public_key, other.secret_key);
    assert_int_equal(unpack(p, p->archive, &other), ERROR_BAD_INPUT);
}

static void nothing_of_it_can_be_read_without(void **state)
{
    struct place *p = *state;
    static uint8_t bytes[2 * BIG];
    size_t len = read_file(p->archive, bytes, sizeof bytes);

    assert_true(len > BIG);
    assert_null(memmem(bytes, len, "Doe-TEST", 8));
    assert_null(memmem(bytes, len, "one", 3));
}

/* A changed bit and a missing end, at places all over the file, and every one of its first bytes.
 */
static void what_was_changed_or_cut_is_refused(void **state)
{
    struct place *p = *state;
    static uint8_t bytes[2 * BIG];
    size_t len = read_file(p->archive, bytes, sizeof bytes);
    char bad[128];

    (void)snprintf(bad, sizeof bad, "%s/bad", p->folder);
    for (size_t at = 0; at < len; at += at < 150 ? 1 : 1999) {
        bytes[at] ^= 0x10;
        write_file(p->folder, "bad", bytes, len);
        assert_int_equal(unpack(p, bad, &p->pair), ERROR_BAD_INPUT);
        bytes[at] ^= 0x10;
        write_file(p->folder, "bad", bytes, at);
        assert_int_equal(unpack(p, bad, &p->pair), ERROR_BAD_INPUT);
    }
    bytes[len] = 0;
    write_file(p->folder, "bad", bytes, len + 1);
    assert_int_equal(unpack(p, bad, &p->pair), ERROR_BAD_INPUT);
}

/* A name that no backup has would be a file that somebody else chose. */
static void a_name_of_somebody_elses_choice_is_refused(void **state)
{
    struct place *p = *state;
    char folder[] = "/tmp/phial-unpack-XXXXXX";
    struct complaint why;

    assert_non_null(mkdtemp(folder));
    assert_int_not_equal(archive_unpack(p->archive, &p->pair, folder, names + 1, 2, &why),
                         ERROR_OK);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_went_in_comes_out_by_either_key),
        cmocka_unit_test(another_key_opens_nothing),
        cmocka_unit_test(nothing_of_it_can_be_read_without),
        cmocka_unit_test(what_was_changed_or_cut_is_refused),
        cmocka_unit_test(a_name_of_somebody_elses_choice_is_refused),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
