"""Discovery against a simulated internet: hundreds of domains of every kind, through one daemon at
once, and every answer compared with what the kind expects."""

import concurrent.futures
import urllib.parse

import pytest
from daemon import Daemon

from world.internet import Internet
from world.internet.expected import differences

CALLERS = 48  # at the same time; most only wait for the slow domains
# Shorter than the default, for some domains take all of it; long enough for a busy machine.
DEADLINE_SECONDS = 3


@pytest.fixture(scope="module")
def internet():
    with Internet() as internet:
        yield internet


@pytest.fixture(scope="module")
def daemon(installation, internet):
    """It may reach nothing but the internet's own hosts."""
    daemon = Daemon(
        installation, internet, egress={"allow": [internet.network]},
        discovery={"ispdb_url": internet.ispdb_url, "deadline": f"{DEADLINE_SECONDS}s"},
    )  # fmt: skip
    daemon.start()
    yield daemon
    daemon.remove()


def discover(daemon, domain):
    answer = daemon.api.get("/v1/discovery?email=" + urllib.parse.quote(domain.asked, safe=""))
    assert answer.status == 200, answer.text
    return answer.json


def test_every_domain_is_answered_as_its_kind_expects(daemon, internet):
    domains = internet.domains
    assert len({domain.name for domain in domains}) >= 500
    with concurrent.futures.ThreadPoolExecutor(CALLERS) as callers:
        results = callers.map(lambda domain: discover(daemon, domain), domains)
        wrong = [
            _complaint(domain, result, found)
            for domain, result in zip(domains, results, strict=True)
            if (found := differences(domain, result))
        ]
    assert not wrong, f"{len(wrong)} of {len(domains)} domains:\n" + "\n".join(wrong)


def _complaint(domain, result, found):
    said = "\n".join(
        f"      {item['source']}: {item['outcome']}, {item['from']}; {item.get('detail', '')}"
        for item in result["evidence"]
    )
    return f"  {domain.kind}, {domain.asked}:\n    " + "\n    ".join(found) + "\n" + said
