/*
 * People in the store: roles held, badges, operators' names and certificates, emergency access.
 * Conventions as in store.h. What is somebody's is kept with the person's root, so that it stays
 * theirs when the name or the role changes.
 *
 * READ_STAFF (now) gives everybody who ever could sign in, and everything about them:
 *   {"rows":[{"id","login","name","role" (of the newest row),"roles":[role, all that are held, that
 *     one first],"active":0 or 1,"since","changed_by":PERSON or
 * null,"reason","npi","address","phone", "last_sign_in","pin_set_at","pin_set_by","badge": null or
 * {"code","at","by":PERSON}, "operator_names":[text],"certificates":[CERTIFICATE],"failed"
 * (sign-ins refused in the last 30 days)}],
 *    "changes":[{"at","login","name","text","reason","by":PERSON or null}] newest first, at most
 *      200: rows of persons, roles, badges, PINs}
 *   where a CERTIFICATE is {"id","test","test_name","trained_on","methods":[text],"valid_until",
 *   "evidence","note","valid":0 or 1,"by":PERSON,"by_role","at"}: the newest of each test.
 *
 * READ_OPERATORS (now) gives the same certificates the other way round:
 *   {"tests":[{"code","name","kept":0 or 1 (a certificate of it was ever given),
 *     "operators":[CERTIFICATE + "login","name","active"]}],
 *    "people":[{"login","name","roles":[role],"operator_names":[text]}] (active ones),
 *    "unknown":[{"name","instrument","times","last"}]}
 *   (unknown: operators that instruments told in the last 90 days and that are nobody here)
 *
 * READ_ACCESS (key: an MRN, an accession or an order number; since, now: from and before which
 * time, 0 for no bound; from, limit) gives who saw that patient and who did something to what is
 * theirs, newest first. No name of the patient stands in it.
 *   {"mrn","orders":[number],"count","people","rows":[ACCESS],
 *    "lists":[{"person":PERSON,"what","first","last","times"}]}
 *   where an ACCESS is {"id","at","kind":"view" or "act","person":PERSON,"role","workstation",
 *   "what","text","key","order","emergency": null or {"id","reason"}}; lists: lists that may have
 *   shown the patient, because an order of theirs stood on them at that time.
 * READ_ACCESS_BY (key: a login; since, now, from, limit): what that person saw and did, newest
 *   first: {"login","name","count","rows":[ACCESS + "mrn" (of the one patient it is about, or
 *   "")]}, or {}.
 *
 * READ_EMERGENCIES (now) gives {"open" (those that nobody has reviewed),"rows":[{"id",
 *   "person":PERSON,"role","workstation","reason","at","until","ended":0 or 1,"seen" (how many
 *   looks it alone allowed),"views":[{"at","what","key"}] (at most 200),"review": null or
 *   {"by":PERSON,"justified":0 or 1,"note","at"}}]}, newest first, at most 100.
 */
#ifndef PHIAL_CORE_STORE_STAFF_H
#define PHIAL_CORE_STORE_STAFF_H

#include "core/store/store.h"

enum {
    STORE_BADGE_CODE = 24,
    STORE_DATE = 11, /* 2026-03-14, with its terminator */
    STORE_METHODS = 256,
};

/* A set of roles, one bit each. */
typedef unsigned role_set;
static inline role_set role_bit(enum role role)
{
    return 1U << (unsigned)role;
}

/* Adds a row of a person that is there already (or is new): who did it, and why. */
enum error store_person_change(struct store *s, const struct store_actor *by,
                               const struct store_person *person, const char *reason, int64_t *id);
/* What stays the person's through all rows. `person` is the id of any row. */
enum error store_person_root(struct store *s, int64_t person, int64_t *root);
/* The newest row of that root. */
enum error store_person_by_root(struct store *s, struct arena *a, int64_t root,
                                struct store_person *out);

/* The role of the newest row and those held beside it. */
enum error store_roles(struct store *s, const struct store_person *person, role_set *out);
/* Makes `roles` what is held beside the person's own role. */
enum error store_roles_set(struct store *s, const struct store_actor *by,
                           const struct store_person *person, role_set roles, const char *reason);

/* `code` "" takes the badge away. ERROR_CONFLICT when somebody has that code, or had it. */
enum error store_badge_add(struct store *s, const struct store_actor *by, int64_t root,
                           const char *code, const char *reason, int64_t *id);
/* Whose badge it is now; ERROR_NOT_FOUND when nobody's. */
enum error store_badge_find(struct store *s, struct arena *a, const char *code,
                            struct store_person *out);

/* `root` 0: the name is nobody's any more. */
enum error store_operator_name_add(struct store *s, const struct store_actor *by, const char *name,
                                   int64_t root, int64_t *id);
/* Who is meant by what an instrument says: that name, else that login, whatever the case. */
enum error store_operator_find(struct store *s, struct arena *a, const char *name,
                               struct store_person *out);

struct store_certificate {
    int64_t root;
    const char *test; /* its code */
    bool valid;
    const char *trained_on, *valid_until; /* site days */
    const char *methods;                  /* ids, separated by blanks */
    const char *evidence, *note;
    int64_t at;
};
enum error store_certificate_add(struct store *s, const struct store_actor *by,
                                 const struct store_certificate *in, int64_t *id);
/* The newest of that person and test; ERROR_NOT_FOUND when there never was one. */
enum error store_certificate_find(struct store *s, struct arena *a, int64_t root, const char *test,
                                  struct store_certificate *out);
/* Whether anybody was ever certified for the test: the book is kept. */
enum error store_certificates_kept(struct store *s, const char *test, bool *out);

/* Seen by `by` until then, whatever the role allows. */
enum error store_emergency_add(struct store *s, const struct store_actor *by, const char *reason,
                               int64_t until, int64_t *id);
struct store_emergency {
    int64_t id, root, until;
    bool reviewed;
};
enum error store_emergency_by_id(struct store *s, int64_t id, struct store_emergency *out);
/* ERROR_CONFLICT when it has been reviewed. */
enum error store_emergency_review_add(struct store *s, const struct store_actor *by,
                                      int64_t emergency, bool justified, const char *note,
                                      int64_t *id);

#endif
