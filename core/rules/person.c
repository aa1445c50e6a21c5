/* The comparison of a file's patient with the order's; the rules stand in the header. */
#include "core/rules/person.h"

#include "core/rules/day.h"
#include "core/rules/letters.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { CUT_WHOLE = 14, FIRST_OF_TWO = 4 };

/* How well a part of a name fits, worst first. */
enum fit {
    FIT_NO,   /* another one */
    FIT_NONE, /* nothing was said */
    FIT_PART, /* the family or the given name alone */
    FIT_LESS, /* an initial, a name that was cut off, one of two */
    FIT_WHOLE,
};

/* A run of words of a name. */
struct run {
    const struct letters *of;
    size_t from, to;
};

static size_t run_count(struct run r)
{
    return r.to - r.from;
}

static const char *run_word(struct run r, size_t at)
{
    return r.of->word[r.from + at];
}

static enum fit worse(enum fit a, enum fit b)
{
    return a < b ? a : b;
}

/* ---- Suffixes ---- */

/* Which generation the run's last word says, and takes the word off; 0: none. */
static unsigned take_suffix(struct run *r)
{
    static const struct {
        const char *word;
        unsigned generation;
    } suffixes[] = { { "sr", 1 },  { "jr", 2 },  { "ii", 2 }, { "2nd", 2 },
                     { "iii", 3 }, { "3rd", 3 }, { "iv", 4 }, { "4th", 4 } };

    if (run_count(*r) < 1)
        return 0;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (strcmp(r->of->word[r->to - 1], suffixes[i].word) == 0) {
            r->to--;
            return suffixes[i].generation;
        }
    return 0;
}

/* ---- Parts of a name ---- */

/* Whether `sent` is `ours` cut off after at least `least` letters. */
static bool is_cut(const char *sent, const char *ours, size_t least)
{
    size_t len = strlen(sent);

    return len >= least && len < strlen(ours) && strncmp(sent, ours, len) == 0;
}

static enum fit fit_family(struct run sent, struct run ours)
{
    char a[LETTERS_SIZE], b[LETTERS_SIZE];

    if (run_count(sent) == 0)
        return FIT_NONE;
    (void)letters_join(sent.of, sent.from, sent.to, a);
    (void)letters_join(ours.of, ours.from, ours.to, b);
    if (strcmp(a, b) == 0)
        return FIT_WHOLE;
    if (is_cut(a, b, PERSON_CUT))
        return FIT_LESS;
    if (run_count(ours) > 1 && strlen(a) >= FIRST_OF_TWO && strcmp(a, run_word(ours, 0)) == 0)
        return FIT_LESS;
    return FIT_NO;
}

/* Middle names count only where both have one. */
static bool middles_agree(struct run sent, struct run ours)
{
    for (size_t i = 0; i < run_count(sent) && i < run_count(ours); i++) {
        const char *a = run_word(sent, i), *b = run_word(ours, i);
        bool initial = (!a[1] || !b[1]) && a[0] == b[0];
        if (!initial && strcmp(a, b) != 0 && !is_cut(a, b, PERSON_CUT))
            return false;
    }
    return true;
}

/* The rest of a run, behind its first `count` words. */
static struct run run_behind(struct run r, size_t count)
{
    return (struct run) { r.of, r.from + count, r.to };
}

/* The first names written in one or in several words (Mary Ann, MARYANN); the rest are middle
 * names. A name of ours that a hyphen holds together is one. */
static enum fit fit_first(struct run sent, struct run ours)
{
    char a[LETTERS_SIZE], b[LETTERS_SIZE];
    enum fit best = FIT_NO;

    for (size_t k = 1; k <= run_count(sent); k++)
        for (size_t l = 1; l <= run_count(ours); l++) {
            bool within = l < run_count(ours) && ours.of->joined[ours.from + l];
            (void)letters_join(sent.of, sent.from, sent.from + k, a);
            (void)letters_join(ours.of, ours.from, ours.from + l, b);
            if (strcmp(a, b) != 0 || !middles_agree(run_behind(sent, k), run_behind(ours, l)))
                continue;
            if (!within)
                return FIT_WHOLE;
            best = FIT_LESS;
        }
    return best;
}

static enum fit fit_given(struct run sent, struct run ours)
{
    char a[LETTERS_SIZE], b[LETTERS_SIZE];
    const char *first, *own;
    enum fit fit;

    if (run_count(sent) == 0)
        return FIT_NONE;
    if (run_count(ours) == 0)
        return FIT_NO;
    fit = fit_first(sent, ours);
    if (fit != FIT_NO)
        return fit;
    first = run_word(sent, 0);
    own = run_word(ours, 0);
    if ((!first[1] || !own[1]) && first[0] == own[0] &&
        middles_agree(run_behind(sent, 1), run_behind(ours, 1)))
        return FIT_LESS;
    (void)letters_join(sent.of, sent.from, sent.to, a);
    (void)letters_join(ours.of, ours.from, ours.to, b);
    return is_cut(a, b, PERSON_CUT) ? FIT_LESS : FIT_NO;
}

/* ---- The whole name ---- */

/* The patient's name in one of its forms. */
struct own_name {
    struct letters letters[2]; /* family, given */
    struct run family, given;
    unsigned generation;
};

static bool own_fold(struct own_name *own, const struct person_known *known, enum letters_form form)
{
    unsigned a, b;

    if (!letters_fold(&own->letters[0], known->family, strlen(known->family), form) ||
        !letters_fold(&own->letters[1], known->given, strlen(known->given), form))
        return false;
    own->family = (struct run) { &own->letters[0], 0, own->letters[0].count };
    own->given = (struct run) { &own->letters[1], 0, own->letters[1].count };
    a = run_count(own->family) > 1 ? take_suffix(&own->family) : 0;
    b = run_count(own->given) > 1 ? take_suffix(&own->given) : 0;
    own->generation = a ? a : b;
    return true;
}

/* Family and given name together: what one lacks the other cannot make good. */
static enum fit fit_both(enum fit family, enum fit given)
{
    if (family == FIT_NO || given == FIT_NO)
        return FIT_NO;
    if (family == FIT_NONE && given == FIT_NONE)
        return FIT_NONE;
    if (family == FIT_NONE || given == FIT_NONE)
        return FIT_PART;
    return worse(family, given);
}

static bool generations_differ(unsigned sent, unsigned ours)
{
    return sent && ours && sent != ours;
}

/* A single field that was cut off: the letters of the whole name, as far as they go. */
static bool whole_is_cut(struct run first, struct run second, struct run sent_first,
                         struct run sent_second)
{
    char sent[2 * LETTERS_SIZE], ours[2 * LETTERS_SIZE];
    size_t a = letters_join(sent_first.of, sent_first.from, sent_first.to, sent);
    size_t b = letters_join(first.of, first.from, first.to, ours);

    (void)letters_join(sent_second.of, sent_second.from, sent_second.to, sent + a);
    (void)letters_join(second.of, second.from, second.to, ours + b);
    return is_cut(sent, ours, CUT_WHOLE);
}

/* FAMILY^GIVEN^MIDDLE^SUFFIX or "FAMILY, GIVEN": the parts stand where they belong. */
static enum fit fit_parts(const char *text, size_t cut, const struct own_name *own,
                          enum letters_form form)
{
    struct letters family, given;
    struct run f, g;
    const char *rest = text + cut + 1, *end = rest;
    unsigned a, b;
    enum fit fit;

    for (unsigned parts = 0; *end && (text[cut] != '^' || parts < 3); parts++) {
        end += strcspn(end, "^");
        end += text[cut] == '^' && *end && parts < 2; /* behind the suffix comes "Dr" */
        if (text[cut] != '^')
            end += strlen(end);
    }
    if (!letters_fold(&family, text, cut, form) ||
        !letters_fold(&given, rest, (size_t)(end - rest), form))
        return FIT_NO;
    f = (struct run) { &family, 0, family.count };
    g = (struct run) { &given, 0, given.count };
    a = run_count(f) > 1 ? take_suffix(&f) : 0;
    b = take_suffix(&g);
    if (generations_differ(a ? a : b, own->generation))
        return FIT_NO;
    fit = fit_both(fit_family(f, own->family), fit_given(g, own->given));
    if (fit == FIT_NO && fit_family(f, own->family) == FIT_WHOLE &&
        whole_is_cut(own->family, own->given, f, g))
        return FIT_LESS;
    return fit;
}

/* Words in a row, family or given name first: the best of all ways to cut them. */
static enum fit fit_words(const char *text, const struct own_name *own, enum letters_form form)
{
    struct letters words;
    struct run all;
    unsigned generation;
    enum fit best, fit;

    if (!letters_fold(&words, text, strlen(text), form))
        return FIT_NO;
    all = (struct run) { &words, 0, words.count };
    generation = run_count(all) > 1 ? take_suffix(&all) : 0;
    if (run_count(all) == 0)
        return FIT_NONE;
    if (generations_differ(generation, own->generation))
        return FIT_NO;
    best = fit_both(fit_family(all, own->family), FIT_NONE);
    for (size_t i = 1; i < run_count(all); i++) {
        struct run front = { &words, 0, i }, back = { &words, i, all.to };
        fit = fit_both(fit_family(front, own->family), fit_given(back, own->given));
        best = fit > best ? fit : best;
        fit = fit_both(fit_family(back, own->family), fit_given(front, own->given));
        best = fit > best ? fit : best;
    }
    if (best == FIT_NO) {
        struct run none = { &words, 0, 0 };
        if (whole_is_cut(own->family, own->given, all, none) ||
            whole_is_cut(own->given, own->family, all, none))
            best = FIT_LESS;
    }
    return best;
}

/* Whether it is a word that carts write for nobody, or one sign over and over. */
static bool names_nobody(const char *text)
{
    static const char *const nobody[] = {
        "unknown", "anonymous", "anon", "test",           "patient",     "noname",     "none",
        "na",      "name",      "demo", "unknownunknown", "testpatient", "patienttest"
    };
    struct letters l;
    char word[LETTERS_SIZE];
    size_t len;

    if (!letters_fold(&l, text, strlen(text), LETTERS_BASE))
        return false;
    len = letters_join(&l, 0, l.count, word);
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++)
        if (strcmp(word, nobody[i]) == 0)
            return true;
    return len == 0 || (len > 2 && strspn(word, (const char[]) { word[0], '\0' }) == len);
}

static enum fit fit_name(const char *text, const struct person_known *known)
{
    size_t cut = strcspn(text, "^,");
    enum fit best = FIT_NO;

    if (names_nobody(text))
        return FIT_NONE;
    for (unsigned i = 0; i < (unsigned)LETTERS_FORMS * LETTERS_FORMS; i++) {
        struct own_name own;
        enum letters_form form = (enum letters_form)(i / LETTERS_FORMS);
        enum fit fit;
        if (!own_fold(&own, known, (enum letters_form)(i % LETTERS_FORMS)))
            return FIT_NO;
        fit = text[cut] ? fit_parts(text, cut, &own, form) : fit_words(text, &own, form);
        best = fit > best ? fit : best;
    }
    return best;
}

/* ---- The number, the birth date, the sex ---- */

/* The next sign of a number that counts: no blank, in lower case. */
static char number_next(const char **at)
{
    while (isspace((unsigned char)**at))
        ++*at;
    return **at ? (char)tolower((unsigned char)*(*at)++) : '\0';
}

static const char *without_zeros(const char *text)
{
    while (*text == '0' || isspace((unsigned char)*text))
        text++;
    return text;
}

static bool same_number(const char *a, const char *b)
{
    char x, y;

    a = without_zeros(a);
    b = without_zeros(b);
    do {
        x = number_next(&a);
        y = number_next(&b);
        if (x != y)
            return false;
    } while (x);
    return true;
}

static enum fit fit_id(const char *sent, const struct person_known *known)
{
    if (!*without_zeros(sent) || names_nobody(sent))
        return FIT_NONE;
    return same_number(sent, known->mrn) || (*known->order && same_number(sent, known->order))
               ? FIT_WHOLE
               : FIT_NO;
}

static enum fit fit_birth_date(const char *sent, const char *ours)
{
    struct day a, b;

    if (!day_read(ours, &b) || !b.day)
        return FIT_NO;
    if (!sent[strcspn(sent, "123456789")])
        return FIT_NONE;
    if (!day_read(sent, &a) || !day_within(&a, &b))
        return FIT_NO;
    return a.day ? FIT_WHOLE : FIT_PART;
}

/* F, M, or 0 for anything else. */
static char sex_of(const char *text)
{
    static const struct {
        const char *word;
        char sex;
    } words[] = { { "f", 'F' }, { "female", 'F' }, { "w", 'F' },   { "woman", 'F' }, { "2", 'F' },
                  { "m", 'M' }, { "male", 'M' },   { "man", 'M' }, { "1", 'M' } };
    struct letters l;
    char word[LETTERS_SIZE];

    if (!letters_fold(&l, text, strlen(text), LETTERS_BASE))
        return 0;
    (void)letters_join(&l, 0, l.count, word);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(word, words[i].word) == 0)
            return words[i].sex;
    return 0;
}

static enum fit fit_sex(const char *sent, const char *ours)
{
    char a = sex_of(sent), b = sex_of(ours);

    return a && b && a != b ? FIT_NO : FIT_NONE;
}

enum person_verdict person_judge(const struct person_told *told, const struct person_known *known,
                                 char differs[PERSON_DIFFERS_SIZE])
{
    enum fit id = fit_id(told->id, known), name = fit_name(told->name, known);
    enum fit birth = fit_birth_date(told->birth_date, known->birth_date);
    const struct {
        enum fit fit;
        const char *what;
    } parts[] = { { id, "id" },
                  { name, "name" },
                  { birth, "birth date" },
                  { fit_sex(told->sex, known->sex), "sex" } };
    size_t len = 0;

    differs[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].fit == FIT_NO)
            len += (size_t)snprintf(differs + len, PERSON_DIFFERS_SIZE - len, "%s%s",
                                    len ? ", " : "", parts[i].what);
    if (len)
        return PERSON_DIFFERS_FROM;
    if (id == FIT_WHOLE || name == FIT_WHOLE || (name == FIT_LESS && birth == FIT_WHOLE))
        return PERSON_AGREES;
    return PERSON_UNNAMED;
}
