"""Domains of which only the mail servers are known."""

from ..autoconfig_file import config, display_name, server
from ..expected import found, not_found
from ..registry import kind


@kind
def mx_of_nobody_known(domain):
    hoster = domain.other()
    hoster.address("mx", domain.to.closed)
    domain.mx(hoster.at("mx"))
    return not_found(mx="not_found")


@kind
def mx_of_its_own(domain):
    domain.address("mx", domain.to.closed)
    domain.mx(domain.at("mx"))
    return not_found(mx="not_found")


@kind
def mx_null(domain):
    """The domain takes no mail (RFC 7505)."""
    domain.record("", "MX", "0 .")
    return not_found(mx="not_found")


@kind(times=20)
def mx_whose_domain_has_a_file(domain):
    """Unproven: that one takes a domain's mail in does not say that it keeps the mailboxes."""
    hoster = domain.other()
    host = hoster.imap("imap")
    hoster.autoconfig(config(hoster, server(host)))
    domain.mx(hoster.at("mx-1"))
    domain.mx(hoster.at("mx-2"), 20)
    provider = {"id": hoster.name, "name": display_name(hoster)}
    return found("mx", domain, host, proven=False, provider=provider)


@kind
def mx_whose_parent_domain_has_a_file(domain):
    hoster = domain.other()
    host = hoster.imap("imap")
    hoster.well_known(config(hoster, server(host)))
    domain.mx(hoster.at("a.mx.north"))
    provider = {"id": hoster.name, "name": display_name(hoster)}
    return found("mx", domain, host, proven=False, provider=provider)


@kind(times=20)
def mx_of_a_mail_filter(domain):
    """A filter's file, if it had one, would be about its own mailboxes."""
    host = domain.random.choice([
        "mxa-00{}.gslb.pphosted.com", "mx0a-00{}.pphosted.com", "us-smtp-inbound-{}.mimecast.com",
        "d{}.ess.barracudanetworks.com", "cluster{}.us.messagelabs.com",
    ]).format(domain.random.randint(1, 9))  # fmt: skip
    domain.mx(host)
    return not_found(mx="not_found")


@kind
def mx_of_a_mail_filter_but_srv_tells(domain):
    host = domain.imap()
    domain.mx("mxa-001.gslb.pphosted.com")
    domain.srv("imaps", host, 993)
    return found("srv", domain, host)


@kind
def mx_name_is_only_like_a_known_one(domain):
    """Names are matched whole, from the right."""
    domain.mx(domain.random.choice([
        "aspmx.l.google.com." + domain.name, "aspmx.l.google.com.evil.example",
        "notl.google.com.example", "mail.protection.outlook.com.example",
    ]))  # fmt: skip
    return not_found(mx="not_found")

