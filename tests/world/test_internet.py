"""The simulated internet is what it says, asked by clients that are not ours."""

import imaplib
import socket
import ssl
from copy import deepcopy

import pytest

from world.dns_query import dns_query
from world.internet import Internet
from world.internet.domain import Addresses, Page
from world.internet.expected import differences, found
from world.internet.names import Names
from world.internet.registry import all_domains, domain_of

ADDRESSES = Addresses(*(f"127.9.9.{number}" for number in range(1, 8)))


def described(domain):
    """One domain with everything that the tests below ask for."""
    domain.web("www", "/page", Page("hello"))
    domain.web("*", "*", Page("parked"))
    domain.web("long", "/", Page("0123456789", times=1000, length=False))
    for flaw in ("expired", "wrong-name", "self-signed", "unknown-ca"):
        domain.web(flaw, "/", Page("hello"), flaw=flaw)
    domain.imap("imap")
    domain.address("silent", domain.to.silent)
    domain.address("hole", domain.to.black_hole)
    domain.record("alias", "CNAME", domain.at("www") + ".")
    return found("srv", domain, domain.at("imap"))


def failing(domain):
    domain.has_servfail = True
    return found("srv", domain, "nowhere.example")


@pytest.fixture(scope="module")
def internet():
    def make(addresses):
        names = Names(1)
        return [domain_of(function, names, addresses) for function in (described, failing)]

    with Internet(make_domains=make) as internet:
        yield internet


def connect(internet, name, port=443):
    domain = internet.domains[0]
    context = ssl.create_default_context(cafile=internet.ca_file)
    address = internet.addresses.imap if port == 993 else internet.addresses.https
    connection = socket.create_connection((address, port), timeout=20)
    return context.wrap_socket(connection, server_hostname=domain.at(name))


def get(internet, name, path):
    domain = internet.domains[0]
    with connect(internet, name) as connection:
        head = f"GET {path} HTTP/1.1\r\nHost: {domain.at(name)}\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        answer = connection.makefile("rb").read().decode()
    return answer.partition("\r\n\r\n")


def dns(internet, name, kind="A"):
    address, port = internet.dns_server.split(":")
    return dns_query((address, int(port)), name, kind)


def test_records_are_in_the_dns_and_nothing_else_is(internet):
    domain, failing_domain = internet.domains
    assert dns(internet, domain.at("www")) == ("NOERROR", 1)
    assert dns(internet, domain.at("alias")) == ("NOERROR", 2)
    assert dns(internet, "nobody." + domain.at("www")) == ("NXDOMAIN", 0)
    assert dns(internet, "nowhere.example") == ("NXDOMAIN", 0)
    assert dns(internet, failing_domain.name) == ("SERVFAIL", 0)


def test_a_host_has_its_pages_and_a_wildcard_has_them_for_all_others(internet):
    assert get(internet, "www", "/page?x")[2] == "hello"
    assert get(internet, "www", "/other")[0].startswith("HTTP/1.1 404 ")
    assert get(internet, "any.thing", "/other")[2] == "parked"
    head, _, body = get(internet, "long", "/")
    assert "Content-Length" not in head and len(body) == 10000


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [("expired", "certificate has expired"), ("wrong-name", "Hostname mismatch"),
     ("self-signed", "self-signed certificate"), ("unknown-ca", "unable to get local issuer")],
)  # fmt: skip
def test_a_flawed_certificate_is_wrong_in_that_way(internet, flaw, reason):
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        connect(internet, flaw)


def test_an_imap_end_greets_and_tells_its_capabilities(internet):
    class Client(imaplib.IMAP4):
        def _create_socket(self, timeout):
            return connect(internet, "imap", 993)

    client = Client("unused")
    assert client.capabilities == ("IMAP4REV1", "SASL-IR", "AUTH=PLAIN")
    client.logout()


def test_an_imap_end_can_be_reached_by_starttls(internet):
    client = imaplib.IMAP4(internet.addresses.imap, 143, timeout=20)
    context = ssl.create_default_context(cafile=internet.ca_file)
    client.host = internet.domains[0].at("imap")  # the name that imaplib asks for
    assert client.starttls(context)[0] == "OK"
    assert "AUTH=PLAIN" in client.capabilities
    client.logout()


@pytest.mark.parametrize("port", [80, 143, 443, 993])
def test_the_silent_host_accepts_and_says_nothing(internet, port):
    with socket.create_connection((internet.addresses.silent, port), timeout=20) as connection:
        connection.sendall(b"hello\r\n\r\n")
        connection.settimeout(0.05)
        with pytest.raises(TimeoutError):
            connection.recv(1)


@pytest.mark.parametrize("port", [80, 143, 443, 993])
def test_the_black_hole_does_not_answer(internet, port):
    with socket.socket() as connection:
        connection.settimeout(0.05)
        with pytest.raises(TimeoutError):
            connection.connect((internet.addresses.black_hole, port))


def test_the_domains_are_the_same_in_each_run_and_hundreds():
    first, second = all_domains(ADDRESSES), all_domains(ADDRESSES)
    assert [vars(domain)["records"] for domain in first] == [domain.records for domain in second]
    assert len({domain.name for domain in first}) == len(first) >= 500


RESULT = {
    "email": "alice@one.example", "found": True,
    "settings": {"host": "imap.one.example", "port": 993, "security": "tls",
                 "username": "alice@one.example", "auth": ["password"]},
    "proven": True, "provider": {"id": "one.example", "name": "one.example"}, "no_imap": False,
    "app_password": False, "oauth": None, "documentation": [], "alternatives": [],
    "evidence": [{"source": "autoconfig", "outcome": "not_found"},
                 {"source": "srv", "outcome": "found"}],
}  # fmt: skip


@pytest.fixture
def domain():
    domain = domain_of(lambda domain: None, Names(1), ADDRESSES)
    domain.name, domain.email = "one.example", "alice@one.example"
    domain.expected = found("srv", domain, "imap.one.example")
    return domain


def test_the_expected_answer_does_not_differ(domain):
    assert differences(domain, RESULT) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [("found", False), ("settings", None), ("proven", False), ("no_imap", True), ("oauth", {}),
     ("email", "x@one.example"), ("app_password", True), ("documentation", [{"url": "x"}]),
     ("provider", {"id": "x", "name": "x"}), ("evidence", RESULT["evidence"][:1]),
     ("evidence", RESULT["evidence"][::-1]), ("evidence", RESULT["evidence"] * 2),
     ("alternatives", [{"host": "imap.two.example", "port": 993}])],
)  # fmt: skip
def test_every_part_of_another_answer_differs(domain, place, value):
    assert differences(domain, {**deepcopy(RESULT), place: value})


def test_the_settings_differ_by_any_member(domain):
    for name in RESULT["settings"]:
        result = deepcopy(RESULT)
        result["settings"][name] = "x"
        assert differences(domain, result)
