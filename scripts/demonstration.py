"""The demonstration of scripts/run: a mailbox is found, connected and read, step by step.

Every step is a command that the reader could type, and its outcome is checked.
"""

import grp
import json
import os
import pathlib
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "build/release"
START_SECONDS = 30


class StepFailed(Exception):
    pass


class Provider:
    """The demonstration provider, in a process of its own, since its ports need root."""

    def __init__(self):
        sudo = [] if os.geteuid() == 0 else ["sudo"]
        self._process = subprocess.Popen(
            [*sudo, "/usr/bin/python3", "-B", "-m", "world"], cwd=ROOT / "tests",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            start_new_session=not sudo,  # Ctrl-C is for us; but sudo asks at the terminal
        )  # fmt: skip
        line = self._process.stdout.readline()
        if not line:
            raise StepFailed("the demonstration provider did not start")
        self.facts = json.loads(line)

    def stop(self):
        # It ends with its standard input.
        self._process.stdin.close()
        self._process.wait()


class Gatepostd:
    """A gatepostd with a fresh vault."""

    def __init__(self, directory, provider):
        self.directory = directory
        self.api_socket = f"{directory}/run/api.sock"
        self.imap_socket = f"{directory}/run/imap.sock"
        self.config_file = f"{directory}/gatepost.toml"
        self.key_file = f"{directory}/root.key"
        self.log_file = f"{directory}/gatepostd.log"
        self._process = None
        os.mkdir(f"{directory}/run", 0o700)
        os.mkdir(f"{directory}/state", 0o700)
        config = f"""\
            state_dir = "{directory}/state"
            runtime_dir = "{directory}/run"
            [api]
            socket_group = "{grp.getgrgid(os.getgid()).gr_name}"
            [vault]
            root_key = "file:{self.key_file}"
            [dns]
            servers = ["{provider.facts["dns_server"]}"]
            [tls]
            ca_file = "{provider.facts["ca_file"]}"
            [egress]
            allow = ["127.0.0.0/8"]
            [discovery]
            ispdb_url = ""
            """
        self.config = textwrap.dedent(config)
        pathlib.Path(self.config_file).write_text(self.config)

    def start(self):
        # It says READY=1 to whoever started it, as to systemd.
        notify_path = f"{self.directory}/notify"
        with open(self.log_file, "w") as log, _notify_socket(notify_path) as notified:
            self._process = subprocess.Popen(
                ["gatepostd", "--config", self.config_file], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "NOTIFY_SOCKET": notify_path},
            )  # fmt: skip
            try:
                while b"READY=1" not in notified.recv(4096).split(b"\n"):
                    pass
            except TimeoutError:
                raise StepFailed("gatepostd did not become ready:\n" + self.log()) from None

    def stop(self):
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def log(self):
        return pathlib.Path(self.log_file).read_text()


def _notify_socket(path):
    notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notified.bind(path)
    notified.settimeout(START_SECONDS)
    return notified


def main():
    once = sys.argv[1:] == ["--once"]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ["PATH"] = f"{PROGRAMS}/cli:{PROGRAMS}/daemon:{os.environ['PATH']}"
    directory = tempfile.mkdtemp(prefix="gatepost-demo-")
    provider = daemon = None
    try:
        heading("A mail provider to connect to")
        say("A real Dovecot (IMAP), Knot (DNS) and an HTTPS server, on loopback addresses only.")
        provider = Provider()
        daemon = Gatepostd(directory, provider)
        show(daemon, provider.facts)
        if not once:
            leave_running(daemon, provider.facts)
    except StepFailed as failure:
        print(f"\nThis did not work: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopping.")
    finally:
        if daemon is not None:
            daemon.stop()
        if provider is not None:
            provider.stop()
        shutil.rmtree(directory)
    return 0


def show(daemon, facts):
    address = facts["address"]
    os.environ["GATEPOST_SOCKET"] = daemon.api_socket
    say(f"It has a mailbox, {address}, with the password: {facts['password']}")

    heading("Gatepost starts: a root key, an empty vault")
    step(["gatepost", "vault", "init", "--key-file", daemon.key_file])
    command(f"cat {daemon.config_file}", daemon.config)
    daemon.start()
    command(f"gatepostd --config {daemon.config_file} &", daemon.log())

    heading("Where is the mailbox? Found from the address alone")
    step(["gatepost", "discover", address], expect=["imap.provider.example", "993"])

    heading("Connect it: sign in, seal the password, keep the session")
    step(
        ["gatepost", "account", "add", address, "--password-stdin"],
        stdin=facts["password"], expect=[address],
    )  # fmt: skip

    heading("The account is live from now on")
    step(["gatepost", "account", "list"], expect=[address, "live"])
    step(["gatepost", "account", "show", address], expect=["live"])

    heading("Its mailboxes, asked through the live session by HTTP")
    step(
        curl(daemon.api_socket, f"http://localhost/v1/accounts/{address}/mailboxes"),
        expect=["INBOX", "Sent"],
    )

    heading("A message, read from imap.sock: signed in already, no password needed")
    step(
        curl(daemon.imap_socket, "imap://gatepost/INBOX;MAILINDEX=1", "--user", address + ":any"),
        expect=["Subject: Welcome to your mailbox", f"To: {address}"],
    )


def leave_running(daemon, facts):
    address = facts["address"]
    heading("All of this goes on running. Try, in another terminal:")
    say(f"export PATH={PROGRAMS}/cli:$PATH GATEPOST_SOCKET={daemon.api_socket}")
    for line in (
        f"gatepost imap {address}            # then type: a SELECT INBOX, and: b LOGOUT",
        "gatepost discover you@gmail.com --trace",
        f"gatepost account pause {address}   # and: resume, verify, set-password",
        "gatepost discover nobody@unknown.example",
        shlex.join(curl(daemon.api_socket, "http://localhost/v1/accounts")),
        shlex.join(curl(daemon.api_socket, "http://localhost/metrics")),
        f"tail -f {daemon.log_file}",
    ):
        say(line)
    print("\nThe README says how to connect your own mailbox. Ctrl-C ends this.", flush=True)
    signal.pause()


def curl(path, url, *more):
    return ["curl", "--silent", "--show-error", "--fail", "--unix-socket", path, *more, url]


# ---- How steps look.

def heading(text):
    print(f"\n== {text}\n", flush=True)


def say(text):
    print("    " + text, flush=True)


def command(line, output):
    print("    $ " + line)
    print(textwrap.indent(output.replace("\r\n", "\n").rstrip(), "      "), flush=True)


def step(arguments, stdin="", expect=()):
    """Runs the command, shows it and its output, and fails unless it worked and says all that is
    expected."""
    line = shlex.join(arguments)
    if stdin:
        line = f"echo {shlex.quote(stdin)} | {line}"
        stdin += "\n"
    done = subprocess.run(arguments, input=stdin, capture_output=True, text=True)
    command(line, done.stdout + done.stderr)
    if done.returncode != 0:
        raise StepFailed(f"the last command ended with {done.returncode}")
    for text in expect:
        if text not in done.stdout:
            raise StepFailed(f'the last command should have said "{text}"')


if __name__ == "__main__":
    sys.exit(main())
