/* What `phial doctor` says of keeping patients' data from strangers: the disk, the certificate, and
 * what travels in clear. */
#include "core/daemon/visit.h"

#include "core/base/text.h"
#include "core/daemon/doctor/storage.h"
#include "core/daemon/tls.h"

#include <string.h>
#include <sys/stat.h>

static const int64_t day_ms = INT64_C(24) * 3600 * 1000;

static void look_at_disk(struct visit *v)
{
    char swap[256];
    struct stat at;

    if (stat(v->data, &at) != 0)
        return;
    switch (storage_of(v->doctor.root, at.st_dev)) {
    case STORAGE_ENCRYPTED:
        say(v, true, "The disk of the data folder is encrypted.");
        break;
    case STORAGE_PLAIN:
        say(v, false,
            "The disk of the data folder is not encrypted: whoever takes it out reads every "
            "patient's data. Install Debian with an encrypted disk (LUKS).");
        break;
    case STORAGE_UNKNOWN:
        doctor_tell(&v->doctor,
                    "Whether the disk of the data folder is encrypted cannot be seen from "
                    "here. It must be.");
        break;
    }
    storage_plain_swap(v->doctor.root, swap, sizeof swap);
    if (swap[0])
        say(v, false,
            "The swap space %s is not encrypted: memory with patients' data may be written "
            "to it. Encrypt it, or do `swapoff -a` and take it out of /etc/fstab.",
            swap);
}

static void look_at_certificate(struct visit *v, const struct config *config, int64_t now)
{
    struct complaint why = { "" };
    struct tls_shown shown;
    int64_t days;

    if (text_empty(config->certificate)) {
        say(v, true, "The page is offered to this machine alone (%s).", config->listen);
        return;
    }
    if (tls_show(config->certificate, &shown, &why) != ERROR_OK) {
        say(v, false, "%s", why.text);
        return;
    }
    days = (shown.until - now) / day_ms;
    if (shown.until <= now)
        say(v, false,
            "The page's certificate %s has ended. Renew it, or do `phial tls make --again`.",
            config->certificate);
    else if (days < TLS_DAYS_SOON)
        say(v, false,
            "The page's certificate %s ends in %lld days. Renew it, or do `phial tls make "
            "--again`.",
            config->certificate, (long long)days);
    else
        say(v, true, "The page's certificate is good for another %lld days.", (long long)days);
}

void visit_safety(struct visit *v, const struct config *config, int64_t now)
{
    look_at_disk(v);
    look_at_certificate(v, config, now);
    for (size_t i = 0; i < config->instrument_count; i++)
        if (config_in_clear(config->instruments[i].port))
            doctor_tell(&v->doctor, CONFIG_IN_CLEAR, config->instruments[i].name,
                        config->instruments[i].port);
}
