"""Names for pretended domains and their people: from a seed, never the same twice."""

import random

FIRST = (
    "amber", "brisk", "calm", "dapper", "early", "fancy", "gentle", "hidden", "ivory", "jolly",
    "keen", "little", "merry", "noble", "olive", "proud", "quiet", "rapid", "sunny", "tidy",
)  # fmt: skip
SECOND = (
    "acorn", "badger", "cedar", "dune", "ember", "falcon", "grove", "harbour", "island", "juniper",
    "kettle", "lantern", "meadow", "nectar", "otter", "pebble", "quarry", "river", "summit", "thistle",
)  # fmt: skip
# Of the names for testing (RFC 2606), and one suffix of two labels, which nobody may be asked for.
SUFFIXES = ("example", "example", "example", "test", "co.uk")
PEOPLE = ("alice", "bob.builder", "carol+lists", "d", "Erin", "o'neil", "first_last", "x-1")


class Names:
    def __init__(self, seed):
        self._random = random.Random(seed)
        self._count = 0

    def domain(self):
        """A new domain. Its number makes it the only one of its name."""
        self._count += 1
        words = self._random.choice(FIRST), self._random.choice(SECOND), str(self._count)
        return "-".join(words) + "." + self._random.choice(SUFFIXES)

    def local_part(self):
        return self._random.choice(PEOPLE)

    def variation(self):
        """Numbers for what a kind leaves to chance, the same in each run."""
        return random.Random(self._random.random())
