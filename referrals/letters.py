"""Writing a letter: what the case holds for it, in the closed form of its body."""

from datetime import date
from typing import Any

from django.utils.functional import cached_property

from cases.models import Case, ConnectedPerson
from referrals import schemas
from referrals.extract import Extract, FieldExtract, Heading, day_of, extract_of
from referrals.models import LetterFacts, Message, Notification


class Sources:
    """What is known for the letters about one case; each asked for once."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @cached_property
    def facts(self) -> LetterFacts | None:
        """What the caseworker said for the letters, the newest."""
        found = LetterFacts.objects.filter(case=self.case.pk).first()
        if found:
            found.victim = self.case.victim  # whose keys are there already
        return found

    @cached_property
    def people(self) -> list[ConnectedPerson]:
        """Parents and grandparents, as far as a letter may tell of them."""
        rows = list(ConnectedPerson.objects.raw("SELECT * FROM letter_people(%s)", [self.case.pk]))
        for row in rows:
            row.victim = self.case.victim
        return rows

    def letter(self, heading: Heading) -> Extract:
        """The letter as it would be today."""
        return extract_of(self.case, heading, self.facts, self.people)


def heading_of(notification: Notification, number: int, kind: str, on: date) -> Heading:
    """The heading of a message of `notification`."""
    return Heading(notification.reference, number, kind, notification.body, notification.district, on)


def current(notification: Notification) -> dict[str, Any]:
    """What the first letter would say now."""
    heading = heading_of(notification, 1, "first", day_of(notification.case))
    return schemas.fitted(dict(Sources(notification.case).letter(heading)), notification.body)


def write(message: Message, on: date) -> dict[str, Any]:
    """The extract of `message`, to be frozen, in the form of its body; raises schemas.Unfit."""
    notification = message.notification
    word = message.word
    if word is None:
        heading = heading_of(notification, message.number, message.kind, on)
        return schemas.fitted(dict(Sources(notification.case).letter(heading)), notification.body)
    field = FieldExtract(reference=notification.reference, message=message.number, kind=message.kind,
                         field=word.field, text=word.text)  # fmt: skip
    return schemas.fitted(dict(field), notification.body)
