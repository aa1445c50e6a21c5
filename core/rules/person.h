/*
 * Whether a file's patient is the order's: for EKG carts, whose headers are typed at the cart, cut
 * to the width of its fields, stripped of accents, or left over from the patient before
 * (domain.md 5.7). What comes out is advice to a person who compares two identifiers anyway, and
 * holds the file when anything speaks against it.
 *
 * Each identifier that the file carries must agree; one that contradicts makes it differ:
 *  - id: the patient's number, without regard to case, blanks and leading zeros; or the number of
 *    the order itself, which some carts are given instead;
 *  - name: family and given name without regard to case, accents, hyphens, apostrophes and blanks;
 *    an umlaut may be written as two letters (Müller, Mueller, Muller). FAMILY^GIVEN^MIDDLE and
 *    "FAMILY, GIVEN" must stand in that order; words without such a sign may stand in either. A
 *    middle name counts only where both have one, and then at least its initial must agree; so do
 *    suffixes (Jr, Sr, II, III, IV);
 *  - birth date: 1981-03-14, 19810314, 03/14/1981 (month first, as in the US, unless that is no
 *    month), 14.03.1981, 14-MAR-1981, each with a time behind it or none;
 *  - sex: only F against M contradicts.
 *
 * Beside an id or a birth date that agrees, less of a name is enough:
 *  - a given name's initial;
 *  - a name cut off at the cart's field: at least PERSON_CUT letters of it, and no more;
 *  - the first of two family names (García of García Márquez); the family name alone only beside
 *    the id.
 *
 * To name anybody the file needs the id, or name and birth date, or the whole of family and given
 * name. Words that stand for nobody ("unknown", "test", dashes, zeros) are read as empty.
 */
#ifndef PHIAL_CORE_RULES_PERSON_H
#define PHIAL_CORE_RULES_PERSON_H

#include <stdbool.h>

enum { PERSON_CUT = 8, PERSON_DIFFERS_SIZE = 64 };

/* As in the file; "" where it says nothing. */
struct person_told {
    const char *id, *name, *birth_date, *sex;
};

/* The patient of the order; the birth date as 1981-03-14. */
struct person_known {
    const char *mrn, *family, *given, *birth_date, *sex;
    const char *order; /* its number */
};

enum person_verdict { PERSON_AGREES, PERSON_UNNAMED, PERSON_DIFFERS_FROM };

/* `differs` receives what contradicts, as "id, name, birth date, sex", or "". */
enum person_verdict person_judge(const struct person_told *told, const struct person_known *known,
                                 char differs[PERSON_DIFFERS_SIZE]);

#endif
