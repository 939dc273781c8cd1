"""A provider of another make than Dovecot: Courier, with the least that IMAP4rev1 asks for."""

import secrets

import pytest
from conftest import Mailbox

from world.courier import DOMAIN, IMAP_HOST, Courier


@pytest.fixture(scope="module")
def courier(world):
    with Courier(world) as courier:
        yield courier


@pytest.fixture
def mailbox(courier):
    box = Mailbox(f"user-{secrets.token_hex(4)}@{DOMAIN}", "marked-" + secrets.token_hex(8))
    courier.add_user(box.address, box.password)
    return box


@pytest.fixture
def account(daemon, mailbox):
    answer = daemon.api.post("/v1/accounts", mailbox.request)
    assert answer.status == 201, answer.text
    return answer.json


def test_a_mailbox_is_discovered_and_connected(account):
    assert account["state"] == "live"
    assert account["imap"]["host"] == IMAP_HOST
    # What Gatepost does without here, where Dovecot has it.
    assert not {"SASL-IR", "UNSELECT", "LITERAL+", "SPECIAL-USE"} & set(account["capabilities"])


def test_starttls_leads_to_the_same_mailbox(daemon, mailbox):
    imap = {"host": IMAP_HOST, "port": 143, "security": "starttls"}
    answer = daemon.api.post("/v1/accounts", {**mailbox.request, "imap": imap})
    assert answer.status == 201, answer.text


def test_a_wrong_password_is_refused_with_the_providers_words(daemon, mailbox):
    answer = daemon.api.post("/v1/accounts", {**mailbox.request, "password": "wrong"})
    assert answer.status == 422
    assert answer.json["type"] == "urn:gatepost:problem:sign-in-refused"
    assert answer.json["provider_text"] == "Login failed."


@pytest.mark.parametrize("password", ['say "friend" \\and\\ enter', "x" * 100, "  spaces  "])
def test_odd_passwords_sign_in(daemon, courier, mailbox, password):
    courier.add_user(mailbox.address, password)
    answer = daemon.api.post("/v1/accounts", {**mailbox.request, "password": password})
    assert answer.status == 201, answer.text


def test_mailboxes_are_listed(daemon, account):
    listed = daemon.api.get(f"/v1/accounts/{account['id']}/mailboxes").json
    assert {box["name"] for box in listed["mailboxes"]} >= {"INBOX", "INBOX.Sent"}


def test_a_session_serves_one_client_after_the_other_with_nothing_selected(daemon, account):
    sessions = []
    for _ in range(3):
        client = daemon.imap(account["id"])
        with pytest.raises(client.error, match="(?i)search"):
            client.search(None, "ALL")
        assert client.select("INBOX")[1] == [b"3"]
        assert client.store("1", "+FLAGS", "\\Deleted")[0] == "OK"
        sessions.append(client)
        client.logout()
    client = daemon.imap(account["id"])
    client.select("INBOX", readonly=True)
    # Marked as deleted, and not expunged by the change of hands.
    assert client.search(None, "DELETED")[1] == [b"1"]
    client.logout()


def test_new_mail_is_told_in_idle(daemon, courier, account, mailbox):
    with daemon.imap_lines() as client:
        client.command(f"LOGIN {account['id']} x")
        client.command("SELECT INBOX")
        client.send("i IDLE")
        assert client.line().startswith("+ ")
        courier.deliver(mailbox.address, b"Subject: news\r\n\r\n.\r\n")
        while client.line() != "* 4 EXISTS":
            pass
        client.send("DONE")
        assert client.answer("i").startswith("OK")


def mail_is_told(daemon, courier, mailbox):
    account = daemon.api.post("/v1/accounts", mailbox.request).json
    delivered, changed = 0, None
    with daemon.events("?type=mailbox.changed") as events:
        # Mail that comes before the INBOX is watched is no news, and so more of it comes.
        while changed is None:
            assert delivered < 30
            courier.deliver(mailbox.address, b"Subject: news\r\n\r\n.\r\n")
            delivered += 1
            changed = events.next_within(3)
        courier.deliver(mailbox.address, b"Subject: more\r\n\r\n.\r\n")
        told = events.until(lambda event: event.data["messages"] == 3 + delivered + 1)
    for event in (changed, told):
        assert event.data["account"] == account["id"]
        assert (event.data["mailbox"], event.data["change"]) == ("INBOX", "new")
    return account


def test_new_mail_is_an_event(own_daemon, courier, mailbox):
    assert "IDLE" in mail_is_told(own_daemon, courier, mailbox)["capabilities"]


def test_new_mail_is_an_event_where_there_is_no_idle(make_daemon, courier, mailbox):
    # Which is how often it is asked for then.
    daemon = make_daemon(pool={"keepalive": "1s"}).start()
    with courier.without_idle():
        assert "IDLE" not in mail_is_told(daemon, courier, mailbox)["capabilities"]


def test_accounts_are_live_again_after_a_restart_of_the_provider(daemon, courier, account):
    courier.stop()
    daemon.wait_for_state(account["id"], "retrying")
    courier.start()
    daemon.wait_for_state(account["id"], "live")
