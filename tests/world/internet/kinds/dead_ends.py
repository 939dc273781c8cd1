"""Domains whose hosts do not answer. What keeps discovery waiting is made a few times only."""

from ..autoconfig_file import config, provider_of, server
from ..domain import AUTOCONFIG_PATH
from ..expected import found, not_found
from ..registry import kind


@kind
def web_refuses_connections(domain):
    domain.address("autoconfig", domain.to.closed)
    return not_found(autoconfig="failed")


@kind
def web_refuses_connections_but_srv_tells(domain):
    domain.address("autoconfig", domain.to.closed)
    domain.address("", domain.to.closed)
    host = domain.imap()
    domain.srv("imaps", host, 993)
    return found("srv", domain, host)


@kind(times=4)
def web_is_a_black_hole(domain):
    domain.address("autoconfig", domain.to.black_hole)
    return not_found(autoconfig="timed_out")


@kind(times=4)
def web_is_a_black_hole_but_srv_tells(domain):
    """A better answer could still come, so that it takes all the time there is."""
    domain.address("autoconfig", domain.to.black_hole)
    host = domain.imap()
    domain.srv("imaps", host, 993)
    return found("srv", domain, host, outcomes={"autoconfig": "timed_out"})


@kind(times=4)
def web_is_silent(domain):
    domain.address("autoconfig", domain.to.silent)
    return not_found(autoconfig="timed_out")


@kind(times=4)
def web_is_silent_at_the_first_place(domain):
    """At the end of the time the second place will do."""
    host = domain.imap()
    domain.address("autoconfig", domain.to.silent)
    domain.well_known(config(domain, server(host)))
    return found("autoconfig", domain, host, provider=provider_of(domain))


@kind
def web_has_a_dead_address_and_a_living_one(domain):
    host = domain.imap()
    domain.autoconfig(config(domain, server(host)))
    domain.address("autoconfig", domain.random.choice([domain.to.closed, domain.to.black_hole]))
    return found("autoconfig", domain, host, provider=provider_of(domain))


@kind
def web_is_plain_http_only(domain):
    """What comes without TLS is not even asked for."""
    host = domain.imap()
    domain.autoconfig(config(domain, server(host)))
    domain.records = [line for line in domain.records if not line.startswith("autoconfig.")]
    domain.address("autoconfig", domain.to.plain_http)
    assert domain.hosts[domain.at("autoconfig")].pages[AUTOCONFIG_PATH]
    return not_found(autoconfig="failed")


@kind(times=20)
def web_is_at_an_address_that_nobody_may_reach(domain):
    """Section D3 of the threats."""
    special = domain.random.choice([
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1",
        "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fc00::1", "fe80::1", "ff02::1",
        "2001:db8::1", "2002:7f00:1::1", "64:ff9b::7f00:1", "::ffff:127.0.0.1",
    ])  # fmt: skip
    domain.address("autoconfig", special)
    return not_found(autoconfig="refused")


@kind
def web_has_an_address_that_nobody_may_reach_and_another(domain):
    host = domain.imap()
    domain.autoconfig(config(domain, server(host)))
    domain.address("autoconfig", domain.random.choice(["127.0.0.1", "10.1.2.3", "::1"]))
    return found("autoconfig", domain, host, provider=provider_of(domain))


@kind(times=20)
def nothing_at_all(domain):
    """Not even the domain: what is found below its public suffix is a trap."""
    return not_found(autoconfig="not_found", srv="not_found", mx="not_found")


@kind
def website_only(domain):
    domain.web("", "/", "<html></html>")
    domain.web("www", "/", "<html></html>")
    return not_found(autoconfig="not_found", srv="not_found", mx="not_found")
