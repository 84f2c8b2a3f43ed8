"""A status moves only through its table.

A workflow is read from the transitions of a code list; `move` refuses with a reason, and the
README's diagrams are printed from the same table (`python -m aidcenter.workflow`).
"""

import sys
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import codelists


class CannotMove(ValidationError):
    """The state does not allow this step; the message says from where, to where, and what now."""


@dataclass(frozen=True)
class Workflow:
    """The states of the code list `name` and the steps between them."""

    name: str

    @property
    def steps(self) -> dict[str, frozenset[str]]:
        """From each state, the states it may move to."""
        return codelists.transitions(self.name)

    def allows(self, old: str, new: str) -> bool:
        """Whether `old` may become `new`."""
        return new in self.steps[old]

    @property
    def sql(self) -> str:
        """The steps as pairs in SQL: a trigger holds to them whoever comes past the actions."""
        return ", ".join(f"('{old}', '{new}')" for old, new in codelists.steps(self.name))

    def check(self, old: str, new: str) -> None:
        """Raise CannotMove unless `old` may become `new`."""
        if not self.allows(old, new):
            open_ways = ", ".join(str(codelists.label(self.name, step)) for step in sorted(self.steps[old]))
            raise CannotMove(
                _("“%(old)s” cannot become “%(new)s”. Possible now: %(ways)s.")
                % {
                    "old": codelists.label(self.name, old),
                    "new": codelists.label(self.name, new),
                    "ways": open_ways or _("nothing"),
                }
            )

    def diagram(self) -> str:
        """The table as a Mermaid state diagram."""
        lines = [f"    {old} --> {new}" for old, ways in self.steps.items() for new in sorted(ways)]
        return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


CASE = Workflow("case_state")
VICTIM = Workflow("victim_status")
PLAN = Workflow("plan_state")
PAYMENT = Workflow("payment_state")
SERVICE = Workflow("service_state")
NOTIFICATION = Workflow("notification_state")
DELIVERY = Workflow("delivery_state")
REFERRAL = Workflow("referral_state")
ALL = (CASE, VICTIM, PLAN, SERVICE, PAYMENT, NOTIFICATION, DELIVERY, REFERRAL)


def diagrams() -> str:
    """Every workflow as a diagram under its name, as the README shows them."""
    return "\n\n".join(f"**{workflow.name}**\n\n{workflow.diagram()}" for workflow in ALL)


if __name__ == "__main__":
    sys.stdout.write(diagrams() + "\n")
