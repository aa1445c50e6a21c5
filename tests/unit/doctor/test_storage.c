/* Whether a disk is encrypted, by a /sys and a /proc of the test's own. */
#include "tests/unit/test.h"

#include "core/daemon/doctor/storage.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static char root[64];

static void put(const char *path, const char *text)
{
    char full[512];
    FILE *file;

    (void)snprintf(full, sizeof full, "%s/%s", root, path);
    for (char *at = full + strlen(root) + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        (void)mkdir(full, 0700);
        *at = '/';
    }
    file = fopen(full, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(root, sizeof root, "/tmp/phial-storage-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int drop(const char *path, const struct stat *at, int kind, struct FTW *where)
{
    (void)at;
    (void)kind;
    (void)where;
    return remove(path);
}

static int tear_down(void **state)
{
    (void)state;
    return nftw(root, drop, 16, FTW_DEPTH | FTW_PHYS);
}

static void luks_is_encrypted_and_a_partition_is_not(void **state)
{
    (void)state;
    put("sys/dev/block/253:0/dm/uuid", "CRYPT-LUKS2-abc-disk_crypt\n");
    put("sys/dev/block/8:1/size", "1\n");
    assert_int_equal(storage_of(root, makedev(253, 0)), STORAGE_ENCRYPTED);
    assert_int_equal(storage_of(root, makedev(8, 1)), STORAGE_PLAIN);
    assert_int_equal(storage_of(root, makedev(0, 42)), STORAGE_UNKNOWN);
}

static void a_volume_is_as_good_as_what_it_lies_on(void **state)
{
    (void)state;
    put("sys/dev/block/253:1/dm/uuid", "LVM-xyz\n");
    put("sys/dev/block/253:1/slaves/dm-0/dm/uuid", "CRYPT-LUKS2-abc-disk_crypt\n");
    assert_int_equal(storage_of(root, makedev(253, 1)), STORAGE_ENCRYPTED);
    put("sys/dev/block/253:2/dm/uuid", "LVM-xyz\n");
    put("sys/dev/block/253:2/slaves/sda2/size", "1\n");
    assert_int_equal(storage_of(root, makedev(253, 2)), STORAGE_PLAIN);
}

/* Half of it in clear is in clear, in whatever order the halves are looked at. */
static void a_volume_over_two_disks_needs_both_encrypted(void **state)
{
    (void)state;
    put("sys/dev/block/253:3/dm/uuid", "LVM-xyz\n");
    for (char name[] = "a"; *name <= 'f'; (*name)++) {
        char path[64];
        (void)snprintf(path, sizeof path, "sys/dev/block/253:3/slaves/%s/dm/uuid", name);
        put(path, *name == 'c' ? "LVM-plain\n" : "CRYPT-LUKS2-abc\n");
    }
    assert_int_equal(storage_of(root, makedev(253, 3)), STORAGE_PLAIN);
}

static void what_lies_too_deep_is_not_known(void **state)
{
    (void)state;
    put("sys/dev/block/253:4/slaves/a/slaves/a/slaves/a/slaves/a/slaves/a/slaves/a/slaves/a/slaves/"
        "a/slaves/a/slaves/a/slaves/a/slaves/a/size",
        "1\n");
    assert_int_equal(storage_of(root, makedev(253, 4)), STORAGE_UNKNOWN);
}

static void swap_on_a_plain_disk_is_named(void **state)
{
    char found[64];
    struct stat at;
    char path[128], block[128];

    (void)state;
    put("dev/swapfile", "");
    put("dev/zram0", ""); /* memory, whatever it seems to lie on */
    (void)snprintf(path, sizeof path, "%s/dev/swapfile", root);
    assert_int_equal(stat(path, &at), 0);
    (void)snprintf(block, sizeof block, "sys/dev/block/%u:%u/size", major(at.st_dev),
                   minor(at.st_dev));
    put(block, "1\n");
    put("proc/swaps", "Filename\tType\n/dev/zram0 partition\n/dev/swapfile file 1 0 -2\n");
    storage_plain_swap(root, found, sizeof found);
    assert_string_equal(found, "/dev/swapfile");
    put("proc/swaps", "Filename\tType\n/dev/zram0 partition\n");
    storage_plain_swap(root, found, sizeof found);
    assert_string_equal(found, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(luks_is_encrypted_and_a_partition_is_not, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_volume_is_as_good_as_what_it_lies_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_volume_over_two_disks_needs_both_encrypted, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_lies_too_deep_is_not_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(swap_on_a_plain_disk_is_named, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
