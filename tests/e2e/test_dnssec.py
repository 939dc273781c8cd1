"""DNSSEC: what a validating resolver says is believed where the configuration trusts it, only."""

import pytest
from conftest import IMAP_HOST

from world.unbound import Unbound

DOMAIN = "signed.example"
OUTSIDE = "_imaps._tcp SRV 0 1 993 " + IMAP_HOST + "."


@pytest.fixture(scope="module")
def unbound(world):
    with Unbound(world, DOMAIN, OUTSIDE) as unbound:
        yield unbound


@pytest.fixture
def discover(make_daemon):
    def discover(server, trust_ad, domain=DOMAIN):
        daemon = make_daemon(dns={"servers": [server], "trust_ad": trust_ad}).start()
        answer = daemon.api.get("/v1/discovery?email=alice@" + domain)
        assert answer.json["settings"]["host"] == IMAP_HOST, answer.text
        return answer.json

    return discover


def test_a_signed_srv_record_proves_a_server_outside_of_the_domain(discover, unbound):
    assert discover(unbound.server, trust_ad=True)["proven"]


def test_a_resolver_that_is_not_trusted_proves_nothing_though_it_validates(discover, unbound):
    assert not discover(unbound.server, trust_ad=False)["proven"]


def test_a_record_that_is_not_signed_proves_nothing_though_the_resolver_is_trusted(
    discover, unbound
):
    assert not discover(unbound.server, trust_ad=True, domain="srv-outside.example")["proven"]


def test_a_signed_record_gets_the_password_without_a_question(make_daemon, unbound, mailbox_at):
    mailbox = mailbox_at(DOMAIN)
    trusting = make_daemon(dns={"servers": [unbound.server], "trust_ad": True}).start()
    answer = trusting.api.post("/v1/accounts", mailbox.request)
    assert answer.status == 201, answer.text


def test_without_trust_the_same_record_needs_the_users_word(
    make_daemon, unbound, mailbox_at, world
):
    mailbox = mailbox_at(DOMAIN)
    careful = make_daemon(dns={"servers": [unbound.server], "trust_ad": False}).start()
    careful.api.post("/v1/accounts", mailbox.request).problem(409, "settings-unproven")
    assert world.dovecot.attempts(mailbox.address) == 0
