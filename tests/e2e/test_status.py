"""GET /v1/status and `gatepost status`: all accounts at a glance."""

import json

from conftest import connect
from test_owners import get, member, shared_daemon, stranger  # noqa: F401 (a fixture)


def test_accounts_and_sessions_are_counted_by_state_and_provider(own_daemon, mailboxes):
    live, paused = (connect(own_daemon, box) for box in mailboxes(2))
    own_daemon.api.post(f"/v1/accounts/{paused['id']}/pause")
    own_daemon.wait_for_idle_session(live["id"])
    status = own_daemon.api.get("/v1/status").json
    assert status["accounts"] == {
        "connecting": 0, "live": 1, "retrying": 0, "refused": 0, "paused": 1,
    }  # fmt: skip
    assert status["sessions"] == {"idle": 1, "leased": 0, "connecting": 0}
    assert [provider["provider"] for provider in status["providers"]] == [live["provider"]]
    assert status["providers"][0]["accounts"] == status["accounts"]
    assert status["providers"][0]["sessions"] == status["sessions"]
    assert status["sign_ins"]["ok"] >= 2
    assert status["started_at"] < status["at"]
    assert status["oldest_problem"] is None
    client = own_daemon.imap(live["id"])
    assert own_daemon.api.get("/v1/status").json["sessions"]["leased"] == 1
    client.logout()


def test_the_oldest_problem_is_named(own_daemon, world, mailboxes):
    first, second = mailboxes(2)
    refused = connect(own_daemon, first)
    other = connect(own_daemon, second)
    world.dovecot.set_password(first.address, "marked-changed")
    world.dovecot.stop()
    world.dovecot.start()
    own_daemon.wait_for_state(refused["id"], "refused")
    own_daemon.wait_for_state(other["id"], "live")
    oldest = own_daemon.api.get("/v1/status").json["oldest_problem"]
    assert oldest["account"] == refused["id"] and oldest["email"] == first.address
    assert oldest["state"] == "refused"
    assert oldest["since"] and oldest["problem"]["detail"]


def test_what_others_use_is_not_counted(shared_daemon, mailboxes):  # noqa: F811
    theirs, own = mailboxes(2)
    connect(shared_daemon, theirs, application="crm")
    connect(shared_daemon, own)
    seen_by_all = shared_daemon.api.get("/v1/status").json["accounts"]["live"]
    assert seen_by_all == 2
    asked = get(shared_daemon, "/v1/status")
    assert member(asked)[1]["accounts"]["live"] == 2
    assert stranger(asked)[1]["accounts"]["live"] == 1
    assert stranger(get(shared_daemon, "/v1/status?application=crm"))[0] == 404
    of_crm = shared_daemon.api.get("/v1/status?application=crm").json
    assert of_crm["accounts"]["live"] == 1


def test_the_command_prints_it_for_people_and_for_programs(own_daemon, mailbox):
    account = connect(own_daemon, mailbox)
    own_daemon.wait_for_idle_session(account["id"])
    shown = own_daemon.cli("status", check=True).stdout
    lines = {line.split("  ")[0]: line for line in shown.splitlines()}
    assert "1: 1 live" in lines["accounts"]
    assert "1 idle" in lines["sessions"]
    assert "on average since the start" in lines["sign-ins"]
    assert "none" in lines["oldest problem"]
    assert account["provider"] in lines
    told = json.loads(own_daemon.cli("status", "--json", check=True).stdout)
    assert told["accounts"]["live"] == 1


def test_the_command_says_so_when_there_is_no_daemon(daemon):
    for arguments in (("status",), ("status", "--watch")):
        done = daemon.cli(*arguments, env={"GATEPOST_SOCKET": "/nonexistent/api.sock"})
        assert done.returncode == 1
        assert "/nonexistent/api.sock" in done.stderr


def test_watching_outlives_the_daemon_and_ends_with_ctrl_c(own_daemon, mailbox):
    with own_daemon.follow("status", "--watch") as following:
        assert following.line_with("0: none")
        assert following.line_with("/s in the last")
        assert own_daemon.stop() == 0
        assert following.line_with("Waiting for it")
        own_daemon.start()
        connect(own_daemon, mailbox)
        assert following.line_with("1: 1 live")
        assert following.interrupt() == 0


def test_watching_as_json_is_a_line_for_each_look(own_daemon):
    with own_daemon.follow("status", "--watch", "--json") as following:
        first, second = (json.loads(following.line()) for _ in range(2))
        assert first["at"] < second["at"]
