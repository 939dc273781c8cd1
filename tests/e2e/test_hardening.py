"""What the daemon keeps from the rest of the machine: cores, swap, debuggers; and clocks that jump."""

import glob
import os
import re
import shutil
import signal
import subprocess

import pytest

NOBODY = 65534


def status_of(pid):
    with open(f"/proc/{pid}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def test_a_crash_leaves_no_core(make_daemon):
    daemon = make_daemon().start()
    with open(f"/proc/{daemon.pid}/limits") as limits:
        assert re.search(r"^Max core file size +0 +0 ", limits.read(), re.MULTILINE)
    daemon.signal(signal.SIGABRT)
    ended = os.waitid(os.P_PID, daemon.pid, os.WEXITED | os.WNOWAIT)
    assert ended.si_code == os.CLD_KILLED, "not CLD_DUMPED"
    assert daemon.wait_for_end() == -signal.SIGABRT


def test_its_keys_are_locked_in_memory(make_daemon, mailbox):
    daemon = make_daemon().start()
    assert daemon.api.post("/v1/accounts", mailbox.explicit_request).status == 201
    locked_kib = int(status_of(daemon.pid)["VmLck"].split()[0])
    assert locked_kib >= 16, "the arena of the vault's keys"


@pytest.fixture
def daemon_of_nobody(make_daemon, installation):
    """One that runs as a user who is not root, from a copy that this user may read."""
    if os.geteuid() != 0:
        pytest.fail("needs root, to become somebody else")
    daemon = make_daemon(api={"socket_group": "nogroup"})
    shutil.copy(installation.gatepostd, daemon.path("gatepostd"))
    for folder in ("state", "run"):
        os.makedirs(daemon.path(folder), mode=0o700)
    os.chown(daemon.directory, NOBODY, NOBODY)
    for path in glob.glob(daemon.path("*")):
        os.chown(path, NOBODY, NOBODY)
    become = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
    # The second one, since becoming somebody else undoes what the first was asked for.
    return daemon.start(before=[*become, "setpriv", "--pdeathsig", "KILL"],
                        program=daemon.path("gatepostd"))


def read_as_nobody(path):
    return subprocess.run(
        ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups",
         "head", "-c", "1", path], capture_output=True, text=True,
    )  # fmt: skip


def test_its_own_user_can_neither_read_its_memory_nor_trace_it(daemon_of_nobody):
    pid = daemon_of_nobody.pid
    assert status_of(pid)["Uid"].split()[0] == str(NOBODY)
    for name in ("mem", "environ", "maps"):
        assert os.stat(f"/proc/{pid}/{name}").st_uid == 0, "who is not dumpable is root's"
        assert "Permission denied" in read_as_nobody(f"/proc/{pid}/{name}").stderr
    assert read_as_nobody(f"/proc/{pid}/status").returncode == 0, "or nothing was tried"


class Clock:
    """The daemon's wall clock, beside which time goes on as it is."""

    def __init__(self, directory):
        self._file = os.path.join(directory, "clock")
        self.set("+0")

    def set(self, offset):
        part = self._file + ".new"
        with open(part, "w") as file:
            file.write(offset + "\n")
        os.rename(part, self._file)

    @property
    def environment(self):
        (library,) = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        return {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": self._file,
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0",
        }


def sign_ins(daemon):
    text = daemon.api.get("/metrics").text
    return sum(int(float(n)) for n in re.findall(r"^gatepost_sign_ins_total\{.*\} (\S+)$", text,
                                                 re.MULTILINE))  # fmt: skip


def day_of(daemon):
    """The day of the daemon's clock, of which its status tells."""
    return daemon.api.get("/v1/status").json["at"][:10]


def test_a_wall_clock_that_jumps_ends_no_session_and_starts_no_stampede(make_daemon, mailboxes):
    daemon = make_daemon()
    clock = Clock(daemon.directory)
    daemon.start(env=clock.environment)
    accounts = []
    for box in mailboxes(3):
        answer = daemon.api.post("/v1/accounts", box.explicit_request)
        assert answer.status == 201
        accounts.append(answer.json["id"])
    for account in accounts:
        daemon.wait_for_idle_session(account)
    days, before = {day_of(daemon)}, sign_ins(daemon)
    # Within the validity of the providers' certificates, which is judged by the wall clock.
    for offset in ("+20d", "+0", "-30m", "+3d", "+0"):
        clock.set(offset)
        days.add(day_of(daemon))
        for account in accounts:
            shown = daemon.account(account)
            assert (shown["state"], shown["sessions"]["idle"]) == ("live", 1)
        assert sign_ins(daemon) == before
        assert daemon.api.get("/health").json["status"] == "ok"
    assert len(days) >= 3, "the clock has not jumped"
    for account in accounts:
        daemon.imap(account).logout()


def test_an_account_added_while_the_clock_is_wrong_is_kept_when_it_is_right(make_daemon, mailbox):
    daemon = make_daemon()
    clock = Clock(daemon.directory)
    clock.set("+20d")
    daemon.start(env=clock.environment)
    account = daemon.api.post("/v1/accounts", mailbox.explicit_request).json["id"]
    clock.set("+0")
    daemon.imap(account).logout()
    daemon.kill()
    daemon.start()
    daemon.wait_for_state(account, "live")
    daemon.imap(account).logout()
