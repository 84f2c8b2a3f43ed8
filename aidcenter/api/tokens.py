"""Keys to the API: a person's own, for one purpose, some verbs and some days; kept as their hash."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.context import act
from aidcenter.models import ApiToken, Staff
from aidcenter.roles import MATRIX, Verb

KEY_BYTES = 32
KEY = re.compile(r"aid_[\w-]{43}")
MOST_DAYS = 366
MOST_TOKENS = 20
USED = """
    SELECT s.*, u.token, u.verbs, u.used, u.resets_in
      FROM api_use(%s) u JOIN aidcenter_staff s ON s.id = u.person
"""


@dataclass(frozen=True)
class Use:
    """A key that was shown: its person, and how much of this minute's requests are left."""

    person: Staff
    left: int
    resets_in: int  # seconds


def of(person: Staff) -> QuerySet[ApiToken]:
    """The keys of `person` that still open something, the newest first."""
    return open_now().filter(person=person)


def open_now() -> QuerySet[ApiToken]:
    """The keys that open something, as far as the asking person may see them."""
    return ApiToken.objects.filter(revoked_at=None, expires_at__gt=timezone.now())


@act
def make(*, purpose: str, verbs: Sequence[str], days: int, by: Staff, person: Staff | None = None) -> str:
    """A new key, shown this once; it may do what its verbs say, and never more than its person.

    That is `by`, or the `person` of a state body's system, to whom an administrator gives it.
    """
    person = person or by
    if not verbs or not set(verbs) <= set(MATRIX[person.role]):
        raise ValidationError({"verbs": _("Choose what the key may be used for.")})
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError({"days": _("A key lasts for a year at most.")})
    if of(person).count() >= MOST_TOKENS:
        raise ValidationError(_("You have many keys already; take back those that are not used."))
    key = f"aid_{secrets.token_urlsafe(KEY_BYTES)}"
    made = ApiToken.objects.create(
        person=person, purpose=purpose, verbs=sorted(verbs), expires_at=timezone.now() + timedelta(days=days),
        key_hash=hashlib.sha256(key.encode()).hexdigest(),
    )  # fmt: skip
    audit.record("token.make", by=by, ids=[made.pk], days=days)
    return key


@act
def revoke(token: ApiToken, *, by: Staff) -> None:
    """The key opens nothing any more."""
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    audit.record("token.revoke", by=by, ids=[token.pk])


def used(key: str) -> Use | None:
    """Whose the key is; None where it opens nothing. The person may do only what the key is for."""
    if not KEY.fullmatch(key):
        return None
    for person in Staff.objects.raw(USED, [key]):
        found: dict[str, object] = vars(person)
        person.key_id = found["token"]  # type: ignore[assignment]
        person.scope = frozenset(map(Verb, set(found["verbs"]) & set(Verb)))  # type: ignore[call-overload]
        left = settings.API_REQUESTS_A_MINUTE - int(found["used"])  # type: ignore[call-overload]
        return Use(person, left, int(found["resets_in"]))  # type: ignore[call-overload]
    return None
