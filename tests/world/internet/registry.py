"""Which kinds of domains there are, and the domains of them all."""

from .domain import Domain
from .names import Names

SEED = 6186
DEFAULT_TIMES = 10

_kinds = []  # (function, how many domains)


def kind(function=None, *, times=DEFAULT_TIMES):
    """Marks a function that describes a Domain and returns what is Expected of it. Its name is the
    kind's. Kinds that keep discovery waiting until its deadline are made a few times only."""

    def register(described):
        _kinds.append((described, times))
        return described

    return register(function) if function else register


def all_domains(addresses, seed=SEED):
    names = Names(seed)
    return [
        domain_of(function, names, addresses)
        for function, times in _kinds
        for _ in range(times)
    ]


def domain_of(function, names, addresses):
    """A new domain of the kind."""
    name = names.domain()
    shown = None
    if hasattr(function, "renamed"):
        name, shown = function.renamed(name)
    domain = Domain(name, names.local_part(), names.variation(), addresses, shown, names)
    domain.kind = function.__name__
    domain.expected = function(domain)
    return domain


def renamed(rename):
    """For kinds whose names are special: rename(NAME) → (name in the DNS, as a person writes it)."""

    def mark(function):
        function.renamed = rename
        return function

    return mark
