/* Invented patients whose names try a label: long, in many scripts, and hostile. */
#ifndef PHIAL_TESTS_UNIT_DRAW_SAMPLES_H
#define PHIAL_TESTS_UNIT_DRAW_SAMPLES_H

#include "labels/draw/label.h"

#include <dirent.h>
#include <time.h>

struct sample_name {
    const char *family, *given;
};

/* Every script Phial claims to print, one name or word each; none has a character without a
 * glyph. */
static const struct sample_name sample_scripts[] = {
    { "Smith-TEST", "Jane Q" },
    { "O\u2019Neill-D\u2019Arcy-TEST", "Se\u00e1n" },
    { "Ib\u00e1\u00f1ez Mu\u00f1oz-TEST", "Mar\u00eda Jos\u00e9 de la Luz" },
    { "Nguy\u1ec5n \u0110\u1eb7ng-TEST", "Th\u1ecb H\u1ed3ng Nhung" },
    { "Nguye\u0302\u0303n-TEST", "Thi\u0323 Ho\u0302\u0300ng" },
    { "\u0627\u0644\u0639\u0628\u062f \u0627\u0644\u0644\u0647-TEST", "\u0645\u062d\u0645\u062f" },
    { "\u05db\u05d4\u05df-TEST", "\u05d3\u05d5\u05d3" },
    { "\u0418\u0432\u0430\u043d\u043e\u0432-TEST", "\u0410\u043d\u043d\u0430" },
    { "\u03a0\u03b1\u03c0\u03ac\u03c2-TEST", "\u0391\u03bd\u03bd\u03b1" },
    { "\u0531\u0562\u0563\u0561\u0580-TEST", "\u0544\u0561\u0580\u056b" },
    { "\u10d1\u10d4\u10e0\u10d8\u10eb\u10d4-TEST", "\u10dc\u10d8\u10dc\u10dd" },
    { "\u0928\u093f\u0924\u093f\u0928-TEST", "\u0915\u094d\u0937\u0947\u092e" },
    { "\u09b0\u09b9\u09ae\u09be\u09a8-TEST", "\u0997\u09c0\u09a4\u09be" },
    { "\u0aaa\u0a9f\u0ac7\u0ab2-TEST", "\u0aae\u0ac0\u0aa8\u0abe" },
    { "\u0a38\u0a3f\u0a70\u0a18-TEST", "\u0a17\u0a41\u0a30\u0a41" },
    { "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd-TEST", "\u0b95\u0ba3\u0bcd\u0ba3\u0ba9\u0bcd" },
    { "\u0c30\u0c3e\u0c35\u0c41-TEST", "\u0c38\u0c40\u0c24" },
    { "\u0c95\u0cc1\u0cae\u0cbe\u0cb0-TEST", "\u0cb0\u0cbe\u0cae" },
    { "\u0d28\u0d3e\u0d2f\u0d30\u0d4d-TEST", "\u0d2e\u0d40\u0d30" },
    { "\u0dc3\u0dd2\u0d82\u0dc4-TEST", "\u0dc3\u0dd2\u0dbb\u0dd2" },
    { "\u0e2a\u0e21\u0e0a\u0e32\u0e22\u0e43\u0e08\u0e14\u0e35-TEST",
      "\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48" },
    { "\u0ea5\u0eb2\u0ea7-TEST", "\u0e9a\u0eb8\u0e99" },
    { "\u179f\u17bb\u1781-TEST", "\u1785\u17d0\u1793" },
    { "\u1019\u103c\u1014\u103a\u1019\u102c-TEST", "\u1021\u1031\u102c\u1004\u103a" },
    { "\u12a0\u1260\u1260-TEST", "\u1260\u1240\u1208" },
    { "\u13e3\u13b3\u13a9-TEST", "\u13c4\u13a9" },
    { "\u0710\u0712\u072a-TEST", "\u0721\u072a" },
    { "\u078b\u07a8\u0788\u07ac\u0780\u07a8-TEST", "\u0789\u07a7" },
    { "\u1820\u1828\u1833-TEST", "\u182a\u1820" },
    { "\u0f56\u0f7c\u0f51-TEST", "\u0f5a\u0f7a" },
    { "\u07d2\u07de\u07cf-TEST", "\u07d5\u07ca" },
    { "\u738b-TEST", "\u5c0f\u660e" },
    { "\u4f50\u85e4-TEST", "\u3055\u304f\u3089 \u30ab\u30ca" },
    { "\uae40-TEST", "\ubbfc\uc900" },
};

/* Names that would harm a printer, a page or a layout if they could. */
static const struct sample_name sample_hostile[] = {
    { "^XA~JA<script>-TEST", "alert(1)^XZ" },
    { "\"/><svg onload=x()>-TEST", "'; DROP TABLE" },
    { "Featherstonehaugh-Cholmondeley-Papadopoulos-Wolfeschlegelsteinhausen-TEST",
      "Maximiliana Wilhelmina Theodora Alexandrina" },
    { "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW-TEST", "W" },
    { "\u0627\u0644\u0645\u0646\u0635\u0648\u0631\u064a \u0627\u0644\u0639\u0628\u062f "
      "\u0627\u0644\u0644\u0647 \u0628\u0646 \u0639\u0628\u062f \u0627\u0644\u0631\u062d\u0645"
      "\u0646-TEST",
      "\u0639\u0628\u062f \u0627\u0644\u0631\u062d\u064a\u0645 \u0645\u062d\u0645\u062f" },
    { "\u202eTSET-\u202e\u2066evil\u2069", "\u200fmirror\u2028line" },
    { "Z\u0335\u0321\u0327\u031b\u0302\u030c\u0308\u0301\u033d\u035da\u0335\u0322\u031b\u0324"
      "\u0303\u030c\u035dlgo-TEST",
      "Ta\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309ll" },
    { "\ufdfd\ufdfd\ufdfd\ufdfd-TEST", "\u0bf5\u0bf8" },
    { "    ", "  \u00a0 " },
    { "\U0001f600-TEST", "\U0001fffe\ue000" },
    { "x", "" },
};

enum {
    SAMPLE_SCRIPTS = sizeof sample_scripts / sizeof *sample_scripts,
    SAMPLE_HOSTILE = sizeof sample_hostile / sizeof *sample_hostile
};

static inline struct label sample_label(struct sample_name name)
{
    return (struct label) {
        .accession = "260314000423",
        .family = name.family,
        .given = name.given,
        .mrn = "00123456",
        .birth_date = "1981-03-14",
        .sex = "F",
        .container = "LAV EDTA",
        .priority = "stat",
        .collected_at = "2026-03-14T09:42",
        .collector = "MA07",
        .specimen_type = "Venous",
        .site = "L arm",
    };
}

static inline int samples_prepare(void **state)
{
    struct complaint why = { "" };
    return label_draw_prepare((struct label_drawer **)state, &why) == ERROR_OK ? 0 : -1;
}

/* Pango looks for fonts in threads that end by themselves. To the leak checker, what GLib keeps for
 * one that is just ending is lost: the process ends after them. */
static inline int samples_release(void **state)
{
    const struct timespec moment = { 0, 1000000 };
    int there = 0;

    label_draw_free(*state);
    for (int looks = 0; there != 1 && looks < 2000; looks++) {
        DIR *tasks = opendir("/proc/self/task");

        if (!tasks || (looks && nanosleep(&moment, NULL) != 0))
            return -1;
        for (there = -2; readdir(tasks);) /* without . and .. */
            there++;
        (void)closedir(tasks);
    }
    return there == 1 ? 0 : -1;
}

#endif
