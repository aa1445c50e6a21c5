"""`phial serve` in a guest: installed, started as an ordinary user with the ports' groups, and asked."""
import copy
import json

from vm import COMMAND_SECONDS

DATABASE = "phial.db"
GROUPS = "dialout,plugdev,lp"


class Served:
    def __init__(self, guest, program, data="/run/phial"):
        self.guest = guest
        self.data = data
        guest.run(f"install -m 755 {program} /usr/local/bin/phial && install -d -m 700 -o 65534 -g 65534 {data}")

    def copied_to(self, folder):
        """The same with a copy of the data folder; nothing serves it."""
        self.guest.run(f"rm -rf {folder} && cp -a {self.data} {folder}")
        other = copy.copy(self)
        other.data = folder
        return other

    def configure(self, settings, profile=None):
        """Writes phial.conf; `profile` is a file of the site's own."""
        lines = ["[site]", "name = Invented clinic", "zone = UTC", "[web]", "listen = 127.0.0.1:8080", settings]
        if profile:
            self.guest.run(f"install -D -m 644 -t /run/profiles {profile}")
            lines.insert(1, "profiles = /run/profiles")
        text = "\n".join(lines)
        self.guest.run(f"cat >{self.data}/phial.conf <<'END' && chown 65534 {self.data}/phial.conf\n{text}\nEND")

    def start(self):
        serve = self.guest.as_nobody(f"phial serve --data {self.data}", GROUPS)
        self.guest.run(f"setsid {serve} >/dev/null 2>>/run/phial.log & sleep 0.1")
        self.wait_for_log("core", "serving on")

    def log(self):
        return self.guest.run("cat /run/phial.log")

    def wait_for_log(self, who, what, times=1, seconds=COMMAND_SECONDS):
        """Until so many lines of the log name `who` and match `what`."""
        self.guest.wait_until(f"cat /run/phial.log; [ $(grep -E '{who}' /run/phial.log | grep -cE '{what}') -ge {times} ]",
                              f"the log says {what!r} of {who!r}", seconds)

    def _sqlite(self, sql):
        return f"sqlite3 -json file:{self.data}/{DATABASE}?mode=ro \"{sql}\""

    def query(self, sql):
        """Rows as dictionaries."""
        text = self.guest.run(self._sqlite(sql))
        return json.loads(text) if text else []

    def wait_for(self, sql, what):
        """Until a query gives a row."""
        self.guest.wait_until(f"{self._sqlite(sql)} | grep -q .", what)

    def frames(self):
        """The frames from instruments, in order."""
        return [bytes.fromhex(row["bytes"]) for row in self.query("select hex(bytes) as bytes from frame where direction = 0 order by id")]

    def messages(self, instrument):
        rows = self.query("select m.kind, m.specimen_text as specimen, m.patient_name as patient, m.record, m.session from message m "
                          f"join session s on s.id = m.session join instrument i on i.id = s.instrument where i.name = '{instrument}' "
                          "order by m.id")
        for row in rows:
            row["values"] = [result["value"] for result in json.loads(row.pop("record")).get("results", [])]
        return rows

    def stop(self):
        self.guest.run("pkill -TERM -o -x phial; for i in $(seq 100); do pgrep -x phial >/dev/null || exit 0; sleep 0.1; done; exit 1")
