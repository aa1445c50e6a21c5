/* The letters of a name as carts write them: lower case, without accents, cut into words. */
#ifndef PHIAL_CORE_RULES_LETTERS_H
#define PHIAL_CORE_RULES_LETTERS_H

#include <stdbool.h>
#include <stddef.h>

enum { LETTERS_WORDS = 16, LETTERS_SIZE = 512 };

struct letters {
    char text[LETTERS_SIZE]; /* the words, each terminated, one after the other */
    const char *word[LETTERS_WORDS];
    bool joined[LETTERS_WORDS]; /* by a hyphen to the word before */
    size_t count;
};

/* How an umlaut is read: as its base letter (Muller), or as two (Mueller). */
enum letters_form { LETTERS_BASE, LETTERS_TWO, LETTERS_FORMS };

/* Letters and digits; an apostrophe or a dot joins, everything else separates. What is in no Latin
 * alphabet stands for itself. False when the text is longer than LETTERS_SIZE allows. */
bool letters_fold(struct letters *out, const char *text, size_t len, enum letters_form form);

/* The words [from, to) written in one; returns its length. `out` has room for LETTERS_SIZE. */
size_t letters_join(const struct letters *l, size_t from, size_t to, char *out);

#endif
