"""The safety sheet: in force when saved, replaced only by a new version."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.prepared import Prepared
from aidcenter.roles import Verb
from cases.actions import one_at_a_time
from cases.models import Case, SafetySheet

_CURRENT = Prepared(
    lambda case: SafetySheet.objects.filter(case_id=case).select_related("author")[:1], mark="has_safety"
)


def current(case: Case) -> SafetySheet | None:
    """The version in force."""
    return next(iter(_CURRENT.of(case)), None)


@act
def write(case: Case, said: dict[str, str], *, replaces: str, by: Staff) -> SafetySheet:
    """A new version; `replaces` is the id of the one that `by` has read, "" when there was none."""
    require(by, Verb.CHANGE_CASE)
    if not any(said.values()):
        raise ValidationError(_("Fill in at least one field."))
    one_at_a_time(case)
    before = current(case)
    if replaces != (str(before.pk) if before else ""):
        raise ValidationError(
            _("Somebody saved another safety sheet while you were typing. Compare the two, and save again.")
        )
    made = SafetySheet.objects.create(case=case, victim=case.victim, author=by, **said)
    audit.record("safety.write", by=by, case=case.pk, ids=[made.pk])
    return made
