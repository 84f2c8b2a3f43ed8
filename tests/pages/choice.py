"""Which looks are taken, when nobody has the time for all: each pair of values meets as early as may be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

Look = dict[str, Any]


class Choice:
    """Chooses the next look at an address by what it, and each other value, has met least."""

    def __init__(self) -> None:
        self.met: Counter[frozenset[tuple[str, Any]]] = Counter()

    def next(self, address: str, factors: Mapping[str, Sequence[Any]]) -> Look:
        """A value of each of `factors`: first one that `address` did not have, then one of a rare pair."""
        look: Look = {"address": address}
        for name, values in factors.items():
            look[name] = self.rarest(look, name, values)
        return look

    def rarest(self, look: Look, name: str, values: Sequence[Any]) -> Any:
        """Of `values` of `name` the one that the address and the rest of `look` have met least."""
        address, *others = look.items()

        def often(value: Any) -> tuple[int, int, int]:
            pairs = [self.met[frozenset((other, (name, value)))] for other in others]
            return self.met[frozenset((address, (name, value)))], -pairs.count(0), sum(pairs)

        return min(values, key=often)

    def took(self, look: Look) -> None:
        """Count the pairs of a look that was taken."""
        self.met.update(frozenset(pair) for pair in combinations(look.items(), 2))
