"""gatepost: output for people and for programs, and exit codes for scripts."""

import json

import pytest


def add(daemon, mailbox, *more):
    arguments = ("account", "add", mailbox.address, "--password-stdin", *more)
    return daemon.cli(*arguments, stdin=mailbox.password + "\n")


def reason(done):
    """Why a command was refused: one line on stderr."""
    assert done.returncode == 1
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_an_account_is_added_listed_shown_and_removed(daemon, mailbox):
    done = add(daemon, mailbox)
    assert done.returncode == 0, done.stderr
    assert mailbox.address in done.stdout
    assert mailbox.address in daemon.cli("account", "list", check=True).stdout
    shown = daemon.cli("account", "show", mailbox.address, check=True).stdout
    assert "live" in shown and "imap.provider.example" in shown

    assert daemon.cli("account", "remove", mailbox.address).returncode == 0
    assert mailbox.address not in daemon.cli("account", "list", check=True).stdout


def test_json_is_what_the_api_answers(daemon, mailbox):
    added = json.loads(add(daemon, mailbox, "--json", "--id", "cli-json").stdout)
    assert added["id"] == "cli-json" and added["email"] == mailbox.address
    shown = json.loads(daemon.cli("account", "show", "cli-json", "--json", check=True).stdout)
    assert shown["id"] == "cli-json"
    listed = json.loads(daemon.cli("account", "list", "--json", check=True).stdout)
    assert "cli-json" in [account["id"] for account in listed["accounts"]]
    found = daemon.cli("discover", mailbox.address, "--json", check=True)
    assert json.loads(found.stdout)["settings"]["host"] == "imap.provider.example"


def test_settings_can_be_given(daemon, mailbox_at):
    mailbox = mailbox_at("unknown.example")
    done = add(daemon, mailbox, "--host", "imap.provider.example", "--port", "143",
               "--security", "starttls", "--username", mailbox.address)  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_unproven_settings_need_the_option(daemon, mailbox_at):
    mailbox = mailbox_at("srv-outside.example")
    assert "--accept-unproven" in reason(add(daemon, mailbox))
    assert add(daemon, mailbox, "--accept-unproven").returncode == 0


def test_pause_resume_verify_and_a_new_password(daemon, world, account):
    for command, word in (("pause", "paused"), ("resume", ""), ("verify", "live")):
        done = daemon.cli("account", command, account["id"])
        assert done.returncode == 0, done.stderr
        assert word in done.stdout
    world.dovecot.set_password(account["email"], "marked-by-cli")
    arguments = ("account", "set-password", account["id"], "--password-stdin")
    assert daemon.cli(*arguments, stdin="marked-by-cli\n").returncode == 0
    assert "refused" in reason(daemon.cli(*arguments, stdin="marked-wrong\n")).lower()


def test_a_wrong_password_is_refused_with_the_reason(daemon, mailbox):
    done = daemon.cli("account", "add", mailbox.address, "--password-stdin", stdin="wrong\n")
    assert mailbox.address.split("@")[1] in reason(done) or "password" in reason(done)


def test_discover_explains_itself(daemon):
    done = daemon.cli("discover", "alice@srv-outside.example", check=True)
    assert "imap.provider.example" in done.stdout
    traced = daemon.cli("discover", "alice@srv-outside.example", "--trace", check=True)
    for source in ("providers", "autoconfig", "srv", "mx"):
        assert source in traced.stdout
    assert "srv won" in traced.stdout


def test_discover_shows_the_probe_and_who_gave_way_to_whom(daemon, world):
    domain = "traced.example"
    world.add_domain(
        domain, "_imaps._tcp SRV 0 1 993 expired.provider.example.", "@ MX 10 mx.provider.example."
    )
    done = daemon.cli("discover", "alice@" + domain, "--trace", check=True)
    assert "answers" in done.stdout
    rows = [line.split() for line in done.stdout.splitlines()]
    probes = {row[3]: row[1] for row in rows if row[:1] == ["(probe)"]}
    assert probes == {"imap.provider.example:993,": "found", "expired.provider.example:993,": "failed"}
    assert "expired.provider.example:993, tls (srv) ranks higher" in done.stdout


def test_discover_works_without_a_daemon(daemon):
    nowhere = {"GATEPOST_SOCKET": "/nonexistent"}
    done = daemon.cli("discover", "alice@gmail.com", "--local", "--json", env=nowhere, check=True)
    assert json.loads(done.stdout)["settings"]["host"] == "imap.gmail.com"


def test_nothing_found_is_refused(daemon):
    assert reason(daemon.cli("discover", "alice@unknown.example"))


def test_without_a_daemon_the_reason_names_the_socket(daemon):
    done = daemon.cli("account", "list", env={"GATEPOST_SOCKET": "/nonexistent/api.sock"})
    assert "/nonexistent/api.sock" in reason(done)


def test_an_unknown_account_is_refused(daemon):
    assert "nobody" in reason(daemon.cli("account", "show", "nobody"))


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("account",),
        ("account", "show"),
        ("account", "list", "--colour"),
        ("account", "add", "a@b.example", "--port", "many", "--password-stdin"),
        ("account", "add", "a@b.example", "--password", "on-the-command-line"),
    ],
)
def test_wrong_usage_exits_with_2(daemon, arguments):
    assert daemon.cli(*arguments).returncode == 2


def test_help_exits_with_0(daemon):
    for arguments in (("--help",), ("account", "add", "--help")):
        done = daemon.cli(*arguments)
        assert done.returncode == 0
        assert "gatepost" in done.stdout
