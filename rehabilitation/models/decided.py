"""What one person asks for and another decides: a supervisor of the case, else the director."""

from typing import Self

from aidcenter.access import ReachQuerySet, Row
from aidcenter.models import Staff
from aidcenter.roles import Role


class ByAnotherQuerySet(ReachQuerySet[Row]):
    """Rows with an `author`, and with `for_director` where the case has no other supervisor."""

    def decided_by(self, person: Staff) -> Self:
        """What is `person`'s to decide, decided or not."""
        rows = self.exclude(author=person)
        if person.role == Role.DIRECTOR:
            return rows.filter(for_director=True)
        return rows.changeable_by(person).filter(for_director=False)
