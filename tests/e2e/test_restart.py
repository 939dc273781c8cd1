"""What a 201 has said is true after any end of the daemon."""

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
