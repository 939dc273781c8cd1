"""Domains that the database of providers knows."""

from ..autoconfig_file import config, display_name, provider_of, server
from ..domain import Page
from ..expected import found, not_found
from ..registry import kind


@kind(times=20)
def ispdb_has_the_domain(domain):
    host = domain.imap()
    domain.ispdb(Page(config(domain, server(host))))
    return found("ispdb", domain, host, provider=provider_of(domain))


@kind
def ispdb_has_its_provider(domain):
    """The provider is named as the file does, for the IMAP server is the provider's own."""
    hoster = domain.other()
    host = hoster.imap("imap")
    domain.ispdb(Page(config(hoster, server(host))))
    provider = {"id": hoster.name, "name": display_name(hoster)}
    return found("ispdb", domain, host, provider=provider)


@kind
def ispdb_ranks_after_srv(domain):
    host, other = domain.imap("in"), domain.imap("in-2")
    domain.ispdb(Page(config(domain, server(other))))
    domain.srv("imaps", host, 993)
    return found("srv", domain, host, possible_alternatives=[(other, 993)])


@kind
def ispdb_proves_what_srv_says(domain):
    """The SRV record leaves the domain, but the database names the same server."""
    hoster = domain.other()
    host = hoster.imap("imap")
    domain.srv("imaps", host, 993)
    domain.ispdb(Page(config(hoster, server(host))))
    provider = {"id": hoster.name, "name": display_name(hoster)}
    return found("srv", domain, host, provider=provider)


@kind
def ispdb_has_the_domain_of_the_mx(domain):
    hoster = domain.other()
    host = hoster.imap("imap")
    hoster.ispdb(Page(config(hoster, server(host))))
    domain.mx(hoster.at("mx-1"))
    provider = {"id": hoster.name, "name": display_name(hoster)}
    return found("mx", domain, host, proven=False, provider=provider)


@kind
def ispdb_has_nonsense(domain):
    domain.ispdb(Page(domain.random.choice(["", "<a></b>", "<html></html>", "{}"])))
    return not_found(ispdb="not_found")
