"""The world is what it says: each host and domain is asked by a client that is not ours."""

import http.client
import imaplib
import socket
import ssl

import pytest

from world import World
from world.dns_query import dns_query
from world.world import AUTOCONFIG_PATH, IMAP_HOST, WELL_KNOWN_PATH


@pytest.fixture(scope="module")
def world():
    with World() as world:
        world.provider.add_user("alice@autoconfig.example", "secret 1")
        yield world


def context(world):
    return ssl.create_default_context(cafile=world.ca_file)


class ImapsAt(imaplib.IMAP4_SSL):
    """imaplib, told the address beside the name, since the system does not know our DNS."""

    def __init__(self, world, address, name):
        self._address = address
        self._name = name
        super().__init__(name, 993, ssl_context=context(world), timeout=20)

    def _create_socket(self, timeout):
        connection = socket.create_connection((self._address, self.port), timeout)
        return self.ssl_context.wrap_socket(connection, server_hostname=self._name)


def sign_in(world, user, password):
    client = ImapsAt(world, world.address(10), IMAP_HOST)
    client.login(user, password)
    return client


def dns(world, name, kind):
    host, port = world.dns_server.split(":")
    return dns_query((host, int(port)), name, kind)


class HttpsAt(http.client.HTTPSConnection):
    """http.client, likewise told the address beside the name."""

    def __init__(self, world, name):
        super().__init__(name, timeout=20, context=context(world))
        self._create_connection = lambda _address, *rest: socket.create_connection(
            (world.address(80), 443), *rest
        )


def get(world, host, path):
    """→ (status, body)"""
    connection = HttpsAt(world, host)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_a_user_finds_his_messages_over_tls(world):
    client = sign_in(world, "alice@autoconfig.example", "secret 1")
    assert client.select("INBOX", readonly=True) == ("OK", [b"3"])
    _, parts = client.fetch("1:3", "(BODY[HEADER.FIELDS (SUBJECT)])")
    assert b"Welcome to your mailbox" in b"".join(part[1] for part in parts if len(part) > 1)
    client.logout()


def test_mailboxes_have_special_uses_and_a_name_beyond_ascii(world):
    client = sign_in(world, "alice@autoconfig.example", "secret 1")
    _, lines = client.list()
    listing = b"\n".join(lines).decode()
    assert r"\Sent" in listing and r"\Trash" in listing and "Reisepl&AOQ-ne" in listing
    client.logout()


def test_starttls_is_offered_and_a_password_in_clear_is_not_taken(world):
    client = imaplib.IMAP4(world.address(10), 143, timeout=20)
    assert "LOGINDISABLED" in client.capabilities
    # The certificate's name is the world's own business here: only the way is tested.
    unchecked = context(world)
    unchecked.check_hostname = False
    client.starttls(unchecked)
    client.login("alice@autoconfig.example", "secret 1")
    client.logout()


def test_sign_ins_are_counted_right_and_wrong_ones(world):
    world.provider.add_user("counted@autoconfig.example", "right")
    sign_in(world, "counted@autoconfig.example", "right").logout()
    with pytest.raises(imaplib.IMAP4.error):
        sign_in(world, "counted@autoconfig.example", "wrong")
    assert world.dovecot.successes("counted@autoconfig.example") == 1
    assert world.dovecot.failures("counted@autoconfig.example") == 1


def test_a_changed_password_holds_when_set_password_returns(world):
    world.provider.add_user("changed@autoconfig.example", "old")
    sign_in(world, "changed@autoconfig.example", "old").logout()
    world.dovecot.set_password("changed@autoconfig.example", "new")
    with pytest.raises(imaplib.IMAP4.error):
        sign_in(world, "changed@autoconfig.example", "old")
    sign_in(world, "changed@autoconfig.example", "new").logout()


@pytest.mark.parametrize(
    "number, name, complaint",
    [
        (21, "expired.provider.example", "certificate has expired"),
        (22, "wrong-name.provider.example", "Hostname mismatch"),
        (23, "self-signed.provider.example", "self-signed certificate"),
        (24, "unknown-ca.provider.example", "unable to get local issuer certificate"),
    ],
)
def test_a_bad_certificate_is_bad_in_the_way_of_its_name(world, number, name, complaint):
    with pytest.raises(ssl.SSLCertVerificationError, match=complaint):
        ImapsAt(world, world.address(number), name)


def test_the_closed_host_refuses_and_the_black_hole_does_not_answer(world):
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((world.address(30), 993), timeout=5)
    with pytest.raises(TimeoutError):
        socket.create_connection((world.address(31), 993), timeout=0.5)


def test_dns_knows_the_domains_and_says_of_others_that_they_do_not_exist(world):
    assert dns(world, "imap.provider.example", "A") == ("NOERROR", 1)
    assert dns(world, "_imaps._tcp.srv.example", "SRV") == ("NOERROR", 1)
    assert dns(world, "mx.example", "MX") == ("NOERROR", 1)
    assert dns(world, "autoconfig.autoconfig.example", "A") == ("NOERROR", 1)
    assert dns(world, "autoconfig.unknown.example", "A") == ("NXDOMAIN", 0)


def test_a_domain_added_later_is_known_when_add_domain_returns(world):
    assert dns(world, "later.example", "MX") == ("NXDOMAIN", 0)
    world.add_domain("later.example", "@ MX 5 mx.later.example.", autoconfig="<clientConfig/>")
    assert dns(world, "later.example", "MX") == ("NOERROR", 1)
    assert get(world, "autoconfig.later.example", AUTOCONFIG_PATH) == (200, "<clientConfig/>")


def test_each_https_host_has_a_certificate_of_its_own_and_its_own_pages(world):
    status, page = get(world, "autoconfig.autoconfig.example", AUTOCONFIG_PATH)
    assert status == 200
    assert "<hostname>imap.provider.example</hostname>" in page
    assert "clientConfig" in get(world, "well-known.example", WELL_KNOWN_PATH)[1]
    assert get(world, "well-known.example", AUTOCONFIG_PATH)[0] == 404
    with pytest.raises(ssl.SSLError):
        get(world, "nobody-here.example", AUTOCONFIG_PATH)


def test_dovecot_stops_and_starts_again_on_the_same_address(world):
    world.dovecot.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((world.address(10), 993), timeout=5)
    world.dovecot.start()
    sign_in(world, "alice@autoconfig.example", "secret 1").logout()


def test_two_worlds_live_side_by_side(world):
    with World() as other:
        other.provider.add_user("bob@autoconfig.example", "secret 2")
        sign_in(other, "bob@autoconfig.example", "secret 2").logout()
        assert other.address(10) != world.address(10)
        with pytest.raises(imaplib.IMAP4.error):
            sign_in(world, "bob@autoconfig.example", "secret 2")
