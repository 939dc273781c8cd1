"""What discovery should answer for a domain, and how an answer differs from it."""

from dataclasses import dataclass, field

# From best to worst, as discovery ranks them.
SOURCES = ("providers", "pacc", "autoconfig", "srv", "ispdb", "mx", "autodiscover", "guess")


@dataclass
class Expected:
    found: bool
    source: str | None = None  # who is the first to have settings, or to know that there is no IMAP
    settings: dict | None = None
    proven: bool = False
    provider: dict | None = None  # None: the domain itself
    no_imap: bool = False
    app_password: bool = False
    oauth: dict | None = None
    documentation: list | None = field(default_factory=list)  # None: whatever the table says
    alternatives: list = field(default_factory=list)  # (host, port) in their order
    # Servers that only a source of lower rank names: it may not have been waited for.
    possible_alternatives: list = field(default_factory=list)
    probe: str | None = None  # how the probe of the settings' server ended; None: not compared
    outcomes: dict = field(default_factory=dict)  # source → the outcome that its evidence must have


def found(source, domain, host, port=993, security="tls", username=None, auth=("password",),
          proven=True, **more):  # fmt: skip
    """Settings, by default for the whole address as the user name."""
    settings = {
        "host": host, "port": port, "security": security,
        "username": username or domain.email, "auth": list(auth),
    }  # fmt: skip
    return Expected(True, source, settings, proven, **more)


def not_found(**outcomes):
    return Expected(False, outcomes=outcomes)


def no_imap(source, **more):
    return Expected(False, source, no_imap=True, **more)


def differences(domain, result):
    """In words, each way in which the discovery result is not what is expected of the domain."""
    expected = domain.expected
    provider = expected.provider or {"id": domain.name, "name": domain.name}
    wanted = {
        "email": domain.email, "found": expected.found, "settings": expected.settings,
        "proven": expected.proven, "provider": provider, "no_imap": expected.no_imap,
        "app_password": expected.app_password,
    }  # fmt: skip
    if expected.documentation is not None:
        wanted["documentation"] = expected.documentation
    found_differences = [
        f"{name} is {result.get(name)!r}, not {value!r}"
        for name, value in wanted.items()
        if result.get(name) != value
    ]
    found_differences += _of_oauth(expected, result) + _of_probe(expected, result)
    return found_differences + _of_alternatives(expected, result) + _of_evidence(expected, result)


def _of_oauth(expected, result):
    """Where the facts are from is told as well, in the program's own words."""
    told, facts = result["oauth"], expected.oauth
    if told is None or facts is None:
        return [] if told == facts else [f"oauth is {told!r}, not {facts!r}"]
    return [
        f"oauth's {name} is {told.get(name)!r}, not {value!r}"
        for name, value in facts.items()
        if told.get(name) != value
    ]


def _of_probe(expected, result):
    told = (result.get("probe") or {}).get("outcome")
    if expected.probe in (None, told):
        return []
    return [f"the probe is {told}, not {expected.probe}"]


def _of_alternatives(expected, result):
    told = [(item["host"], item["port"]) for item in result["alternatives"]]
    sure = [item for item in told if item not in expected.possible_alternatives]
    if sure == expected.alternatives:
        return []
    return [f"alternatives are {told!r}, not {expected.alternatives!r}"]


def _of_evidence(expected, result):
    told = {item["source"]: item for item in result["evidence"]}
    wrong = []
    if list(told) != sorted(told, key=SOURCES.index) or len(told) != len(result["evidence"]):
        wrong.append(f"evidence is not in the order of rank: {list(told)}")
    winner = next((name for name, item in told.items() if item["outcome"] == "found"), None)
    winner = winner or next(iter(_who_knows_of_no_imap(told)), None) if result["no_imap"] else winner
    if winner != expected.source:
        wrong.append(f"the first to find something is {winner}, not {expected.source}")
    for source, outcome in expected.outcomes.items():
        if told.get(source, {}).get("outcome") != outcome:
            wrong.append(f"{source} says {told.get(source)!r}, not {outcome}")
    return wrong


def _who_knows_of_no_imap(told):
    return (name for name, item in told.items() if "no IMAP" in item.get("detail", ""))
