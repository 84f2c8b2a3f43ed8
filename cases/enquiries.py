"""Keeping enquiries, without whom they are about."""

import re
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit, sealedtext
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.models import Enquiry

IDENTIFIES = re.compile(r"(?:\d[\s()-]*){7}|\b(?=\w*\d)[A-Z0-9]{7}\b|@")  # a phone, a FIN, an address


@act
def take(said: dict[str, Any], *, by: Staff) -> Enquiry:
    """Keep an enquiry: `said` has asked_on, source, needs and answer."""
    require(by, Verb.TAKE_ENQUIRY)
    if said["asked_on"] > baku_today():
        raise ValidationError({"asked_on": _("This day has not come yet.")})
    if IDENTIFIES.search(said["answer"]):
        raise ValidationError(
            {"answer": _("Leave out numbers and addresses: an enquiry is kept without who it was.")}
        )
    made = Enquiry(id=uuid.uuid4(), taken_by=by, **said)
    made.answer = sealedtext.seal(made.answer, _about(made)) if made.answer else ""
    made.save(force_insert=True)
    audit.record("enquiry.take", by=by, ids=[made.pk], source=made.source)
    return made


def answer_of(enquiry: Enquiry) -> str:
    """What was answered, in clear."""
    return sealedtext.unseal(enquiry.answer, _about(enquiry)) if enquiry.answer else ""


def _about(enquiry: Enquiry) -> str:
    return f"enquiry|{enquiry.pk}"
