"""Dovecot as the world's IMAP provider: one instance, whose certificate depends on the address."""

import contextlib
import glob
import mailbox
import os
import re
import shutil
import subprocess
import tempfile

from .mailbox_names import to_modified_utf7
from .messages import sample_messages
from .process import Process
from .waiting import accepts, wait_until

IMAPS_PORT = 993
IMAP_PORT = 143

# Who owns the mail: any system user does, and this one is on every Debian.
MAIL_USER = "mail"

# Every message of a new user's INBOX is one of messages.py.
INBOX_MESSAGES = 3
FOLDERS = {"Sent": "\\Sent", "Drafts": "\\Drafts", "Trash": "\\Trash", "Junk": "\\Junk"}
UTF8_FOLDER = "Reisepläne"


class Dovecot:
    # They share no TLS tickets: with one, all that may be resumed is resumed.
    login_processes = 2

    def __init__(self, directory, address, certificate):
        self._directory = directory
        # Sockets have short paths, however long the world's own is.
        self._base = tempfile.mkdtemp(prefix="dovecot-")
        self._certificate = certificate
        self._endpoints = {address: certificate}
        self._users = {}  # address → password
        self._version = 0  # of the users file
        os.makedirs(directory, mode=0o755, exist_ok=True)
        os.chmod(self._base, 0o755)
        self._mail = os.path.join(directory, "mail")
        os.makedirs(self._mail)
        shutil.chown(self._mail, MAIL_USER)
        self._log = os.path.join(directory, "dovecot.log")
        self._configuration = os.path.join(directory, "dovecot.conf")
        self._process = Process(
            "dovecot", ["/usr/sbin/dovecot", "-F", "-c", self._configuration],
            os.path.join(directory, "dovecot.out"),
        )  # fmt: skip
        self._running = False
        self._write_users()

    @property
    def pid(self):
        return self._process.pid

    def listen_also(self, address, certificate):
        """Before start(): the same mailboxes at another address, with another certificate."""
        self._endpoints[address] = certificate

    def start(self):
        with open(self._configuration, "w") as file:
            file.write(self._settings())
        self._process.start(ready=self._listens)
        self._running = True

    def stop(self):
        """Ends the server and every session on it."""
        self._running = False
        self._process.stop()

    def remove(self):
        """After stop(): what lies outside the world's own directory."""
        shutil.rmtree(self._base, ignore_errors=True)

    # ---- Users.

    def add_user(self, address, password, messages=INBOX_MESSAGES):
        """A user with some mail, special-use folders, and a folder whose name is not ASCII."""
        self.add_users({address: password}, messages)

    def add_users(self, passwords, messages=INBOX_MESSAGES):
        """Many such users at once: {address: password}."""
        for address in passwords:
            self._make_mail(address, messages)
        self.add_empty_users(passwords)

    def add_empty_users(self, passwords):
        """Many users at once, who have nothing but an empty INBOX: {address: password}."""
        self._users.update(passwords)
        self._write_users()
        self._wait_for_users()

    def set_password(self, address, password):
        self.add_empty_users({address: password})

    def deliver(self, address, message):
        """Puts a message (bytes) into the user's INBOX."""
        mailbox.Maildir(self._maildir(address)).add(message)
        self._give_to_mail_user(os.path.join(self._mail, address))

    # ---- What happened.

    def log(self):
        with open(self._log, errors="replace") as file:
            return file.read()

    def attempts(self, address):
        """How often somebody tried to sign in over IMAP as the user, with any password."""
        return self.successes(address) + self.failures(address)

    def successes(self, address):
        return self._verdicts("OK", address)

    def failures(self, address):
        return self._verdicts("FAIL", address)

    def _verdicts(self, verdict, address):
        """Counts lines of the auth process, which is one, so that its lines are in order."""
        self._flush_log()
        pattern = rf"client passdb out: {verdict}\t\d+\tuser={re.escape(address)}(\t|$)"
        return len(re.findall(pattern, self.log(), re.MULTILINE))

    def _flush_log(self):
        """Returns when the log has all that was before: by a line of our own behind it."""
        marker = f"flush-{os.urandom(8).hex()}@world.invalid"
        self._doveadm("auth", "lookup", marker)
        wait_until(lambda: marker in self.log(), "dovecot's log does not go on")

    # ---- Inside.

    def _make_mail(self, address, messages):
        inbox = mailbox.Maildir(self._maildir(address))
        for message in sample_messages(address, messages):
            inbox.add(message)
        for folder in (*FOLDERS, UTF8_FOLDER):
            # Maildir++: a folder is a directory whose name begins with a dot.
            inbox.add_folder(to_modified_utf7(folder))
        self._give_to_mail_user(os.path.join(self._mail, address))

    def _maildir(self, address):
        path = os.path.join(self._mail, address)
        os.makedirs(path, exist_ok=True)
        return os.path.join(path, "Maildir")

    def _write_users(self):
        self._version += 1
        path = self._users_file()
        with open(path + ".new", "w") as file:
            for user, password in self._users.items():
                # The last field is for _wait_for_users(): it comes out of a lookup.
                file.write(f"{user}:{{PLAIN}}{password}::::::version={self._version}\n")
        # Dovecot reads the file anew when its time, in whole seconds, is another.
        os.utime(path + ".new", (self._version, self._version))
        shutil.chown(path + ".new", "dovecot")
        os.chmod(path + ".new", 0o600)
        os.rename(path + ".new", path)

    def _users_file(self):
        return os.path.join(self._directory, "users")

    def _wait_for_users(self):
        """Returns when Dovecot has read the newest users file. Asks by a lookup: sign-ins are counted."""
        if self._running:
            wait_until(self._sees_users, "dovecot does not read its new users")

    def _sees_users(self):
        done = self._doveadm("auth", "lookup", "-f", "version", next(iter(self._users)))
        return done.stdout.strip() == str(self._version)

    def _doveadm(self, *arguments):
        return subprocess.run(
            ["doveadm", "-c", self._configuration, *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def _give_to_mail_user(self, path):
        for entry in [path, *glob.glob(path + "/**", recursive=True, include_hidden=True)]:
            # Dovecot's own lock files come and go.
            with contextlib.suppress(FileNotFoundError):
                shutil.chown(entry, MAIL_USER)

    def _listens(self):
        ports = (IMAPS_PORT, IMAP_PORT)
        return all(accepts(address, port) for address in self._endpoints for port in ports)

    def _settings(self):
        addresses = " ".join(self._endpoints)
        folders = "\n".join(
            f"  mailbox {name} {{\n    special_use = {use}\n  }}" for name, use in FOLDERS.items()
        )
        certificates = "\n".join(
            f"local {address} {{\n  ssl_cert = <{certificate.certificate}\n"
            f"  ssl_key = <{certificate.key}\n}}"
            for address, certificate in self._endpoints.items()
        )
        # Limits are so high that thousands of sessions are served; login processes are few and serve
        # many connections each (Dovecot's "high-performance mode").
        return f"""
base_dir = {self._base}
state_dir = {self._directory}
log_path = {self._log}
log_timestamp = "%Y-%m-%dT%H:%M:%S.%{{usecs}} "
auth_verbose = yes
auth_debug = yes
protocols = imap
listen = {next(iter(self._endpoints))}
default_internal_user = dovecot
default_login_user = dovenull
default_client_limit = 15000
default_vsz_limit = 0
mail_uid = {MAIL_USER}
mail_gid = {MAIL_USER}
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 20000
ssl = required
ssl_min_protocol = TLSv1.2
ssl_cert = <{self._certificate.certificate}
ssl_key = <{self._certificate.key}
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
auth_cache_size = 0
passdb {{
  driver = passwd-file
  args = {self._users_file()}
  auth_verbose = yes
}}
userdb {{
  driver = static
  args = uid={MAIL_USER} gid={MAIL_USER} home={self._mail}/%u
}}
namespace inbox {{
  inbox = yes
{folders}
}}
service imap-login {{
  service_count = 0
  process_min_avail = {self.login_processes}
  process_limit = {self.login_processes}
  inet_listener imap {{
    address = {addresses}
    port = {IMAP_PORT}
  }}
  inet_listener imaps {{
    address = {addresses}
    port = {IMAPS_PORT}
    ssl = yes
  }}
}}
service imap {{
  service_count = 0
  process_limit = 10000
}}
service anvil {{
  # Without this, Dovecot answers slower after each wrong password.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
{certificates}
"""
