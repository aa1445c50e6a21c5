/* Making and reading the page's own certificate, by GnuTLS; see tls.h. */
#include "core/daemon/tls.h"

#include "core/base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/x509.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TLS_SERIAL = 16, TLS_PEM = 16 * 1024, TLS_DAY = 24 * 3600, TLS_HOUR = 3600 };

static const char *const always[] = { "localhost", "127.0.0.1" };

static enum error failed(int code, struct complaint *why)
{
    return code >= 0 ? ERROR_OK
                     : complain(why, ERROR_IO, "The certificate cannot be made: %s.",
                                gnutls_strerror(code));
}

/* A name, or an address in its four or sixteen bytes. */
static int add_name(gnutls_x509_crt_t crt, const char *name)
{
    uint8_t address[sizeof(struct in6_addr)];

    if (inet_pton(AF_INET, name, address) == 1)
        return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, address,
                                                    sizeof(struct in_addr), GNUTLS_FSAN_APPEND);
    if (inet_pton(AF_INET6, name, address) == 1)
        return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, address,
                                                    sizeof(struct in6_addr), GNUTLS_FSAN_APPEND);
    return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, name,
                                                (unsigned)strlen(name), GNUTLS_FSAN_APPEND);
}

static int add_names(gnutls_x509_crt_t crt, const char *const *names, size_t count)
{
    int code = 0;

    for (size_t i = 0; i < sizeof always / sizeof always[0] && code >= 0; i++)
        code = add_name(crt, always[i]);
    for (size_t i = 0; i < count && code >= 0; i++)
        code = add_name(crt, names[i]);
    return code;
}

/* Whom it is for, from when until when. An hour back: clocks differ. */
static int fill(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *name, int64_t now)
{
    uint8_t serial[TLS_SERIAL];
    int code;

    randombytes_buf(serial, sizeof serial);
    serial[0] = (uint8_t)((serial[0] & 0x7f) | 1); /* positive, RFC 5280 4.1.2.2 */
    code = gnutls_x509_crt_set_version(crt, 3);
    if (code >= 0)
        code = gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
    if (code >= 0)
        code = gnutls_x509_crt_set_activation_time(crt, (time_t)(now / 1000) - TLS_HOUR);
    if (code >= 0)
        code = gnutls_x509_crt_set_expiration_time(crt, (time_t)(now / 1000) +
                                                            TLS_DAYS * (time_t)TLS_DAY);
    if (code >= 0)
        code = gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                             (unsigned)strlen(name));
    if (code >= 0)
        code = gnutls_x509_crt_set_key(crt, key);
    if (code >= 0)
        code = gnutls_x509_crt_set_basic_constraints(crt, 0, -1);
    if (code >= 0)
        code = gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (code >= 0)
        code = gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
    return code;
}

/* Beside the old file, then in its place: never half of one. */
static enum error write_file(const char *data, const char *name, const void *bytes, size_t len,
                             mode_t mode, struct complaint *why)
{
    char path[FOLDER_PATH], beside[FOLDER_PATH];
    int fd = -1;
    bool done;
    enum error e = folder_path(data, name, path);

    if (e == ERROR_OK && snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
        e = ERROR_TOO_BIG;
    if (e != ERROR_OK)
        return e;
    (void)unlink(beside);
    fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    done =
        fd >= 0 && fchmod(fd, mode) == 0 && write(fd, bytes, len) == (ssize_t)len && fsync(fd) == 0;
    if (fd >= 0 && close(fd) != 0)
        done = false;
    done = done && rename(beside, path) == 0;
    return done ? ERROR_OK
                : complain(why, ERROR_IO, "%s cannot be written: %s.", path, strerror(errno));
}

static enum error keep(const char *data, gnutls_x509_crt_t crt, gnutls_x509_privkey_t key,
                       struct complaint *why)
{
    char folder[FOLDER_PATH];
    gnutls_datum_t pem = { NULL, 0 };
    enum error e = folder_path(data, TLS_FOLDER, folder);

    if (e == ERROR_OK && mkdir(folder, 0700) != 0 && errno != EEXIST)
        e = complain(why, ERROR_IO, "%s cannot be made: %s.", folder, strerror(errno));
    if (e == ERROR_OK)
        e = failed(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
                                                     GNUTLS_PKCS_PLAIN, &pem),
                   why);
    if (e == ERROR_OK)
        e = write_file(data, TLS_KEY, pem.data, pem.size, 0600, why);
    if (pem.data)
        sodium_memzero(pem.data, pem.size);
    gnutls_free(pem.data);
    pem = (gnutls_datum_t) { NULL, 0 };
    if (e == ERROR_OK)
        e = failed(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem), why);
    if (e == ERROR_OK)
        e = write_file(data, TLS_CERTIFICATE, pem.data, pem.size, 0644, why);
    gnutls_free(pem.data);
    return e;
}

/* Made by root for the service: it is the folder's owner who must read it. */
static enum error give_to_owner(const char *data, struct complaint *why)
{
    char folder[FOLDER_PATH];
    struct stat owner;
    enum error e = folder_path(data, TLS_FOLDER, folder);

    if (e != ERROR_OK || geteuid() != 0)
        return e;
    if (stat(data, &owner) != 0 || lchown(folder, owner.st_uid, owner.st_gid) != 0)
        return complain(why, ERROR_IO, "%s cannot be given to its owner: %s.", folder,
                        strerror(errno));
    return folder_give_to_owner(folder, why);
}

enum error tls_make(const char *data, const char *const *names, size_t count, bool again,
                    int64_t now, struct complaint *why)
{
    char path[FOLDER_PATH];
    gnutls_x509_privkey_t key = NULL;
    gnutls_x509_crt_t crt = NULL;
    enum error e = folder_path(data, TLS_CERTIFICATE, path);

    if (e == ERROR_OK && !again && access(path, F_OK) == 0)
        return complain(why, ERROR_CONFLICT,
                        "%s is there already. `phial tls make --again` makes another one; then "
                        "every browser asks once more.",
                        path);
    if (e == ERROR_OK && sodium_init() < 0)
        e = ERROR_IO;
    if (e == ERROR_OK)
        e = failed(gnutls_x509_privkey_init(&key), why);
    if (e == ERROR_OK)
        e = failed(gnutls_x509_crt_init(&crt), why);
    if (e == ERROR_OK)
        e = failed(gnutls_x509_privkey_generate(
                       key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
                   why);
    if (e == ERROR_OK)
        e = failed(fill(crt, key, count ? names[0] : always[0], now), why);
    if (e == ERROR_OK)
        e = failed(add_names(crt, names, count), why);
    if (e == ERROR_OK)
        e = failed(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0), why);
    if (e == ERROR_OK)
        e = keep(data, crt, key, why);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
    return e == ERROR_OK ? give_to_owner(data, why) : e;
}

/* ---- Reading one ---- */

static void add_text(char *out, size_t size, const char *text)
{
    size_t used = strlen(out);
    (void)snprintf(out + used, size - used, "%s%s", used ? " " : "", text);
}

static void read_names(gnutls_x509_crt_t crt, char *out, size_t size)
{
    for (unsigned i = 0; i < TLS_NAMES; i++) {
        char name[256] = "", text[INET6_ADDRSTRLEN];
        size_t len = sizeof name - 1;
        int kind = gnutls_x509_crt_get_subject_alt_name(crt, i, name, &len, NULL);
        if (kind < 0)
            break;
        if (kind == GNUTLS_SAN_IPADDRESS &&
            inet_ntop(len == sizeof(struct in_addr) ? AF_INET : AF_INET6, name, text, sizeof text))
            add_text(out, size, text);
        else if (kind == GNUTLS_SAN_DNSNAME)
            add_text(out, size, name);
    }
}

static void read_fingerprint(gnutls_x509_crt_t crt, char out[TLS_FINGERPRINT])
{
    uint8_t hash[32];
    size_t len = sizeof hash;

    out[0] = '\0';
    if (gnutls_x509_crt_get_fingerprint(crt, GNUTLS_DIG_SHA256, hash, &len) < 0)
        return;
    for (size_t i = 0; i < sizeof hash; i++)
        (void)snprintf(out + 3 * i, 4, "%02X%s", hash[i], i + 1 < sizeof hash ? ":" : "");
}

enum error tls_show(const char *certificate, struct tls_shown *out, struct complaint *why)
{
    uint8_t pem[TLS_PEM];
    struct tls_shown shown = { .until = 0 };
    gnutls_x509_crt_t crt = NULL;
    gnutls_datum_t datum = { pem, 0 };
    FILE *file = fopen(certificate, "re");
    int code;

    if (!file)
        return complain(why, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_IO,
                        "The certificate %s cannot be read: %s.", certificate, strerror(errno));
    datum.size = (unsigned)fread(pem, 1, sizeof pem, file);
    (void)fclose(file);
    code = gnutls_x509_crt_init(&crt);
    if (code >= 0)
        code = gnutls_x509_crt_import(crt, &datum, GNUTLS_X509_FMT_PEM);
    if (code >= 0) {
        shown.until = (int64_t)gnutls_x509_crt_get_expiration_time(crt) * 1000;
        read_names(crt, shown.names, sizeof shown.names);
        read_fingerprint(crt, shown.fingerprint);
    }
    gnutls_x509_crt_deinit(crt);
    if (code < 0)
        return complain(why, ERROR_BAD_INPUT, "%s is no certificate: %s.", certificate,
                        gnutls_strerror(code));
    *out = shown;
    return ERROR_OK;
}

/* ---- This machine ---- */

static const char *address_text(struct arena *a, const struct ifaddrs *at)
{
    char text[INET6_ADDRSTRLEN];
    union {
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;

    if (!at->ifa_addr || (at->ifa_flags & IFF_LOOPBACK))
        return NULL;
    if (at->ifa_addr->sa_family == AF_INET) {
        memcpy(&address.v4, at->ifa_addr, sizeof address.v4);
        if (inet_ntop(AF_INET, &address.v4.sin_addr, text, sizeof text))
            return arena_text(a, span_text(text));
    }
    if (at->ifa_addr->sa_family == AF_INET6) {
        memcpy(&address.v6, at->ifa_addr, sizeof address.v6);
        if (!IN6_IS_ADDR_LINKLOCAL(&address.v6.sin6_addr) &&
            inet_ntop(AF_INET6, &address.v6.sin6_addr, text, sizeof text))
            return arena_text(a, span_text(text));
    }
    return NULL;
}

size_t tls_own_names(struct arena *a, const char **names, size_t room)
{
    char host[256] = "";
    struct ifaddrs *all = NULL;
    size_t count = 0;

    if (gethostname(host, sizeof host - 1) == 0 && host[0] && count < room) {
        names[count] = arena_text(a, span_text(host));
        count += names[count] ? 1 : 0;
    }
    if (getifaddrs(&all) != 0)
        return count;
    for (const struct ifaddrs *at = all; at && count < room; at = at->ifa_next) {
        const char *text = address_text(a, at);
        if (text)
            names[count++] = text;
    }
    freeifaddrs(all);
    return count;
}
