"""DNS rebinding: names that are first at one address and then at another, the wrong one.

Only the world's own network may be reached. A daemon that may reach the trap too calls there, by the same
lies: so each test is one that can fail.
"""

import pytest
from conftest import IMAP_HOST
from daemon import Daemon

from world import autoconfig_xml
from world.https_server import Page
from world.lying_dns import LyingDns, a, answer
from world.network import Network
from world.trap import Trap
from world.world import HTTPS, PROVIDER

LIAR = 54  # its host number
ROUNDS = 4  # so that each address has its turn twice

AUTOCONFIG_HOST = "autoconfig.autoconfig.example"
SRV_HOST = "imap.srv.example"
REDIRECTED_HOST = "elsewhere.moved.example"


@pytest.fixture(scope="module")
def liar(world):
    with LyingDns(world.address(LIAR), world.dns_server) as liar:
        yield liar


@pytest.fixture(scope="module")
def trap():
    """In a network that is not the world's."""
    network = Network()
    with Trap(network.address(PROVIDER)) as trap:
        yield trap
    network.release()


@pytest.fixture(autouse=True)
def afresh(liar, trap):
    """Nothing of an earlier test."""
    liar.tell_the_truth()
    trap.take_calls()


@pytest.fixture(scope="module")
def start(installation, world, liar):
    """Starts a daemon that asks the liar, and may reach these networks."""
    started = []

    def start(*networks):
        daemon = Daemon(installation, world, dns={"servers": [liar.server]},
                        egress={"allow": list(networks)})  # fmt: skip
        started.append(daemon)
        return daemon.start()

    yield start
    for daemon in started:
        daemon.remove()


@pytest.fixture(scope="module")
def careful(start, world):
    """May reach the world and nothing else that is not public."""
    return start(world.address(0) + "/24")


@pytest.fixture(scope="module")
def trusting(start):
    return start("127.0.0.0/8")


# ---- Ways to a host that is lied about; each tells what became of it.


def autoconfig_server(daemon, _mailbox_at):
    return outcome_of_source(daemon, "autoconfig", "alice@autoconfig.example")


def redirected_host(daemon, _mailbox_at):
    return outcome_of_source(daemon, "autoconfig", "alice@moved.example")


def discovered_imap_server(daemon, _mailbox_at):
    return discover(daemon, "alice@srv.example")["probe"]["outcome"]


def connected_imap_server(daemon, mailbox_at):
    mailbox = mailbox_at("srv.example")
    return outcome_of_connecting(daemon, mailbox.request)


def given_imap_server(daemon, mailbox_at):
    request = mailbox_at("srv.example").request
    imap = {"host": SRV_HOST, "port": 993, "security": "tls"}
    return outcome_of_connecting(daemon, {**request, "imap": imap})


HOSTS = {
    autoconfig_server: AUTOCONFIG_HOST,
    redirected_host: REDIRECTED_HOST,
    discovered_imap_server: SRV_HOST,
    connected_imap_server: SRV_HOST,
    given_imap_server: SRV_HOST,
}
WAYS = pytest.mark.parametrize("way", HOSTS, ids=lambda way: way.__name__)
ORDERS = pytest.mark.parametrize("order", ["right first", "wrong first"])


def discover(daemon, address):
    answer = daemon.api.get(f"/v1/discovery?fresh=true&email={address}")
    assert answer.status == 200, answer.text
    return answer.json


def outcome_of_source(daemon, source, address):
    evidence = discover(daemon, address)["evidence"]
    (outcome,) = (item["outcome"] for item in evidence if item["source"] == source)
    return outcome


def outcome_of_connecting(daemon, request):
    answer = daemon.api.post("/v1/accounts", request)
    if answer.status == 201:
        assert daemon.api.delete("/v1/accounts/" + answer.json["id"]).status == 204
        return "found"
    return answer.json["type"].removeprefix("urn:gatepost:problem:")


def true_address(world, way):
    return world.address(PROVIDER if HOSTS[way] == SRV_HOST else HTTPS)


def in_order(order, right, wrong):
    return (right, wrong) if order == "right first" else (wrong, right)


def in_turn(*addresses):
    def lie(question, _truth):
        return [answer(question, a(question.name, addresses[question.number % len(addresses)]))]

    return lie


def all_at_once(*addresses):
    def lie(question, _truth):
        return [answer(question, *(a(question.name, address) for address in addresses))]

    return lie


@pytest.fixture(scope="module", autouse=True)
def moved_domain(world):
    """A domain whose autoconfig file is said to be at another host of it."""
    place = f"https://{REDIRECTED_HOST}/config.xml"
    moved = Page(b"", status=302, headers=(("Location", place),))
    file = Page(autoconfig_xml("moved.example", IMAP_HOST).encode())
    world.https.serve(REDIRECTED_HOST, "/config.xml", file)
    world.add_domain("moved.example", f"elsewhere A {world.address(HTTPS)}", autoconfig=moved)


@WAYS
@ORDERS
def test_a_name_that_changes_its_address_never_leads_to_the_wrong_one(
    careful, liar, trap, world, mailbox_at, way, order
):
    liar.lie(HOSTS[way], "A", in_turn(*in_order(order, true_address(world, way), trap.address)))
    outcomes = [way(careful, mailbox_at) for _ in range(ROUNDS)]
    assert "found" in outcomes and set(outcomes) <= {"found", "refused", "host-not-allowed"}
    assert liar.asked(HOSTS[way], "A") >= ROUNDS  # or the name had no time to change
    assert trap.take_calls() == []


@WAYS
def test_a_name_that_leads_out_of_the_permitted_network_is_refused_in_clear_words(
    careful, liar, trap, mailbox_at, way
):
    liar.lie(HOSTS[way], "A", in_turn(trap.address))
    assert way(careful, mailbox_at) in {"refused", "host-not-allowed"}
    assert trap.take_calls() == []


@WAYS
@ORDERS
def test_of_the_addresses_of_one_answer_only_the_permitted_are_used(
    careful, liar, trap, world, mailbox_at, way, order
):
    liar.lie(HOSTS[way], "A", all_at_once(*in_order(order, true_address(world, way), trap.address)))
    assert way(careful, mailbox_at) == "found"
    assert trap.take_calls() == []


@WAYS
def test_who_may_reach_everything_is_caught_by_the_same_lies(
    trusting, liar, trap, world, mailbox_at, way
):
    liar.lie(HOSTS[way], "A", in_turn(trap.address))
    assert way(trusting, mailbox_at) != "found"
    assert trap.take_calls() != []
