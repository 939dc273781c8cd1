"""One gatepostd with a configuration, vault and sockets of its own, and the command line for it."""

import grp
import os
import shutil
import signal
import subprocess
import tempfile

from world.waiting import wait_until

from api import Api
from event_stream import EventStream
from following import Following
from imap_client import ImapSocketClient, LineClient

STOP_SECONDS = 20


class Daemon:
    def __init__(self, installation, world, **overrides):
        """@param overrides configuration by section: discovery={"plain_http": True}"""
        self._installation = installation
        # Short, since a Unix socket's path has room for 107 bytes.
        self.directory = tempfile.mkdtemp(prefix="gatepost-")
        self.key_file = self.path("root.key")
        self.config_file = self.path("gatepost.toml")
        self.log_file = self.path("gatepostd.log")
        self.state_dir = self.path("state")
        self.api_socket = self.path("run/api.sock")
        self.imap_socket = self.path("run/imap.sock")
        self.api = Api(self.api_socket)
        self._child = None
        self.write_config(world, **overrides)
        self.cli("vault", "init", "--key-file", self.key_file, check=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def write_config(self, world, **overrides):
        sections = {
            "": {"state_dir": self.state_dir, "runtime_dir": self.path("run")},
            "api": {"socket_group": grp.getgrgid(os.getgid()).gr_name},
            "vault": {"root_key": "file:" + self.key_file},
            "dns": {"servers": [world.dns_server]},
            "tls": {"ca_file": world.ca_file},
            "egress": {"allow": ["127.0.0.0/8"]},
            "discovery": {"ispdb_url": ""},
        }
        for name, values in overrides.items():
            sections[name] = {**sections.get(name, {}), **values}
        with open(self.config_file, "w") as file:
            for name, values in sections.items():
                if name:
                    file.write(f"[{name}]\n")
                for key, value in values.items():
                    file.write(f"{key} = {_toml(value)}\n")

    # ---- Its life.

    @property
    def pid(self):
        return self._child.pid

    def start(self, log=None, before=(), program=None, env=None):
        """@param log a descriptor that takes its log, in place of its log file
        @param before words of a program that starts it in its way
        @param program in place of the one that is installed
        @param env what it finds in its environment beside ours
        """
        for folder in ("state", "run"):
            os.makedirs(self.path(folder), mode=0o700, exist_ok=True)
        with open(self.log_file, "ab") as log_file:
            output = log_file if log is None else log
            self._child = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *before,
                 program or self._installation.gatepostd, "--config", self.config_file],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **(env or {})},
            )  # fmt: skip
        wait_until(self._ready, "gatepostd does not become ready")
        return self

    def stop(self):
        """Asks it to end (SIGTERM), and returns its exit code."""
        if self._child is None:
            return None
        self.signal(signal.SIGTERM)
        return self._reap()

    def wait_for_end(self):
        """After a signal that ends it: its exit code."""
        return self._reap()

    def signal(self, number):
        self._child.send_signal(number)

    def reload(self, told):
        """Has it read its configuration again (SIGHUP); → once the log tells so."""
        before = self.log().count(told)
        self.signal(signal.SIGHUP)
        wait_until(lambda: self.log().count(told) > before, "gatepostd does not reload")

    def kill(self):
        """kill -9."""
        self._child.kill()
        self._reap()

    def remove(self):
        self.stop()
        shutil.rmtree(self.directory)

    def log(self):
        with open(self.log_file, errors="replace") as file:
            return file.read()

    # ---- Its clients.

    def cli(self, *arguments, stdin="", check=False, env=None):
        """Runs `gatepost ARGUMENTS`; → the CompletedProcess, with text in stdout and stderr."""
        return subprocess.run(
            [self._installation.gatepost, *arguments], input=stdin, capture_output=True, text=True,
            timeout=60, check=check, env=self._cli_environment(env),
        )  # fmt: skip

    def follow(self, *arguments):
        """A `gatepost ARGUMENTS` that goes on."""
        return Following([self._installation.gatepost, *arguments], self._cli_environment())

    def events(self, query="", last_id=None):
        return EventStream(self.api_socket, query, last_id)

    def imap(self, account):
        """A signed-in imaplib client of imap.sock."""
        client = ImapSocketClient(self.imap_socket)
        client.login(account, "anything")
        return client

    def imap_lines(self):
        return LineClient(self.imap_socket)

    def account(self, account_id):
        return self.api.get("/v1/accounts/" + account_id).json

    def wait_for_state(self, account_id, state):
        """Returns the account once it is in that state."""
        return self._wait_for_account(
            account_id, lambda account: account["state"] == state, "state " + state
        )

    def wait_for_problem(self, account_id, name):
        """Returns the account once that is its problem."""
        kind = "urn:gatepost:problem:" + name
        return self._wait_for_account(
            account_id, lambda account: (account["problem"] or {}).get("type") == kind, name
        )

    def wait_for_idle_session(self, account_id):
        return self._wait_for_account(
            account_id, lambda account: account["sessions"]["idle"] >= 1, "an idle session"
        )

    def wait_for_readers(self, count):
        """Returns once so many clients are reading events."""
        line = f"gatepost_event_readers {count}\n"
        wait_until(lambda: line in self.api.get("/metrics").text, f"there are no {count} readers")

    def wait_for_room(self):
        """Returns once the API takes connections again."""
        wait_until(self._ready, "the API has no room")

    # ---- Inside.

    def _cli_environment(self, more=None):
        return {**os.environ, "GATEPOST_SOCKET": self.api_socket, **(more or {})}

    def _wait_for_account(self, account_id, accepted, what):
        def asked():
            account = self.account(account_id)
            return account if accepted(account) else None

        return wait_until(asked, f"{account_id} does not come to {what}", patience=60)

    def _ready(self):
        if self._child.poll() is not None:
            raise AssertionError(f"gatepostd ended at once:\n{self.log()[-2000:]}")
        try:
            return self.api.get("/health/ready").status == 200
        except OSError:
            return False

    def _reap(self):
        code = self._child.wait(STOP_SECONDS)
        self._child = None
        return code


def _toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
