"""Discovery against a simulated internet: hundreds of domains of every kind, through one daemon at
once, and every answer compared with what the kind expects.

What is hostile among them, by what is attacked:
- SRV records that leave the domain: kinds srv_leaves_*, srv_by_an_alias
- private and special addresses: web_is_at_an_address_*, redirect_to_a_private_address
- addresses and odd ports in place of host names: redirect_to_an_address_or_a_strange_port
- redirects: redirect_*, pacc_redirected_*, autodiscover_leads_*
- XML: xml_*; compression, size and slowness: gzip_*, body_*, answer_comes_byte_by_byte, web_is_silent*
- without TLS: only_without_tls, web_is_plain_http_only; bad certificates: *certificate*, probed_*
- DNS: dns_*; names: name_*; strangers below public suffixes: nothing_at_all, *_public_suffix
Rebinding within one look-up, spoofed datagrams and addresses that are none have their tests in tests/net
and tests/discovery.
"""

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
