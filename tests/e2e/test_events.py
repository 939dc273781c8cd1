"""GET /v1/events and `gatepost events`: what happens, as it happens, through broken connections."""

import json
import os
import signal
import socket

from conftest import connect
from event_stream import EventStream
from test_owners import member, shared_daemon, stranger  # noqa: F401 (a fixture)
from world.messages import sample_messages


def test_an_account_tells_its_life(own_daemon, mailbox):
    with own_daemon.events() as events:
        assert events.answer.headers["Content-Type"] == "text/event-stream"
        assert events.answer.headers["Cache-Control"] == "no-store"
        account = connect(own_daemon, mailbox)
        path = "/v1/accounts/" + account["id"]
        own_daemon.api.post(path + "/pause")
        own_daemon.api.delete(path)
        told = [events.next() for _ in range(3)]
    assert {event.type for event in told} == {"account.state"}
    assert [(event.data["previous"], event.data["state"]) for event in told] == [
        (None, "live"), ("live", "paused"), ("paused", "removed"),
    ]  # fmt: skip
    for event in told:
        assert event.data["account"] == account["id"]
        assert event.data["email"] == mailbox.address
        assert event.data["at"].endswith("Z")
    assert len({event.id for event in told}) == 3


def test_an_outage_is_told_with_its_problem_and_its_end(own_daemon, world, mailbox):
    connect(own_daemon, mailbox)
    with own_daemon.events() as events:
        world.dovecot.stop()
        retrying = events.until_state("retrying")
        world.dovecot.start()
        assert retrying.data["previous"] in ("live", "connecting")
        assert retrying.data["problem"]["type"].startswith("urn:gatepost:problem:")
        assert events.until_state("live").data["problem"] is None


def test_a_changed_password_is_told(own_daemon, world, mailbox):
    connect(own_daemon, mailbox)
    with own_daemon.events() as events:
        world.dovecot.set_password(mailbox.address, "marked-changed")
        world.dovecot.stop()
        world.dovecot.start()
        refused = events.until_state("refused")
    assert refused.data["problem"]["type"] == "urn:gatepost:problem:sign-in-refused"


def test_a_broken_stream_goes_on_where_it_stopped(own_daemon, mailbox):
    with own_daemon.events() as events:
        account = connect(own_daemon, mailbox)
        seen = events.next()
    own_daemon.api.post(f"/v1/accounts/{account['id']}/pause")
    with own_daemon.events(last_id=seen.id) as events:
        missed = events.next()
        assert (missed.type, missed.data["state"]) == ("account.state", "paused")
        assert missed.id != seen.id


def test_who_has_seen_no_event_yet_can_resume_too(own_daemon, mailbox):
    with own_daemon.events() as events:
        stopped = events.last_id
    connect(own_daemon, mailbox)
    with own_daemon.events(last_id=stopped) as events:
        assert events.next().data["state"] == "live"


def test_an_id_of_an_earlier_run_is_answered_by_a_reset(own_daemon, mailbox):
    account = connect(own_daemon, mailbox)
    with own_daemon.events() as events:
        stopped = events.last_id
        assert own_daemon.stop() == 0
        assert events.next() is None, "the stream ends with the daemon"
    own_daemon.start()
    with own_daemon.events(last_id=stopped) as events:
        reset = events.next()
        assert (reset.type, reset.data["reason"]) == ("reset", "restarted")
    own_daemon.wait_for_state(account["id"], "live")
    own_daemon.api.post(f"/v1/accounts/{account['id']}/pause")
    with own_daemon.events(last_id=reset.id) as events:
        told = events.next()
        if told.data["state"] == "live":  # it may have been live before the reset was told
            told = events.next()
        assert (told.data["previous"], told.data["state"]) == ("live", "paused")


def test_an_id_that_is_none_is_answered_by_a_reset(daemon):
    for nonsense in ("", "x", "-", "999999999999999999999", "a-b-c", "x" * 1000):
        with daemon.events(last_id=nonsense) as events:
            if nonsense:
                assert events.next().type == "reset"


def test_filters_are_by_account_and_by_kind(own_daemon, mailboxes):
    one, other = mailboxes(2)
    account = connect(own_daemon, one)
    by_address = own_daemon.events(f"?account={one.address}&type=account.state")
    mail_only = own_daemon.events("?type=mailbox.changed")
    with by_address, mail_only:
        connect(own_daemon, other)
        own_daemon.api.post(f"/v1/accounts/{account['id']}/pause")
        assert by_address.next().data["account"] == account["id"]
        own_daemon.signal(signal.SIGTERM)
        assert mail_only.next() is None
    assert own_daemon.wait_for_end() == 0


def test_events_of_nothing_are_refused(daemon):
    daemon.api.get("/v1/events?account=nobody").problem(404, "unknown-account")
    daemon.api.get("/v1/events?type=weather").problem(400, "bad-request")
    daemon.api.get("/v1/events?colour=red").problem(400, "bad-request")
    daemon.api.post("/v1/events").problem(405, "not-allowed")


def test_head_and_http_1_0_are_answered_sensibly(daemon):
    with EventStream(daemon.api_socket, method="HEAD") as events:
        assert events.answer.status == 200
        assert events.answer.headers["Content-Type"] == "text/event-stream"
        assert events.answer.read() == b""
    with socket.socket(socket.AF_UNIX) as old:
        old.connect(daemon.api_socket)
        old.sendall(b"GET /v1/events HTTP/1.0\r\nHost: x\r\n\r\n")
        received = b""
        while b"retry: " not in received:
            received += old.recv(4096)
        assert b"chunked" not in received


def test_readers_do_not_keep_the_daemon_from_ending(own_daemon, mailbox):
    readers = [own_daemon.events() for _ in range(20)]
    own_daemon.signal(signal.SIGTERM)
    for reader in readers:
        with reader:
            assert reader.next() is None
    assert own_daemon.wait_for_end() == 0
    assert '"requests":"answered"' in own_daemon.log()


def test_readers_beyond_a_users_limit_are_turned_away_and_their_places_come_back(own_daemon):
    readers = []
    while (reader := own_daemon.events()).answer.status == 200:
        readers.append(reader)
    assert reader.answer.status == 503 and reader.answer.headers["Retry-After"]
    assert 0 < len(readers) <= 64
    for reader in readers:
        reader.close()
    own_daemon.wait_for_room()
    own_daemon.wait_for_readers(0)


def states_seen(daemon, pause):
    """What a reader sees while another account is paused: [emails]."""

    def read():
        with EventStream(daemon.api_socket) as events:
            os.write(pause, b"x")
            seen = []
            while "own" not in seen:
                seen.append(events.next().data["account"])
            return seen

    return read


def test_other_peoples_accounts_are_not_told(shared_daemon, mailboxes):  # noqa: F811
    daemon = shared_daemon
    theirs, own = mailboxes(2)
    connect(daemon, theirs, application="crm", id="theirs")
    connect(daemon, own, id="own")

    def told_to(somebody):
        reading, writing = os.pipe()
        helper = os.fork()
        if helper == 0:  # once the reader reads, both accounts change
            os.read(reading, 1)
            for account in ("theirs", "own"):
                daemon.api.post(f"/v1/accounts/{account}/pause")
                daemon.api.post(f"/v1/accounts/{account}/resume")
            os._exit(0)
        try:
            return somebody(states_seen(daemon, writing))
        finally:
            os.waitpid(helper, 0)
            os.close(reading)
            os.close(writing)
            daemon.wait_for_state("theirs", "live")
            daemon.wait_for_state("own", "live")

    assert "theirs" in told_to(member)
    assert set(told_to(stranger)) == {"own"}
    refused = stranger(lambda: EventStream(daemon.api_socket, "?account=theirs").answer.status)
    assert refused == 404


# ---- gatepost events


def test_the_command_prints_a_line_for_each_event(own_daemon, mailbox):
    with own_daemon.follow("events") as following:
        own_daemon.wait_for_readers(1)
        connect(own_daemon, mailbox)
        line = following.line()
        assert mailbox.address in line and "live (new)" in line
        assert following.interrupt() == 0


def test_the_command_prints_json_of_one_account(own_daemon, mailboxes):
    one, other = mailboxes(2)
    account = connect(own_daemon, one)
    with own_daemon.follow("events", "--json", "--account", one.address) as following:
        own_daemon.wait_for_readers(1)
        connect(own_daemon, other)
        own_daemon.api.post(f"/v1/accounts/{account['id']}/pause")
        event = json.loads(following.line())
        assert event["event"] == "account.state" and event["id"]
        assert (event["account"], event["state"]) == (account["id"], "paused")


def test_the_command_outlives_the_daemon(own_daemon, mailbox):
    account = connect(own_daemon, mailbox)
    with own_daemon.follow("events") as following:
        own_daemon.wait_for_readers(1)
        assert own_daemon.stop() == 0
        assert "Waiting" in following.error_with("gatepost: ")
        own_daemon.start()
        assert following.error_with("back")
        assert "events were missed (restarted)" in following.line()
        own_daemon.api.post(f"/v1/accounts/{account['id']}/pause")
        assert mailbox.address in following.line_with("paused")
        assert following.interrupt() == 0


def test_the_command_says_so_when_there_is_no_daemon(daemon):
    done = daemon.cli("events", env={"GATEPOST_SOCKET": "/nonexistent/api.sock"})
    assert done.returncode == 1
    assert "/nonexistent/api.sock" in done.stderr
    done = daemon.cli("events", "--account", "nobody")
    assert done.returncode == 1 and "nobody" in done.stderr


# ---- mailbox.changed


def test_mail_that_arrives_is_told(own_daemon, world, mailbox):
    account = connect(own_daemon, mailbox)
    message = sample_messages(mailbox.address, 1)[0]
    delivered, changed = 0, None
    with own_daemon.events("?type=mailbox.changed") as events:
        # Mail that comes before the INBOX is watched is no news, and so more of it comes.
        while changed is None:
            assert delivered < 30
            world.dovecot.deliver(mailbox.address, message)
            delivered += 1
            changed = events.next_within(1)
        world.dovecot.deliver(mailbox.address, message)
        told = events.until(lambda event: event.data["messages"] == 3 + delivered + 1)
    for event in (changed, told):
        assert event.type == "mailbox.changed"
        assert event.data["account"] == account["id"]
        assert event.data["email"] == mailbox.address
        assert (event.data["mailbox"], event.data["change"]) == ("INBOX", "new")
