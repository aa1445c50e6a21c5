/* Folding names: see letters.h. The tables give the base letter of each code point; '.' is none. */
#include "core/rules/letters.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* U+00C0 to U+024F: Latin-1, Latin Extended-A and -B. */
static const char latin[] = "aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllll."
                            ".llnnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
                            "................................oo.............uu..............."
                            ".............aaiioouuuuuuuuuu.aaaa....ggkkoooo..j...gg..nnaa...."
                            "aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............"
                            "................";
/* U+1E00 to U+1EFF: Latin Extended Additional, Vietnamese among it. */
static const char latin_additional[] =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

/* Letters that are two in either form, then those that are two only in LETTERS_TWO. */
static const struct two {
    uint32_t point;
    enum letters_form from;
    char text[3];
} twos[] = {
    { 0xc6, LETTERS_BASE, "ae" },   { 0xe6, LETTERS_BASE, "ae" },  { 0xdf, LETTERS_BASE, "ss" },
    { 0x1e9e, LETTERS_BASE, "ss" }, { 0xde, LETTERS_BASE, "th" },  { 0xfe, LETTERS_BASE, "th" },
    { 0x152, LETTERS_BASE, "oe" },  { 0x153, LETTERS_BASE, "oe" }, { 0x132, LETTERS_BASE, "ij" },
    { 0x133, LETTERS_BASE, "ij" },  { 0xc4, LETTERS_TWO, "ae" },   { 0xe4, LETTERS_TWO, "ae" },
    { 0xd6, LETTERS_TWO, "oe" },    { 0xf6, LETTERS_TWO, "oe" },   { 0xdc, LETTERS_TWO, "ue" },
    { 0xfc, LETTERS_TWO, "ue" },    { 0xd8, LETTERS_TWO, "oe" },   { 0xf8, LETTERS_TWO, "oe" },
    { 0xc5, LETTERS_TWO, "aa" },    { 0xe5, LETTERS_TWO, "aa" },
};

/* The next code point; the text is valid UTF-8, and a byte that is not stands for itself. */
static uint32_t point_next(const unsigned char *at, size_t left, size_t *len)
{
    size_t need = at[0] < 0xc0 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t point = at[0];

    *len = need <= left ? need : 1;
    if (*len == 1)
        return point;
    point &= 0xffU >> (need + 1);
    for (size_t i = 1; i < need; i++)
        point = point << 6 | (at[i] & 0x3fU);
    return point;
}

static const char *two_letters(uint32_t point, enum letters_form form)
{
    for (size_t i = 0; i < sizeof twos / sizeof twos[0]; i++)
        if (twos[i].point == point && twos[i].from <= form)
            return twos[i].text;
    return NULL;
}

static char base_letter(uint32_t point)
{
    if (point >= 0xc0 && point < 0xc0 + sizeof latin - 1)
        return latin[point - 0xc0];
    if (point >= 0x1e00 && point < 0x1e00 + sizeof latin_additional - 1)
        return latin_additional[point - 0x1e00];
    return '.';
}

/* An apostrophe in any of its forms, a dot, an accent that stands by itself. */
static bool is_silent(uint32_t point)
{
    return point == '\'' || point == '`' || point == '.' || point == 0xb4 || point == 0x2018 ||
           point == 0x2019 || point == 0x2bc || (point >= 0x300 && point <= 0x36f);
}

static bool is_hyphen(uint32_t point)
{
    return point == '-' || (point >= 0x2010 && point <= 0x2015);
}

/* Where the words are being written. */
struct folding {
    struct letters *out;
    size_t len;
    bool gap, hyphen; /* before the next letter */
};

static bool put(struct folding *f, const char *bytes, size_t count)
{
    struct letters *out = f->out;

    if (f->len + count + 2 > LETTERS_SIZE)
        return false;
    if (f->gap || out->count == 0) {
        if (out->count == LETTERS_WORDS)
            return false;
        if (out->count)
            f->len++; /* the end of the word before: the text is zeroed */
        out->joined[out->count] = f->hyphen && out->count;
        out->word[out->count++] = out->text + f->len;
    }
    f->gap = f->hyphen = false;
    memcpy(out->text + f->len, bytes, count);
    f->len += count;
    return true;
}

static bool put_point(struct folding *f, uint32_t point, const char *raw, size_t len,
                      enum letters_form form)
{
    const char *two = two_letters(point, form);
    char letter = base_letter(point);

    if (is_silent(point))
        return true;
    if (two)
        return put(f, two, 2);
    if (letter != '.')
        return put(f, &letter, 1);
    if (point < 0x80 && isalnum((int)point)) {
        letter = (char)tolower((int)point);
        return put(f, &letter, 1);
    }
    if (point >= 0xc0 && !is_hyphen(point) && point != 0xd7 && point != 0xf7)
        return put(f, raw, len);
    f->hyphen = is_hyphen(point) && !f->gap;
    f->gap = true;
    return true;
}

bool letters_fold(struct letters *out, const char *text, size_t len, enum letters_form form)
{
    struct folding f = { .out = out };
    size_t step;

    memset(out, 0, sizeof *out);
    for (size_t at = 0; at < len; at += step) {
        uint32_t point = point_next((const unsigned char *)text + at, len - at, &step);
        if (!put_point(&f, point, text + at, step, form))
            return false;
    }
    return true;
}

size_t letters_join(const struct letters *l, size_t from, size_t to, char *out)
{
    size_t len = 0;

    for (size_t i = from; i < to; i++) {
        size_t part = strlen(l->word[i]);
        memcpy(out + len, l->word[i], part);
        len += part;
    }
    out[len] = '\0';
    return len;
}
