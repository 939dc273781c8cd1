"""What a 201 has said is true after any end of the daemon."""

import json
import signal
import socket
import sqlite3

from world.waiting import wait_until
from world.world import BLACK_HOLE

from api import Connection

KILLS = 20


def test_accounts_are_served_again_after_a_restart(make_daemon, mailboxes):
    daemon = make_daemon().start()
    ids = [
        daemon.api.post("/v1/accounts", box.explicit_request).json["id"] for box in mailboxes(3)
    ]
    assert daemon.stop() == 0
    daemon.start()
    for account_id in ids:
        daemon.wait_for_state(account_id, "live")
        daemon.imap(account_id).logout()


def test_a_paused_account_is_paused_after_a_restart(make_daemon, mailbox):
    daemon = make_daemon().start()
    account = daemon.api.post("/v1/accounts", mailbox.explicit_request).json
    daemon.api.post(f"/v1/accounts/{account['id']}/pause")
    assert daemon.stop() == 0
    daemon.start()
    assert daemon.account(account["id"])["state"] == "paused"


def test_kill_9_right_after_a_201_loses_nothing(make_daemon, mailboxes):
    daemon = make_daemon()
    acknowledged = {}
    for box in mailboxes(KILLS):
        daemon.start()
        answer = daemon.api.post("/v1/accounts", box.explicit_request)
        daemon.kill()
        assert answer.status == 201, answer.text
        acknowledged[answer.json["id"]] = box.address
    daemon.start()
    stored = daemon.api.get("/v1/accounts?limit=1000").json["accounts"]
    assert {account["id"]: account["email"] for account in stored} == acknowledged
    # And whole: the sealed password opens, and signs in.
    for account_id in acknowledged:
        daemon.wait_for_state(account_id, "live")


def test_kill_9_right_after_a_204_brings_nothing_back(make_daemon, mailbox):
    daemon = make_daemon().start()
    account = daemon.api.post("/v1/accounts", mailbox.explicit_request).json
    assert daemon.api.delete("/v1/accounts/" + account["id"]).status == 204
    daemon.kill()
    daemon.start()
    daemon.api.get("/v1/accounts/" + account["id"]).problem(404, "unknown-account")


def test_sigterm_ends_it_with_0_also_while_sessions_are_leased(make_daemon, mailbox):
    daemon = make_daemon().start()
    account = daemon.api.post("/v1/accounts", mailbox.explicit_request).json
    client = daemon.imap(account["id"])
    assert daemon.stop() == 0
    client.shutdown()


def test_a_second_sigterm_ends_it_at_once(make_daemon, world, mailbox):
    daemon = make_daemon().start()
    # A sign-in that gets no answer is waited for at a polite end.
    hanging = {**mailbox.request, "imap": {"host": "black-hole.provider.example"}}
    with Connection(daemon.api_socket) as connection:
        connection.request("POST", "/v1/accounts", json.dumps(hanging))
        wait_until(lambda: is_dialling(world.address(BLACK_HOLE)), "the sign-in does not begin")
        daemon.signal(signal.SIGTERM)
        wait_until(lambda: "Gatepost is stopping" in daemon.log(), "it does not begin to stop")
        assert daemon.stop() == 1
    assert "Gatepost has stopped" not in daemon.log()


def is_dialling(address):
    """Whether a connection to the address waits for its first answer."""
    syn_sent = "02"
    number = socket.inet_aton(address)[::-1].hex().upper()
    with open("/proc/net/tcp") as connections:
        rows = [line.split() for line in connections]
    return any(row[2].startswith(number + ":") and row[3] == syn_sent for row in rows[1:])


def test_an_account_whose_row_was_edited_is_told_and_can_be_removed(make_daemon, mailboxes):
    daemon = make_daemon().start()
    good, bad = mailboxes(2)
    for name, box in (("good", good), ("bad", bad)):
        assert daemon.api.put("/v1/accounts/" + name, box.explicit_request).status == 201
    assert daemon.stop() == 0
    with sqlite3.connect(daemon.state_dir + "/vault.db") as database:
        database.execute("UPDATE accounts SET host = 'imap.attacker.example' WHERE id = 'bad'")
    database.close()
    daemon.start()
    daemon.wait_for_state("good", "live")
    assert daemon.api.get("/health").json["vault"]["damaged"] == ["bad"]
    daemon.api.get("/v1/accounts/bad").problem(500, "vault-damaged")
    daemon.api.put("/v1/accounts/bad", bad.explicit_request).problem(500, "vault-damaged")
    assert daemon.api.delete("/v1/accounts/bad").status == 204
    assert daemon.api.get("/health").json["vault"]["damaged"] == []
    daemon.api.get("/v1/accounts/bad").problem(404, "unknown-account")
    assert daemon.api.put("/v1/accounts/bad", bad.explicit_request).status == 201
