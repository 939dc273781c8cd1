"""Domains that name their IMAP servers, which then answer otherwise, or not at all."""

from ..autoconfig_file import config, provider_of, server
from ..domain import ImapEnd
from ..expected import found
from ..registry import kind

FLAWS = ("expired", "wrong-name", "self-signed", "unknown-ca")


def _dead(domain, label="dead"):
    """A host that refuses connections, or has a certificate that is bad."""
    if domain.random.random() < 0.5:
        return domain.imap(label, flaw=domain.random.choice(FLAWS))
    domain.address(label, domain.to.closed)
    return domain.at(label)


@kind
def probed_server_offers_more(domain):
    host = domain.imap(end=ImapEnd(capabilities="IMAP4rev1 AUTH=XOAUTH2 AUTH=PLAIN"))
    domain.autoconfig(config(domain, server(host)))
    auth = ("password", "xoauth2")
    return found("autoconfig", domain, host, auth=auth, provider=provider_of(domain))


@kind
def probed_server_tells_all_in_its_greeting(domain):
    end = ImapEnd("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=OAUTHBEARER] ready")
    host = domain.imap(end=end)
    domain.srv("imaps", host, 993)
    return found("srv", domain, host, auth=("password", "oauthbearer"))


@kind
def probed_server_takes_no_password(domain):
    """Whatever the file says of it."""
    host = domain.imap(end=ImapEnd(capabilities="IMAP4rev1 LOGINDISABLED AUTH=GSSAPI"))
    domain.autoconfig(config(domain, server(host)))
    return found("autoconfig", domain, host, auth=(), provider=provider_of(domain), probe="found")


@kind
def probed_server_is_dead(domain):
    """It may be down for a minute: it stays, and the probe tells."""
    host = _dead(domain)
    domain.srv("imaps", host, 993)
    return found("srv", domain, host, probe="failed")


@kind
def probed_server_is_dead_and_the_next_lives(domain):
    first, second = _dead(domain), domain.imap("in")
    domain.srv("imaps", first, 993, 10)
    domain.srv("imaps", second, 993, 20)
    return found("srv", domain, second, alternatives=[(first, 993)])


@kind
def probed_server_is_dead_and_another_source_knows_better(domain):
    first, second = _dead(domain), domain.imap("in")
    domain.autoconfig(config(domain, server(first)))
    domain.srv("imaps", second, 993)
    return found("autoconfig", domain, second, provider={"id": domain.name, "name": domain.name},
                 alternatives=[(first, 993)])  # fmt: skip


@kind
def probed_server_is_dead_and_only_strangers_live(domain):
    """No password goes to a host that nobody vouches for because another is down."""
    first = _dead(domain)
    hoster = domain.other()
    stranger = hoster.imap("imap")
    domain.autoconfig(config(domain, server(first)))
    domain.srv("imaps", stranger, 993)
    return found("autoconfig", domain, first, provider=provider_of(domain), probe="failed",
                 alternatives=[(stranger, 993)])  # fmt: skip


@kind
def probed_server_without_tls_has_it_when_asked(domain):
    host = domain.imap()
    domain.autoconfig(config(domain, server(host, 143, "plain")))
    return found("autoconfig", domain, host, provider=provider_of(domain),
                 possible_alternatives=[(host, 143)])  # fmt: skip


@kind(times=4)
def probed_server_is_a_black_hole(domain):
    domain.address("in", domain.to.black_hole)
    domain.autoconfig(config(domain, server(domain.at("in"))))
    return found("autoconfig", domain, domain.at("in"), provider=provider_of(domain),
                 probe="timed_out")  # fmt: skip
