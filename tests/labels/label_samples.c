/*
 * label_samples FOLDER COUNT SEED: that many random labels of invented patients, each as SVG, PNG,
 * PDF and ZPL, and as what a printer of one of the other languages would print (NNNN-LANGUAGE.pgm);
 * and on standard output one line for each, with tabs between: number, accession, resolution,
 * reading direction ("plain", "mixed" or "shaped"), family name, given names, that language.
 *
 * Fails when a label cannot be drawn, when its text's ink leaves the label or touches a quiet
 * zone, when a character has no glyph, or when any language does not give the picture back dot for
 * dot.
 */
#include "core/model/accession.h"
#include "labels/print/language.h"
#include "tests/labels/interpret.h"
#include "tests/unit/draw/ink.h"

#include <stdlib.h>
#include <string.h>

struct tongue {
    const char *kind; /* how its text comes back out of a PDF */
    const char *family[8], *given[8];
    const char *between; /* in a double family name */
    const char *mark;    /* marks the patient as invented */
};

static const struct tongue tongues[] = {
    { "plain",
      { "Smith", "Featherstonehaugh", "O'Brien", "D'Angelo", "Cholmondeley", "Papadopoulos", "Li",
        "Wolfeschlegelstein" },
      { "Jane", "Christopher", "Mary-Beth", "Q", "Alexandrina", "Bo", "Wilhelmina", "Sean" },
      "-",
      "-TEST" },
    { "plain",
      { "Ibáñez", "Muñoz", "de la Peña", "Gutiérrez", "Yáñez", "Güemes", "del Río", "Núñez" },
      { "María", "José", "Guadalupe", "Ángel", "Jesús", "Concepción", "Íñigo", "Belén" },
      " ",
      "-TEST" },
    { "plain",
      { "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Đặng", "Bùi", "Đỗ" },
      { "Thị", "Hồng", "Nhung", "Quốc", "Văn", "Tuấn", "Phượng", "Ngọc" },
      " ",
      "-TEST" },
    { "mixed",
      { "العبد الله", "المنصوري", "الحسيني", "بن سلمان", "القرشي", "حداد", "النجار", "الطيب" },
      { "محمد", "فاطمة", "عبد الرحمن", "خديجة", "علي", "مريم", "يوسف", "زينب" },
      " ",
      " اختبار" },
    { "plain",
      { "^XA~JA<script>", "^FS^XZ^XA^IDR:*.*", "\"/><svg onload=x()>", "';--", "~HS~JR", "%s%n%x",
        "../../x", "&#60;b&#62;" },
      { "^PQ9999", "alert(1)", "~JA", "</path>", "^FN1", "${x}", "`id`", "\\" },
      "^",
      "-TEST" },
    { "plain",
      { "Иванов", "Шевченко", "Παπαδόπουλος", "Քոչարյան", "Đorđević", "Łukasiewicz", "Ægirsson",
        "Şahin" },
      { "Анна", "Олександр", "Ελένη", "Անի", "Zoë", "Žofia", "Þóra", "İpek" },
      "-",
      "-TEST" },
    { "plain",
      { "王", "李", "佐藤", "김", "박", "欧阳", "渡辺", "최" },
      { "小明", "さくら", "민준", "서연", "カナ", "伟", "美咲", "지우" },
      " ",
      "-TEST" },
    { "shaped",
      { "शर्मा", "สมชายใจดี", "রহমান", "கண்ணன்", "አበበ", "ქართველი", "สุขสวัสดิ์", "ਸਿੰਘ" },
      { "नितिन", "ที่นี่", "গীতা", "தமிழ்", "በቀለ", "ნინო", "क्षेम", "ਗੁਰੂ" },
      "-",
      "-TEST" },
};
enum { TONGUES = sizeof tongues / sizeof *tongues, NAME_SIZE = 512 };

/* splitmix64: the run's seed is printed, so that a failure can be had again. */
static uint64_t next(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static unsigned below(uint64_t *seed, unsigned count)
{
    return (unsigned)(next(seed) % count);
}

/* One to `most` of the parts, joined. */
static void join_some(uint64_t *seed, char *out, const char *const parts[8], const char *between,
                      unsigned most)
{
    unsigned count = 1 + below(seed, most);
    size_t used = 0;
    for (unsigned i = 0; i < count; i++)
        used += (size_t)snprintf(out + used, NAME_SIZE - used, "%s%s", i ? between : "",
                                 parts[below(seed, 8)]);
}

struct sample {
    char family[2 * NAME_SIZE], given[NAME_SIZE], mrn[32], birth_date[16];
    struct accession accession;
    struct label label;
    struct label_medium medium;
    const char *kind;
};

static void make_sample(uint64_t *seed, unsigned number, struct sample *s)
{
    static const char *const containers[] = { "LAV EDTA", "GOLD SST", "Urine cup", "", "MICRO" };
    static const char *const priorities[] = { "routine", "stat", "urgent", "" };
    static const unsigned resolutions[] = { 203, 203, 203, 203, 203, 203,
                                            300, 300, 300, 300, 300, 600 };
    const struct tongue *tongue = &tongues[number % TONGUES];
    char family[NAME_SIZE];

    join_some(seed, family, tongue->family, tongue->between, 3);
    (void)snprintf(s->family, sizeof s->family, "%s%s", family, tongue->mark);
    join_some(seed, s->given, tongue->given, " ", 3);
    (void)snprintf(s->mrn, sizeof s->mrn, "%08u", below(seed, 100000000));
    (void)snprintf(s->birth_date, sizeof s->birth_date, "%04u-%02u-%02u", 1920 + below(seed, 106),
                   1 + below(seed, 12), 1 + below(seed, 28));
    if (accession_make(&s->accession, 260101 + below(seed, 28), below(seed, 100000), "7315") !=
        ERROR_OK)
        abort();
    s->kind = tongue->kind;
    s->medium = (struct label_medium) { (enum label_stock)below(seed, LABEL_STOCK_COUNT),
                                        resolutions[below(seed, 12)] };
    s->label = (struct label) {
        .accession = s->accession.digits,
        .family = s->family,
        .given = s->given,
        .mrn = s->mrn,
        .birth_date = s->birth_date,
        .sex = (const char *[]) { "F", "M", "X", "" }[below(seed, 4)],
        .container = containers[below(seed, 5)],
        .priority = priorities[below(seed, 4)],
        .collected_at = "2026-03-14T09:42",
        .collector = "MA07",
        .specimen_type = "Venous",
        .site = "L arm",
        .copy = below(seed, 3),
    };
}

static bool write_file(const char *folder, unsigned number, const char *ending, struct span bytes)
{
    char path[512];
    FILE *file;
    bool done;
    (void)snprintf(path, sizeof path, "%s/%04u%s%s", folder, number,
                   strchr(ending, '.') ? "-" : ".", ending);
    file = fopen(path, "wb");
    if (!file)
        return false;
    done = fwrite(bytes.at, 1, bytes.len, file) == bytes.len;
    return fclose(file) == 0 && done;
}

static bool check_ink(struct label_drawer *drawer, const struct sample *s, char *why, size_t size)
{
    struct scene scene = { 0 };
    bool good =
        scene_lay_out(&scene, drawer, FONT_ON_DOTS, &s->label, s->medium, NULL) == ERROR_OK &&
        ink_stays(&scene, why, size);
    scene_free(&scene);
    return good;
}

/* What is loaded for that stock, where the language asks. */
static struct media loaded(const struct language *language, enum label_stock stock, unsigned number)
{
    if (!language->area)
        return language->media;
    if (language->id[0] == 'b')
        return stock != LABEL_STOCK_2X1 ? (struct media) { 62, 29 }
               : number % 2             ? (struct media) { 62, 0 }
                                        : (struct media) { 29, 90 };
    return stock == LABEL_STOCK_62X29 ? (struct media) { 28, 89 } : language->media;
}

static bool write_paper(const char *folder, unsigned number, const char *language,
                        const struct bitmap *paper)
{
    char ending[64];
    struct buffer out;
    bool done = true;

    (void)snprintf(ending, sizeof ending, "%s.pgm", language);
    buffer_init(&out, 64UL * 1024 * 1024);
    done = buffer_put_format(&out, "P5\n%d %d\n255\n", paper->width, paper->height) == ERROR_OK;
    for (int y = 0; y < paper->height && done; y++)
        for (int x = 0; x < paper->width && done; x++)
            done = buffer_put_byte(&out, bitmap_dark(paper, x, y) ? 0 : 255) == ERROR_OK;
    done = done && write_file(folder, number, ending, buffer_span(&out));
    buffer_free(&out);
    return done;
}

/* The label in one language, read back by the interpreter and compared. ZPL is written for the
 * renderer of others, one of the other languages as the paper that comes out. */
static bool check_language(struct label_drawer *drawer, const struct sample *s, unsigned number,
                           const struct language *language, const char *folder)
{
    struct label_medium medium = s->medium;
    struct complaint why = { "another picture comes out" };
    struct bitmap picture, paper = { 0 };
    struct buffer bytes;
    bool good;

    if (!language_has_dpi(language, medium.dpi))
        medium.dpi = language->dpi;
    const struct envelope envelope = { loaded(language, medium.stock, number), medium.dpi,
                                       number % 3 == 0 };
    buffer_init(&bytes, LABEL_PICTURE_MAX);
    if (label_draw_bitmap(drawer, &s->label, medium, &picture, NULL, &why) != ERROR_OK)
        return false;
    good = language->wrap(&picture, &envelope, &bytes) == ERROR_OK &&
           interpret(language->id, buffer_span(&bytes), &paper, &why) &&
           interpret_holds(&paper, &picture);
    if (good && strcmp(language->id, "zpl") == 0)
        good = write_file(folder, number, "zpl", buffer_span(&bytes));
    else if (good && number % (language_count() - 1) + 1 == (size_t)(language - language_at(0)))
        good = write_paper(folder, number, language->id, &paper);
    if (!good)
        (void)fprintf(stderr, "label %u, %s: %s\n", number, language->id, why.text);
    bitmap_free(&paper);
    bitmap_free(&picture);
    buffer_free(&bytes);
    return good;
}

static bool write_format(struct label_drawer *drawer, const char *folder, unsigned number,
                         const struct sample *s, enum label_format format)
{
    struct complaint why = { "" };
    struct buffer out;
    unsigned unknown = 0;
    bool good;
    buffer_init(&out, LABEL_PICTURE_MAX);
    good = label_draw(drawer, &s->label, s->medium, format, &out, &unknown, &why) == ERROR_OK &&
           write_file(folder, number, label_format_id(format), buffer_span(&out)) && !unknown;
    buffer_free(&out);
    if (!good)
        (void)fprintf(stderr, "label %u: %s, %u unknown characters\n", number, why.text, unknown);
    return good;
}

static bool write_sample(struct label_drawer *drawer, const char *folder, unsigned number,
                         const struct sample *s)
{
    char ink[128] = "";
    bool good = check_ink(drawer, s, ink, sizeof ink);
    if (!good)
        (void)fprintf(stderr, "label %u: %s\n", number, ink);
    for (int format = 0; format < LABEL_FORMAT_COUNT && good; format++)
        good = write_format(drawer, folder, number, s, (enum label_format)format);
    for (size_t i = 0; i < language_count() && good; i++)
        good = check_language(drawer, s, number, language_at(i), folder);
    if (good)
        (void)printf("%u\t%s\t%u\t%s\t%s\t%s\t%s\n", number, s->accession.digits, s->medium.dpi,
                     s->kind, s->family, s->given,
                     language_at(number % (language_count() - 1) + 1)->id);
    return good;
}

int main(int argc, char **argv)
{
    struct label_drawer *drawer = NULL;
    struct complaint why = { "" };
    uint64_t seed;
    unsigned count;
    bool good = true;

    if (argc != 4 || label_draw_prepare(&drawer, &why) != ERROR_OK) {
        (void)fprintf(stderr, "usage: label_samples FOLDER COUNT SEED. %s\n", why.text);
        return 2;
    }
    count = (unsigned)strtoul(argv[2], NULL, 10);
    seed = strtoull(argv[3], NULL, 10);
    for (unsigned number = 0; number < count && good; number++) {
        struct sample s;
        make_sample(&seed, number, &s);
        good = write_sample(drawer, argv[1], number, &s);
    }
    label_draw_free(drawer);
    return good ? 0 : 1;
}
