"""What was done for a person: everything that was given in a case, counted and told on one page."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from aidcenter import codelists, papers
from aidcenter.clock import baku_today
from aidcenter.templatetags.ui import azn, dmy
from cases.models import Case
from rehabilitation.models import Goal, Service
from rehabilitation.models.plan import IN_FORCE

BOUND = (*IN_FORCE, "completed", "terminated")  # the last version that bound; those before live on in it
REACHED = ("achieved", "partly")


@dataclass
class Sum:
    """How often a service was given, how much of it by unit, and from when until when."""

    label: str
    times: int = 0
    amounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    first: date | None = None
    last: date | None = None

    def add(self, service: Service) -> None:
        """Count one more; they come the oldest first."""
        self.times += 1
        self.amounts[str(service.get_unit_display())] += service.quantity  # type: ignore[attr-defined]
        self.first, self.last = self.first or service.delivered_on, service.delivered_on

    @property
    def amount(self) -> str:
        """How much, by unit."""
        return ", ".join(f"{amount.normalize():f} {unit}" for unit, amount in self.amounts.items())

    @property
    def when(self) -> str:
        """From when until when."""
        return dmy(self.first) if self.first == self.last else f"{dmy(self.first)}–{dmy(self.last)}"


@dataclass(frozen=True)
class Done:
    """Services summed up and one by one, and what else was done: (what, how much or where, when)."""

    sums: list[Sum]
    services: list[Service]
    else_done: list[tuple[str, str, str]]

    @property
    def count(self) -> int:
        """How many services."""
        return len(self.services)


def of_case(case: Case) -> Done:
    """Everything that was given in `case`; struck out is not given."""
    rows = case.services.delivered().select_related("given_by", "provider").with_labels()
    services = list(rows.order_by("delivered_on", "recorded_at", "pk"))
    sums: dict[str, Sum] = {}
    for service in services:
        sums.setdefault(service.type, Sum(service.words)).add(service)
    most_first = sorted(sums.values(), key=lambda each: -each.times)
    return Done(most_first, services, [*_stays(case), *_payments(case), *_work(case), *_goals(case)])


def _stays(case: Case) -> list[tuple[str, str, str]]:
    found = []
    for stay in case.stays.exclude(came_on=None).order_by("came_on"):
        nights = ((stay.left_on or baku_today()) - (stay.came_on or stay.starts_on)).days
        much = ngettext("%(count)s night", "%(count)s nights", nights) % {"count": nights}
        found.append((_("Temporary accommodation"), much, f"{dmy(stay.came_on)}–{dmy(stay.left_on)}"))
    return found


def _payments(case: Case) -> list[tuple[str, str, str]]:
    rows = case.payments.filter(state="paid").order_by("paid_on")
    return [(str(row.get_kind_display()), azn(row.amount), dmy(row.paid_on)) for row in rows]


def _work(case: Case) -> list[tuple[str, str, str]]:
    found = []
    for row in case.works.filter(struck_at__isnull=True).order_by("found_on"):
        row.victim = case.victim  # whose keys are there already
        when = f"{dmy(row.started_on or row.found_on)}–{dmy(row.ended_on)}"
        found.append((str(row.get_kind_display()), row.occupation or row.place, when))
    return found


def _goals(case: Case) -> list[tuple[str, str, str]]:
    found = []
    for goal in Goal.objects.filter(case=case, plan__state__in=BOUND, state__in=REACHED).order_by("due_on"):
        goal.victim = case.victim  # whose keys are there already
        found.append(
            (_("Goal: %(state)s") % {"state": goal.get_state_display()}, goal.text, dmy(goal.due_on))
        )
    return found


def pdf(case: Case, language: str) -> bytes:
    """The same on paper, in `language` (az, ru or en)."""
    with override(language):
        done, title = of_case(case), _("What was done")
        data: dict[str, Any] = {
            "title": title,
            "foot": f"{title} · {case.number}",
            "head": [
                (_("Case"), case.number),
                (_("Person"), case.victim.full_name or "–"),
                (_("As of"), dmy(baku_today())),
                (_("Services"), str(done.count)),
            ],
            "tables": [
                {"title": _("Services"), "columns": [_("Service"), _("Times"), _("How much"), _("When")],
                 "lines": [[each.label, str(each.times), each.amount, each.when] for each in done.sums]},
                {"title": _("What else was done"), "columns": [_("What"), _("How much"), _("When")],
                 "lines": [list(row) for row in done.else_done]},
                {"title": _("Each service"), "columns": [_("Day"), _("Service"), _("Who gave it")],
                 "lines": [[dmy(row.delivered_on), row.words, _who(row)] for row in done.services]},
            ],
            "signatures": _("Signatures"),
            "signers": [str(codelists.label("plan_signer", code)) for code in ("person", "caseworker")],
        }  # fmt: skip
        return papers.pdf("done", data, language)


def _who(service: Service) -> str:
    names = [service.given_by.display_name] if service.given_by else []
    return ", ".join([*names, service.provider.name] if service.provider else names)
