"""DNS answers that are not true, or that never end: only the true one is taken, and every question ends.

What is forged leads to a trap in the network that may be reached, so that nothing but the look-up itself
keeps the daemon from it.
"""

import pytest
from conftest import IMAP_HOST
from daemon import Daemon

from world.lying_dns import Forged, LyingDns, a, a_of_question, about, answer, cname
from world.trap import Trap
from world.world import HTTPS, PROVIDER

# Host numbers in the world's network.
LIAR, STRANGER, TRAP = 54, 55, 99

AUTOCONFIG_HOST = "autoconfig.autoconfig.example"
HOSTS = {AUTOCONFIG_HOST: HTTPS, IMAP_HOST: PROVIDER}
EVERY_HOST = pytest.mark.parametrize("host", HOSTS)

A_FEW_ALIASES, TOO_MANY_ALIASES = 8, 40
MOST_ADDRESSES = 4000  # of 16 bytes each: what a message over TCP has room for

# How the daemon says it.
MALFORMED = ["is malformed"]
NOBODY_ANSWERS = ["no DNS server answers", "no answer in time"]


@pytest.fixture(scope="module")
def liar(world):
    with LyingDns(world.address(LIAR), world.dns_server) as liar:
        yield liar


@pytest.fixture(scope="module")
def trap(world):
    with Trap(world.address(TRAP)) as trap:
        yield trap


@pytest.fixture(scope="module")
def daemon(installation, world, liar):
    daemon = Daemon(installation, world, dns={"servers": [liar.server]})
    yield daemon.start()
    daemon.remove()


@pytest.fixture
def outcome_at(daemon, mailbox_at):
    """What becomes of the one who needs that host: "found", or in the daemon's words why not."""

    def outcome(host):
        if host == AUTOCONFIG_HOST:
            target = "/v1/discovery?fresh=true&email=alice@autoconfig.example"
            evidence = daemon.api.get(target).json["evidence"]
            (item,) = (item for item in evidence if item["source"] == "autoconfig")
            return "found" if item["outcome"] == "found" else item["detail"]
        answer = daemon.api.post("/v1/accounts", mailbox_at("autoconfig.example").explicit_request)
        if answer.status == 201:
            return "found"
        assert answer.status == 422, answer.text
        return answer.json["detail"]

    yield outcome
    for account in daemon.api.get("/v1/accounts").json["accounts"]:
        daemon.api.delete("/v1/accounts/" + account["id"])


@pytest.fixture(autouse=True)
def afresh(liar, trap):
    """Nothing of an earlier test."""
    liar.tell_the_truth()
    trap.take_calls()


# ---- Forged answers, each before the true one.


def under_another_id(question, world):
    return answer(question._replace(id=question.id ^ 1), to_the_trap(question, world))


def to_another_question(question, world):
    other = about(question, "other.example")
    return answer(other, to_the_trap(other, world), to_the_trap(question, world))


def from_another_address(question, world):
    return Forged(answer(question, to_the_trap(question, world)), world.address(STRANGER))


def from_another_port(question, world):
    return Forged(answer(question, to_the_trap(question, world)), world.address(LIAR), 5353)


def to_the_trap(question, world):
    return a(question.name, world.address(TRAP))


FORGERIES = [under_another_id, to_another_question, from_another_address, from_another_port]


@EVERY_HOST
@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_of_a_forged_and_the_true_answer_the_true_one_is_taken(
    outcome_at, liar, trap, world, host, forge
):
    liar.lie(host, "A", lambda question, truth: [forge(question, world)] * 3 + [truth])
    assert outcome_at(host) == "found"
    assert liar.asked(host, "A") >= 1
    assert trap.take_calls() == []


@EVERY_HOST
def test_forged_answers_alone_are_none(outcome_at, liar, trap, world, host):
    liar.lie(host, "A", lambda question, _truth: [forge(question, world) for forge in FORGERIES])
    assert_not_found(outcome_at(host), host, NOBODY_ANSWERS)
    assert trap.take_calls() == []


@EVERY_HOST
def test_an_answer_without_any_sign_of_forgery_leads_into_the_trap(
    outcome_at, liar, trap, world, host
):
    """Or the other tests would not show anything."""
    liar.lie(host, "A", lambda question, _truth: [answer(question, to_the_trap(question, world))])
    assert outcome_at(host) != "found"
    assert trap.take_calls() != []


# ---- Truncated answers.


@EVERY_HOST
def test_a_truncated_answer_is_not_used_but_asked_for_over_tcp(
    outcome_at, liar, trap, world, host
):
    def lie(question, truth):
        if question.transport == "tcp":
            return [truth]
        return [answer(question, to_the_trap(question, world), truncated=True)]

    liar.lie(host, "A", lie)
    assert outcome_at(host) == "found"
    assert trap.take_calls() == []


@EVERY_HOST
def test_a_truncated_answer_whose_rest_never_comes_is_none(outcome_at, liar, trap, world, host):
    def lie(question, _truth):
        if question.transport == "tcp":
            return []
        return [answer(question, to_the_trap(question, world), truncated=True)]

    liar.lie(host, "A", lie)
    assert_not_found(outcome_at(host), host, NOBODY_ANSWERS)
    assert trap.take_calls() == []


# ---- Aliases.


def chain(length, end):
    """The host under so many aliases, one after the other."""

    def lie(question, _truth):
        names = [question.name, *(f"alias-{number}.example" for number in range(length))]
        aliases = [cname(name, target) for name, target in zip(names, names[1:])]
        return [answer(question, *aliases, a(names[-1], end))]

    return lie


@EVERY_HOST
def test_a_few_aliases_are_followed(outcome_at, liar, world, host):
    liar.lie(host, "A", chain(A_FEW_ALIASES, world.address(HOSTS[host])))
    assert outcome_at(host) == "found"


@EVERY_HOST
def test_too_long_a_chain_of_aliases_is_not(outcome_at, liar, world, host):
    liar.lie(host, "A", chain(TOO_MANY_ALIASES, world.address(HOSTS[host])))
    assert_not_found(outcome_at(host), host, MALFORMED)


@EVERY_HOST
def test_aliases_in_a_circle_end(outcome_at, liar, trap, world, host):
    def lie(question, _truth):
        circle = cname(question.name, "b.example"), cname("b.example", question.name)
        return [answer(question, *circle, to_the_trap(question, world))]

    liar.lie(host, "A", lie)
    assert_not_found(outcome_at(host), host, MALFORMED)
    assert trap.take_calls() == []


# ---- Very many records.


@EVERY_HOST
def test_thousands_of_addresses_are_no_harm(outcome_at, liar, world, host):
    def lie(question, _truth):
        if question.transport == "udp":
            return [answer(question, truncated=True)]
        return [answer(question, *[a_of_question(world.address(HOSTS[host]))] * MOST_ADDRESSES)]

    liar.lie(host, "A", lie)
    assert outcome_at(host) == "found"


@EVERY_HOST
def test_more_records_announced_than_there_are_is_no_answer(outcome_at, liar, trap, world, host):
    def lie(question, _truth):
        return [answer(question, to_the_trap(question, world), claimed=0xFFFF)]

    liar.lie(host, "A", lie)
    assert_not_found(outcome_at(host), host, MALFORMED)
    assert trap.take_calls() == []


@EVERY_HOST
def test_silence_ends(outcome_at, liar, host):
    liar.lie(host, "A", lambda _question, _truth: [])
    assert_not_found(outcome_at(host), host, NOBODY_ANSWERS)


def assert_not_found(outcome, host, reasons):
    assert host in outcome
    assert any(reason in outcome for reason in reasons), outcome
