"""Domains with SRV records (RFC 2782, RFC 6186, RFC 8314)."""

from ..expected import found, no_imap, not_found
from ..registry import kind


@kind(times=20)
def srv_within_the_domain(domain):
    host = domain.imap()
    domain.srv("imaps", host, 993)
    return found("srv", domain, host)


@kind
def srv_deep_within_the_domain(domain):
    host = domain.imap("store.south.mail")
    domain.srv("imaps", host, 993)
    return found("srv", domain, host)


@kind
def srv_starttls(domain):
    host = domain.imap()
    domain.srv("imap", host, 143)
    return found("srv", domain, host, 143, "starttls")


@kind
def srv_tls_is_not_offered_but_starttls_is(domain):
    host = domain.imap()
    domain.srv("imaps", "", 0, 0, 0)
    domain.srv("imap", host, 143)
    return found("srv", domain, host, 143, "starttls")


@kind
def srv_both_and_tls_is_better(domain):
    """Whatever the priorities say (RFC 8314 3.3)."""
    host, other = domain.imap("in-1"), domain.imap("in-2")
    domain.srv("imaps", host, 993, priority=20)
    domain.srv("imap", other, 143, priority=10)
    return found("srv", domain, host, alternatives=[(other, 143)])


@kind
def srv_nothing_is_offered(domain):
    domain.srv("imaps", "", 0, 0, 0)
    domain.srv("imap", "", 0, 0, 0)
    return no_imap("srv")


@kind
def srv_tls_is_not_offered(domain):
    """Of STARTTLS it says nothing."""
    domain.srv("imaps", "", 0, 0, 0)
    return not_found(srv="not_found")


@kind
def srv_priorities(domain):
    hosts = [domain.imap(f"in-{number}") for number in range(3)]
    records = list(enumerate(hosts))
    domain.random.shuffle(records)
    for priority, host in records:
        domain.srv("imaps", host, 993, priority, weight=domain.random.randint(0, 100))
    return found("srv", domain, hosts[0], alternatives=[(host, 993) for host in hosts[1:]])


@kind(times=20)
def srv_leaves_the_domain(domain):
    """The DNS alone does not prove that the other may have the password (RFC 6186 6)."""
    hoster = domain.other()
    host = hoster.imap("imap")
    domain.srv("imaps", host, 993)
    return found("srv", domain, host, proven=False)


@kind
def srv_leaves_the_domain_below_a_public_suffix(domain):
    """To be neighbours below co.uk is to be strangers."""
    hoster = domain.other()
    hoster.name = f"{hoster.name.partition('.')[0]}.{domain.name.partition('.')[2]}"
    host = hoster.imap("imap")
    domain.srv("imaps", host, 993)
    return found("srv", domain, host, proven=False)


@kind
def srv_by_an_alias(domain):
    hoster = domain.other()
    host = hoster.imap("imap")
    hoster.srv("imaps", host, 993)
    domain.record("_imaps._tcp", "CNAME", f"_imaps._tcp.{hoster.name}.")
    return found("srv", domain, host, proven=False)


@kind
def srv_without_a_port(domain):
    host = domain.imap()
    domain.srv("imaps", host, 0)
    return not_found(srv="not_found")


@kind
def srv_of_other_services(domain):
    domain.srv("submission", domain.at("smtp"), 587)
    domain.srv("pop3s", domain.at("pop"), 995)
    return not_found(srv="not_found")
