"""A clinic made on this machine, where sign-ins are quick, by the commands of the bench; its folder goes into the guest."""
import contextlib
import json
import pathlib
import re
import subprocess
import sys

from vm import Failure

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from ports import free_port  # noqa: E402

ADMINISTRATOR = "ada"
PEOPLE = {ADMINISTRATOR: ("314159", "administrator"), "maria": ("271828", "medical-assistant"), "kay": ("161803", "provider")}


def settings(port, more):
    return f"[site]\nname = Invented clinic\nzone = UTC\n[web]\nlisten = 127.0.0.1:{port}\n{more}\n"


def page_command(port, cookies, request, **fields):
    """The page's request as a shell command; `cookies` is a file that keeps the sign-in."""
    return (f"curl -sS --fail-with-body -m 60 -b {cookies} -c {cookies} -H 'Content-Type: application/json' -H 'X-Phial: 1' "
            f"-d '{json.dumps(fields)}' http://127.0.0.1:{port}/api/{request}")


class Clinic:
    """A data folder of this machine; `more` is added to its settings."""

    def __init__(self, program, folder, more):
        self.program = program
        self.port = free_port()
        self.data = pathlib.Path(folder) / "clinic"
        self.data.mkdir()
        (self.data / "phial.conf").write_text(settings(self.port, more))

    def command(self, words, lines, person=None):
        """`phial WORDS` with these lines on standard input; what it printed."""
        identity = ("--as", person) if person else ()
        if person:
            lines = [f"pin: {PEOPLE[person][0]}", *lines]
        done = subprocess.run((self.program, *words.split(), *identity, "--data", self.data), input="\n".join(lines) + "\n", text=True,
                              capture_output=True)
        if done.returncode:
            raise Failure(f"phial {words}: {done.stdout}{done.stderr}")
        return done.stdout

    def page(self, cookies, request, **fields):
        """What the page would ask of the served clinic."""
        done = subprocess.run(page_command(self.port, cookies, request, **fields), shell=True, text=True, capture_output=True)
        if done.returncode:
            raise Failure(f"{request}: {done.stdout}{done.stderr}")

    @contextlib.contextmanager
    def served(self):
        with subprocess.Popen((self.program, "serve", "--data", self.data), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True) as serve:
            try:
                while "serving on" not in (line := serve.stderr.readline()):
                    if not line:
                        raise Failure("phial serve does not start")
                yield
            finally:
                serve.terminate()

    def add_people(self, logins, by=None):
        for login in logins:
            pin, role = PEOPLE[login]
            self.command("user add", [f"login: {login}", f"name: {login.capitalize()} Invented", f"role: {role}", f"new_pin: {pin}"], by)

    def sign_limits(self):
        """A test can be ordered from then on."""
        self.command("result approve", ["reference_set: EXAMPLE adult limits"], "kay")

    def enter_order(self, family, test):
        """For an invented patient of that name; the order's number."""
        return self.told(self.command("order enter", [f"mrn: MRN-{family}", f"family: {family}-TEST", "given: Ada", "birth_date: 1981-03-14",
                                                      "sex: F", "provider: kay", f"test: {test}"], "maria"), "order")

    @staticmethod
    def told(output, name):
        return re.search(rf"^{name}: (.*)$", output, re.M).group(1)
