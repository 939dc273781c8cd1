"""POST /v1/accounts: a mailbox is signed in to, stored and live; or nothing is stored."""

import re

import pytest
from conftest import IMAP_HOST

ACCOUNT_MEMBERS = {
    "id", "email", "state", "auth", "provider", "imap", "capabilities", "sessions", "problem",
    "retry_at", "created_at", "state_since", "labels",
}  # fmt: skip
RFC_3339_UTC = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"


def connect(api, mailbox, **more):
    return api.post("/v1/accounts", {**mailbox.request, **more})


def at(host, port=993, security="tls"):
    return {"host": host, "port": port, "security": security}


def assert_not_stored(api, mailbox):
    api.get("/v1/accounts/" + mailbox.address).problem(404, "unknown-account")


def test_an_address_and_a_password_are_enough(api, mailbox):
    answer = connect(api, mailbox)
    assert answer.status == 201, answer.text
    account = answer.json
    assert answer.headers["location"] == "/v1/accounts/" + account["id"]
    assert account.keys() >= ACCOUNT_MEMBERS
    assert account["email"] == mailbox.address
    assert account["state"] == "live"
    assert account["auth"] == "password"
    assert account["imap"] == {**at(IMAP_HOST), "username": mailbox.address}
    assert "IMAP4rev1" in account["capabilities"]
    assert account["problem"] is None and account["retry_at"] is None
    assert re.fullmatch(RFC_3339_UTC, account["created_at"])
    assert re.fullmatch(RFC_3339_UTC, account["state_since"])


def test_one_sign_in_serves_both_the_check_and_the_pool(daemon, world, account):
    daemon.wait_for_idle_session(account["id"])
    assert world.dovecot.attempts(account["email"]) == 1


def test_settings_that_the_caller_gives_are_used_and_nothing_is_discovered(api, world, mailbox_at):
    mailbox = mailbox_at("unknown.example")
    asked_before = len(world.https.requests)
    answer = connect(api, mailbox, imap={**at(IMAP_HOST), "username": mailbox.address})
    assert answer.status == 201, answer.text
    assert len(world.https.requests) == asked_before


def test_port_and_username_of_given_settings_have_defaults(api, mailbox):
    answer = connect(api, mailbox, imap={"host": IMAP_HOST, "security": "starttls"})
    assert answer.status == 201, answer.text
    assert answer.json["imap"] == {**at(IMAP_HOST, 143, "starttls"), "username": mailbox.address}


def test_starttls_found_by_discovery_works(api, mailbox_at):
    answer = connect(api, mailbox_at("starttls.example"))
    assert answer.status == 201, answer.text
    assert answer.json["imap"]["security"] == "starttls"


def test_id_and_labels_are_the_callers(api, mailbox):
    labels = {"customer": "42", "team": "Zürich"}
    answer = connect(api, mailbox, id="my.account-" + mailbox.address[5:9], labels=labels)
    assert answer.status == 201, answer.text
    assert answer.json["id"] == "my.account-" + mailbox.address[5:9]
    assert answer.json["labels"] == labels


def test_a_wrong_password_is_refused_tried_once_and_stored_never(api, world, mailbox):
    answer = api.post("/v1/accounts", {**mailbox.request, "password": "marked-wrong"})
    answer.problem(422, "sign-in-refused")
    assert_not_stored(api, mailbox)
    assert world.dovecot.attempts(mailbox.address) == 1


def test_a_password_with_spaces_quotes_and_umlauts_arrives_unchanged(api, world, mailbox):
    password = 'pass "word" \\ {5} %s Grüße'
    world.dovecot.set_password(mailbox.address, password)
    answer = api.post("/v1/accounts", {**mailbox.explicit_request, "password": password})
    assert answer.status == 201, answer.text


@pytest.mark.parametrize(
    "host, reason",
    [
        ("closed.provider.example", "refused"),
        ("black-hole.provider.example", "timeout"),
        ("no-such-host.provider.example", "dns"),
    ],
)
def test_a_host_that_cannot_be_reached_is_told_with_the_reason(api, mailbox, host, reason):
    members = connect(api, mailbox, imap=at(host)).problem(422, "cannot-connect")
    assert members["reason"] == reason
    assert_not_stored(api, mailbox)


@pytest.mark.parametrize(
    "host, reason",
    [
        ("expired.provider.example", "expired"),
        ("wrong-name.provider.example", "hostname"),
        ("self-signed.provider.example", "untrusted"),
        ("unknown-ca.provider.example", "untrusted"),
    ],
)
@pytest.mark.parametrize("port, security", [(993, "tls"), (143, "starttls")])
def test_a_bad_certificate_ends_it_before_the_password_is_sent(
    api, world, mailbox, host, reason, port, security
):
    answer = connect(api, mailbox, imap=at(host, port, security))
    assert answer.problem(422, "tls-failed")["reason"] == reason
    assert_not_stored(api, mailbox)
    assert world.dovecot.attempts(mailbox.address) == 0


def test_a_port_that_is_not_for_imap_is_not_allowed(api, mailbox):
    members = connect(api, mailbox, imap=at(IMAP_HOST, 22)).problem(422, "host-not-allowed")
    assert "22" in members["detail"]


def test_a_host_within_the_machine_is_not_allowed_unless_configured(make_daemon, mailbox):
    daemon = make_daemon(egress={"allow": []}).start()
    answer = daemon.api.post("/v1/accounts", mailbox.explicit_request)
    answer.problem(422, "host-not-allowed")


def test_an_unknown_domain_is_told_with_the_evidence(api, mailbox_at):
    members = connect(api, mailbox_at("unknown.example")).problem(422, "settings-not-found")
    assert {item["source"] for item in members["evidence"]} >= {"providers", "autoconfig", "srv"}


def test_unproven_settings_get_no_password_until_they_are_accepted(api, world, mailbox_at):
    mailbox = mailbox_at("srv-outside.example")
    members = connect(api, mailbox).problem(409, "settings-unproven")
    assert members["settings"]["host"] == IMAP_HOST
    assert world.dovecot.attempts(mailbox.address) == 0

    assert connect(api, mailbox, accept_unproven=True).status == 201
    assert world.dovecot.attempts(mailbox.address) == 1


def test_unproven_settings_are_accepted_by_sending_them_back(api, mailbox_at):
    mailbox = mailbox_at("srv-outside.example")
    settings = connect(api, mailbox).problem(409, "settings-unproven")["settings"]
    names = ("host", "port", "security", "username")
    answer = connect(api, mailbox, imap={name: settings[name] for name in names})
    assert answer.status == 201, answer.text


def test_put_asks_about_unproven_settings_too(api, world, mailbox_at):
    mailbox = mailbox_at("srv-outside.example")
    path = "/v1/accounts/unproven-put"
    members = api.put(path, mailbox.request).problem(409, "settings-unproven")
    assert members["settings"]["host"] == IMAP_HOST
    assert world.dovecot.attempts(mailbox.address) == 0
    api.get(path).problem(404, "unknown-account")

    assert api.put(path, {**mailbox.request, "accept_unproven": True}).status == 201


def test_an_address_that_is_connected_is_not_connected_twice(api, account, mailbox):
    connect(api, mailbox).problem(409, "already-exists")


def test_an_id_that_is_taken_is_not_taken_over(api, account, mailboxes):
    (other,) = mailboxes(1)
    connect(api, other, id=account["id"]).problem(409, "already-exists")
    assert_not_stored(api, other)


def test_a_provider_without_imap_is_told_as_such(api):
    answer = api.post("/v1/accounts", {"email": "alice@proton.me", "password": "marked-proton"})
    answer.problem(422, "no-imap")
