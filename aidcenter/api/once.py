"""A creation sent twice is done once: its Idempotency-Key is kept, with what was made, for a day at least.

Only the id of the row is kept, nothing of what was said: the second answer shows the row as it is now.
"""

import json
import re
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from aidcenter.api.problems import Conflict
from aidcenter.models import ApiOnce, Staff

HEADER = "Idempotency-Key"
VISIBLE = "[!-~]{1,100}"
KEY = re.compile(VISIBLE)


def asked(request: Request) -> tuple[str, str]:
    """(the key or "", what was asked in one word); raises when the key cannot be one."""
    key = request.headers.get(HEADER, "")
    if key and not KEY.fullmatch(key):
        raise ValidationError(_("An Idempotency-Key has 1 to 100 visible characters."))
    said = json.dumps([request.path, request.data], sort_keys=True)
    return key, salted_hmac("api-once", said, algorithm="sha256").hexdigest()


def made_before(person: Staff, key: str, what: str) -> str | None:
    """The id of the row that the key made already; Conflict when it was for something else."""
    found = ApiOnce.objects.filter(person=person, key=key).first() if key else None
    if found is None:
        return None
    if found.asked != what:
        raise Conflict
    return found.row


def keep(person: Staff, key: str, what: str, row: object) -> None:
    """Remember it; when another request with the same key came first, this one is undone (409)."""
    if not key:
        return
    try:
        with transaction.atomic():
            ApiOnce.objects.create(person=person, key=key, asked=what, row=str(row))
    except IntegrityError:
        raise Conflict(_("The same request is being answered already; send it again.")) from None


def forget() -> None:
    """What was asked more than a day ago."""
    ApiOnce.objects.filter(made_at__lt=Now() - timedelta(days=1)).delete()
