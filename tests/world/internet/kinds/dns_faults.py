"""Domains with odd or broken DNS."""

from ..autoconfig_file import config, provider_of, server
from ..expected import found, not_found
from ..registry import kind


@kind
def dns_fails(domain):
    """SERVFAIL is not "there is no such name"."""
    domain.has_servfail = True
    return not_found(srv="failed", mx="failed")


@kind
def dns_aliases_in_a_circle(domain):
    domain.record("autoconfig", "CNAME", domain.at("a") + ".")
    domain.record("a", "CNAME", domain.at("b") + ".")
    domain.record("b", "CNAME", domain.at("a") + ".")
    return not_found()


@kind
def dns_alias_of_nothing(domain):
    domain.record("autoconfig", "CNAME", "nowhere.example.")
    return not_found(autoconfig="not_found")


@kind
def dns_chain_of_aliases(domain):
    host = domain.imap()
    domain.autoconfig(config(domain, server(host)))
    domain.records = [line for line in domain.records if not line.startswith("autoconfig.")]
    domain.record("autoconfig", "CNAME", domain.at("alias-0") + ".")
    for number in range(4):
        domain.record(f"alias-{number}", "CNAME", domain.at(f"alias-{number + 1}") + ".")
    domain.address("alias-4", domain.to.https)
    return found("autoconfig", domain, host, provider=provider_of(domain))


@kind
def dns_answer_too_large_for_a_datagram(domain):
    """Hundreds of records come over TCP. The best is the only one with a server behind it."""
    host = domain.imap("in")
    for number in range(300):
        domain.srv("imaps", domain.at(f"a-rather-long-name-of-a-server-{number}"), 993, 10 + number)
    domain.srv("imaps", host, 993, 1)
    others = [(domain.at(f"a-rather-long-name-of-a-server-{number}"), 993) for number in range(15)]
    return found("srv", domain, host, alternatives=others)


@kind
def dns_hundreds_of_mail_servers(domain):
    for number in range(300):
        domain.mx(domain.at(f"a-rather-long-name-of-a-server-{number}"), 10)
    return not_found(mx="not_found")
