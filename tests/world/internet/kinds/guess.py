"""Domains of which nobody says anything, but whose IMAP server has a usual name."""

from ..domain import ImapEnd
from ..expected import found, not_found
from ..registry import kind

FLAWS = ("expired", "wrong-name", "self-signed", "unknown-ca")


def _guessed(domain, host, **more):
    """Port 143 may have answered as well before all was clear."""
    return found("guess", domain, host, possible_alternatives=[(host, 143)], **more)


@kind(times=20)
def guess_imap(domain):
    return _guessed(domain, domain.imap("imap"))


@kind
def guess_mail(domain):
    return _guessed(domain, domain.imap("mail"))


@kind
def guess_the_domain_itself(domain):
    return _guessed(domain, domain.imap(""))


@kind
def guess_the_mail_server(domain):
    """Its certificate is right for its name, which is another domain's."""
    hoster = domain.other()
    host = hoster.imap("mx")
    domain.mx(host)
    return _guessed(domain, host, proven=False)


@kind
def guess_starttls_where_tls_is_not_there(domain):
    host = domain.imap("imap")
    domain.records = []
    domain.address("imap", domain.to.starttls_only)
    return found("guess", domain, host, 143, "starttls")


@kind
def guess_what_the_server_offers(domain):
    end = ImapEnd(capabilities="IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2 AUTH=OAUTHBEARER")
    return _guessed(domain, domain.imap("imap", end), auth=("xoauth2", "oauthbearer"))


@kind
def guess_behind_a_bad_certificate(domain):
    domain.imap(domain.random.choice(["imap", "mail"]), flaw=domain.random.choice(FLAWS))
    return not_found(guess="not_found")


@kind
def guess_below_a_wildcard_of_others(domain):
    """Parked: every name leads to a mail server, under a certificate for another."""
    domain.imap("*", flaw="wrong-name")
    return not_found(guess="not_found")


@kind
def guess_finds_no_imap_server(domain):
    greeting = domain.random.choice([
        "220 mail ESMTP", "+OK POP3 ready", "* BYE not today", "* PREAUTH you are root", "HTTP/1.1 400",
    ])  # fmt: skip
    domain.imap("imap", ImapEnd(greeting, starttls=False))
    return not_found(guess="not_found")
