"""What the pretended domains share: the ISPDB, the large providers, and traps below public suffixes."""

from .autoconfig_file import config, server
from .domain import Domain, ImapEnd, Page
from .names import Names

ISPDB = "ispdb.internet.example"
ISPDB_URL = f"https://{ISPDB}/v1.1/"

# Large providers that the compiled-in table knows, with what their servers say before a login.
LARGE = {
    "imap.gmail.com": "IMAP4rev1 UNSELECT IDLE SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=OAUTHBEARER",
    "outlook.office365.com": "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS",
    "imap.fastmail.com": "IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=OAUTHBEARER AUTH=XOAUTH2",
    "imap.mail.me.com": "IMAP4rev1 SASL-IR AUTH=ATOKEN AUTH=PLAIN",
}

# Nobody owns these. Who asks them on behalf of a domain below tells strangers about its people.
PUBLIC_SUFFIXES = ("co.uk", "example", "test")


def infrastructure(addresses, domains):
    """Domains that stand behind the others."""
    made = [_named("internet.example", addresses)]
    ispdb = made[0]
    ispdb.web("ispdb", "/v1.1/", Page("the database", "text/plain"))
    for domain in (one for domain in domains for one in domain.with_others()):
        if domain.ispdb_page is not None:
            ispdb.web("ispdb", "/v1.1/" + domain.name, domain.ispdb_page)
    for name, capabilities in LARGE.items():
        label, _, parent = name.partition(".")
        made.append(_named(parent, addresses))
        made[-1].imap(label, ImapEnd(capabilities=capabilities))
    return made + [_trap(suffix, addresses) for suffix in PUBLIC_SUFFIXES]


def _trap(suffix, addresses):
    trap = _named(suffix, addresses)
    file = Page(config(trap, server("imap." + suffix)))
    trap.autoconfig(file)
    trap.well_known(file)
    for label in ("ua-auto-config", "autodiscover"):
        trap.web(label, "*", file)
    for label in ("imap", "mail"):
        trap.imap(label)
    trap.srv("imaps", "imap." + suffix, 993)
    return trap


def _named(name, addresses):
    return Domain(name, "nobody", Names(0).variation(), addresses)
