/*
 * The page's own certificate, for a site that has none: DATA/tls/certificate.pem and key.pem.
 *
 * It is made at installation (`phial tls make`) and vouches for itself: a browser warns once, and a
 * person compares the fingerprint that `phial tls show` prints, or puts the certificate into the
 * machine's store. A site that has an authority's certificate names it in phial.conf, and this one
 * is not used. The key is for the data folder's owner alone (0600).
 */
#ifndef PHIAL_CORE_DAEMON_TLS_H
#define PHIAL_CORE_DAEMON_TLS_H

#include "core/daemon/folder.h"

#define TLS_FOLDER "tls"
#define TLS_CERTIFICATE TLS_FOLDER "/certificate.pem"
#define TLS_KEY TLS_FOLDER "/key.pem"

enum {
    TLS_DAYS = 825,     /* browsers accept no longer one */
    TLS_DAYS_SOON = 30, /* from then on `phial doctor` says so */
    TLS_NAMES = 32,
    TLS_FINGERPRINT = 32 * 3
};

/* Makes key and certificate for those names and addresses, with localhost. ERROR_CONFLICT when they
 * are there, unless `again`. */
enum error tls_make(const char *data, const char *const *names, size_t count, bool again,
                    int64_t now, struct complaint *why);

struct tls_shown {
    char fingerprint[TLS_FINGERPRINT]; /* SHA-256, "AB:CD:..." */
    char names[1024];                  /* that it is good for, separated by blanks */
    int64_t until;                     /* milliseconds since 1970 */
};
/* What a certificate's file says. ERROR_NOT_FOUND: there is none. */
enum error tls_show(const char *certificate, struct tls_shown *out, struct complaint *why);

/* This machine's name and its addresses, as others reach it; at most `room`. The texts are in the
 * arena. */
size_t tls_own_names(struct arena *a, const char **names, size_t room);

#endif
