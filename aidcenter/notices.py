"""Which mails a person of the centre gets, and how they chose to get them: at once, with the day, or not.

An app declares its kinds through the slot `notices`. Some cannot be declined, and say why. Whatever a
person declines still stands among the day's work, so nothing is lost by it. Ids only, never a name.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import audit, mails, registry
from aidcenter.context import act
from aidcenter.models import HeldNotice, NoticeChoice, Staff, Way


@dataclass(frozen=True)
class Notice:
    """A kind of mail: whom it concerns; `why` it cannot be declined, or the page `chosen_at` elsewhere."""

    kind: str
    label: object
    concerns: Callable[[Staff], bool]
    why: object = ""
    chosen_at: str = ""  # the name of an address


def of(person: Staff) -> list[Notice]:
    """The kinds of mail that `person` may get."""
    found = (notice for answer in registry.ask("notices") for notice in answer)
    return [notice for notice in found if notice.concerns(person)]


def to_choose(person: Staff) -> list[Notice]:
    """Those of which `person` chooses here how they come."""
    return [notice for notice in of(person) if not notice.why and not notice.chosen_at]


def ways(person: Staff) -> dict[str, str]:
    """What `person` chose, by kind; of what is not in it, a mail of its own."""
    return dict(NoticeChoice.objects.filter(person=person).values_list("kind", "way"))


@act
def choose(said: dict[str, str], *, by: Staff) -> None:
    """Keep how `by` wants to be told of each kind."""
    rows = [NoticeChoice(person=by, kind=notice.kind, way=said[notice.kind]) for notice in to_choose(by)]
    NoticeChoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "kind"], update_fields=["way"]
    )
    audit.record("settings.change", by=by)


def tell(person: Staff, kind: str, subject: str, text: str) -> bool:
    """Tell `person` in the way they chose; False when they want no mail, or the server did not take it.

    `subject` and `text` are in the person's language already.
    """
    way = ways(person).get(kind, Way.NOW)
    if way == Way.DAILY:
        HeldNotice.objects.create(person=person, kind=kind, text=text)
        return True
    return way == Way.NOW and mails.taken(EmailMessage(subject, text, to=[person.email]))


# --- the mail of the day ----------------------------------------------------------------------


def send_daily() -> int:
    """Send each person what waits for them, in one mail; returns how many mails."""
    people = HeldNotice.objects.order_by().values_list("person", flat=True).distinct()
    return sum(_sent(pk) for pk in list(people))


def _sent(pk: int) -> bool:
    """Whether a mail left; what it said goes with it, and waits where the server took nothing."""
    with transaction.atomic():
        rows = HeldNotice.objects.filter(person=pk).order_by("pk").select_related("person")
        held = list(rows.select_for_update(skip_locked=True, of=("self",)))
        mail = _of_the_day(held)
        if mail and not mails.taken(mail):
            return False
        HeldNotice.objects.filter(pk__in=[row.pk for row in held]).delete()
        return mail is not None


def _of_the_day(held: list[HeldNotice]) -> EmailMessage | None:
    """One mail with all of it; None when nobody wants it any more, or is there to read it."""
    if not held or not (held[0].person.is_active and held[0].person.email):
        return None
    person = held[0].person
    declined = {kind for kind, way in ways(person).items() if way == Way.NEVER}
    texts = [row.text for row in held if row.kind not in declined]
    with override(person.language):
        subject = _("Your daily summary")
    return EmailMessage(subject, "\n".join(texts), to=[person.email]) if texts else None


def signed_in_at(page: str) -> str:
    """The address of the page `page` (the name of an address), for the text of a mail."""
    return f"{settings.SITE_URL}{reverse(page)}"
