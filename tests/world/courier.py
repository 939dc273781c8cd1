"""Courier IMAP as a second provider, of another make than Dovecot: no SASL-IR, no UNSELECT, no LITERAL+.

Debian does not install the two beside each other: Courier's IMAP server is unpacked into build/packages
(scripts/install-packages apart). Its programs read /etc/courier and /run/courier, wherever they run:
here in a mount namespace that has directories of the world in their place.
"""

import contextlib
import glob
import mailbox
import os
import pathlib
import pwd
import shutil
import signal
import subprocess

from .autoconfig import autoconfig_xml
from .dovecot import IMAP_PORT, IMAPS_PORT, MAIL_USER
from .messages import sample_messages
from .process import Process
from .waiting import accepts

# Host number in the world's /24.
HOST = 11

DOMAIN = "courier.example"
IMAP_HOST = "imap." + DOMAIN

UNPACKED = pathlib.Path(__file__).parents[2] / "build/packages/courier-imap"

CAPABILITIES = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE SORT QUOTA"
AUTH_LOG_READY = "Installation complete"

# $1: the world's directory for Courier, $2: where its package was unpacked. Ends with all that it started, sessions too.
PROGRAMS = f"""
mount --bind "$1/etc" /etc/courier
mount --bind "$1/run" /run/courier
set -a
. /etc/courier/authdaemonrc
/usr/lib/courier/courier-authlib/authdaemond &
. /etc/courier/imapd
tcpd="/usr/sbin/couriertcpd -address=$ADDRESS -maxprocs=1000 -maxperip=1000 -nodnslookup -noidentlookup"
login="$2/usr/lib/courier/courier/imaplogin $2/usr/bin/imapd Maildir"
IMAP_TLS=1 $tcpd {IMAPS_PORT} $COURIERTLS -server -tcpd -user=courier $login &
IMAP_TLS=0 IMAP_STARTTLS=YES IMAP_TLS_REQUIRED=1 $tcpd {IMAP_PORT} $login &
wait
"""


class Courier:
    """A running Courier at imap.courier.example, for as long as the block lasts."""

    def __init__(self, world):
        self._address = world.address(HOST)
        self._directory = os.path.join(world.directory, "courier")
        self._users = {}
        for name in ("etc", "run/authdaemon", "mail"):
            os.makedirs(self._path(name))
        for name in ("run", "run/authdaemon"):
            shutil.chown(self._path(name), "courier", "courier")
        certificate = world.certificate(IMAP_HOST)
        self._write("etc/cert.pem", _text(certificate.key) + _text(certificate.certificate))
        shutil.chown(self._path("etc/cert.pem"), "courier")
        self._write("etc/authdaemonrc", self._authentication())
        self._write_settings(CAPABILITIES + " IDLE")
        self._write_users()
        world.add_domain(
            DOMAIN, "imap A " + self._address, autoconfig=autoconfig_xml(DOMAIN, IMAP_HOST)
        )
        self._process = Process(
            "courier",
            ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL",
             "sh", "-euc", PROGRAMS, "sh", self._directory, UNPACKED],
            self._path("courier.log"),
            end_by=signal.SIGKILL,  # which all in its process namespace get then; it ignores SIGTERM
        )

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self._process.start(ready=self._listens)

    def stop(self):
        """Ends the server and every session on it."""
        self._process.stop()

    @contextlib.contextmanager
    def without_idle(self):
        """Restarted without IDLE, for as long as the block lasts."""
        self._restart_with(CAPABILITIES)
        try:
            yield
        finally:
            self._restart_with(CAPABILITIES + " IDLE")

    def add_user(self, address, password):
        """A user with the sample messages in INBOX, and one more folder, Sent."""
        inbox = mailbox.Maildir(self._maildir(address))
        for message in sample_messages(address, 3):
            inbox.add(message)
        inbox.add_folder("Sent")
        self._give_to_mail_user(address)
        self._users[address] = password
        self._write_users()

    def deliver(self, address, message):
        """Puts a message (bytes) into the user's INBOX."""
        mailbox.Maildir(self._maildir(address)).add(message)
        self._give_to_mail_user(address)

    def log(self):
        return _text(self._path("courier.log"))

    # ---- Inside.

    def _path(self, name):
        return os.path.join(self._directory, name)

    def _write(self, name, text, mode=0o600):
        path = self._path(name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)

    def _maildir(self, address):
        path = self._path(os.path.join("mail", address))
        os.makedirs(path, exist_ok=True)
        return os.path.join(path, "Maildir")

    def _give_to_mail_user(self, address):
        top = self._path(os.path.join("mail", address))
        for entry in [top, *glob.glob(top + "/**", recursive=True, include_hidden=True)]:
            shutil.chown(entry, MAIL_USER, MAIL_USER)

    def _write_users(self):
        owner = pwd.getpwnam(MAIL_USER)
        lines = []
        for address, password in self._users.items():
            fields = {"uid": owner.pw_uid, "gid": owner.pw_gid,
                      "home": self._path("mail/" + address), "mail": self._maildir(address),
                      "imappw": _crypt(password)}  # fmt: skip
            record = "|".join(f"{key}={value}" for key, value in fields.items())
            lines.append(f"{address}\t{record}\n")
        self._write("etc/userdb", "".join(lines))
        subprocess.run(["makeuserdb", "-f", self._path("etc/userdb")], check=True)

    def _authentication(self):
        return """authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
daemons=2
authdaemonvar=/run/courier/authdaemon
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
LOGGEROPTS=""
"""

    def _restart_with(self, capabilities):
        self.stop()
        self._write_settings(capabilities)
        self.start()

    def _write_settings(self, capabilities):
        self._write("etc/imapd", f"""ADDRESS={self._address}
COURIERTLS=/usr/bin/couriertls
TLS_CERTFILE=/etc/courier/cert.pem
TLS_VERIFYPEER=NONE
IMAP_CAPABILITY="{capabilities}"
IMAP_CAPABILITY_ORIG="{capabilities}"
IMAP_CAPABILITY_TLS="{capabilities} AUTH=PLAIN"
IMAP_CAPABILITY_TLS_ORIG="{capabilities} AUTH=PLAIN"
IMAP_IDLE_TIMEOUT=1
IMAP_ENHANCEDIDLE=0
IMAP_USELOCKS=0
""")

    def _listens(self):
        ports = (IMAPS_PORT, IMAP_PORT)
        return AUTH_LOG_READY in self.log() and all(accepts(self._address, port) for port in ports)


def _crypt(password):
    done = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input=password, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return done.stdout.strip()


def _text(path):
    with open(path, errors="replace") as file:
        return file.read()
