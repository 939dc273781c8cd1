"""`ispdb` of KDE's account wizard (Debian's package `accountwizard`) on the simulated internet.

It reads the system's resolv.conf and certificates: both are replaced for it, in a mount namespace.
It asks `autoconfig.thunderbird.net` (which the simulated internet does not have), `autoconfig.DOMAIN` and
the well-known place, and then goes on with the last for ever: what it has not found in time it never will.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time

PROGRAM = "ispdb"
NEEDED = (PROGRAM, "dbus-run-session", "openssl", "unshare")
CERTIFICATES = "/etc/ssl/certs"
PATIENCE_SECONDS = 5  # twenty times what it takes where it finds something

INSIDE = """
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/certs" /etc/ssl/certs
exec dbus-run-session -- ispdb --email "$2"
"""


class AccountWizard:
    def __init__(self, internet):
        self._directory = tempfile.mkdtemp(prefix="gatepost-peer-")
        with open(self._path("resolv.conf"), "w") as file:
            file.write("nameserver " + internet.dns_server.rpartition(":")[0] + "\n")
        shutil.copytree(CERTIFICATES, self._path("certs"), symlinks=True)
        shutil.copy(internet.ca_file, self._path("certs/world.pem"))
        # OpenSSL finds a certificate by a link that its hash names.
        subprocess.run(["openssl", "rehash", self._path("certs")], capture_output=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self._directory, ignore_errors=True)

    @staticmethod
    def missing():
        """The programs that it needs and that are not installed."""
        return [program for program in NEEDED if shutil.which(program) is None]

    def find(self, email):
        """→ ((host, port) of the IMAP server or None, seconds with the start of the program)"""
        begin = time.perf_counter()
        try:
            # All that it starts ends with its namespace of processes.
            result = subprocess.run(
                ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                 "sh", "-ec", INSIDE, "sh", self._directory, email],
                env=self._environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=PATIENCE_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None, time.perf_counter() - begin
        seconds = time.perf_counter() - begin
        server = re.search(r'hostname: "([^"]+)" - port: (\d+)', result.stderr)
        return (server[1], int(server[2])) if server else None, seconds

    def _environment(self):
        plain = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        return {
            **plain, "HOME": self._directory, "XDG_RUNTIME_DIR": self._directory,
            "QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "org.kde.pim.accountwizard*=true",
        }  # fmt: skip

    def _path(self, name):
        return os.path.join(self._directory, name)
