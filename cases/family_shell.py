"""What other pages show of linked cases and possible duplicates."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter.duties import Duty
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from cases import family
from cases.models import Case


def panel(case: Case, person: Staff) -> dict[str, Any]:
    """The linked cases."""
    found = family.linked(case, person) if case.has_link else []  # type: ignore[attr-defined] # by the page
    return {"template": "cases/_family.html", "linked": found, "last": True}


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """What others have linked or told apart of one's own cases in the last week."""
    if not may(person, Verb.CHANGE_CASE):
        return
    titles = {
        "same": _("Decided: the person of your case has another case too"),
        "apart": _("Decided: two persons, not one"),
        "linked": _("Your case was linked with another"),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, number, said, at FROM links_told_to_me() ORDER BY at DESC LIMIT 30")
        rows = cursor.fetchall()
    for case, number, said, at in rows:
        yield Duty(
            due_on=today,
            title=titles[said],
            detail=f"{number} · {timezone.localtime(at):%d.%m.%Y %H:%M}",
            url=reverse("cases:family", args=[case]),
            act=_("Open"),
            waiting=True,
        )
