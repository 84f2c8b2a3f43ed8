"""The two layers, each taken away on its own."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest

from aidcenter import roles
from aidcenter.access import ReachQuerySet
from aidcenter.reach import tables
from cases.models import Case, CaseAccess, CaseQuerySet
from referrals.models import NotificationQuerySet, PartnerSheetQuerySet
from tests.database import as_owner

GUARDED = [table for table, reach in tables().items() if reach.has_policies]


@contextmanager
def without_policies() -> Iterator[None]:
    """PostgreSQL shows every row to the web login."""
    with as_owner() as cursor:
        for table in GUARDED:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        try:
            yield
        finally:
            for table in GUARDED:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')


@contextmanager
def without_application() -> Iterator[None]:
    """Every role has every verb, and no queryset asks who is looking."""
    everything = {role: dict.fromkeys(roles.Verb, "") for role in roles.Role}
    with pytest.MonkeyPatch.context() as patch:
        for role in roles.Role:
            patch.setitem(roles.MATRIX, role, everything[role])
        for kind, name in ((ReachQuerySet, "visible_to"), (ReachQuerySet, "changeable_by"),
                           (CaseQuerySet, "worklist_of"), (NotificationQuerySet, "addressed_to"), (PartnerSheetQuerySet, "sent_to")):  # fmt: skip
            patch.setattr(kind, name, lambda rows, person: rows)
        patch.setattr(CaseAccess, "open_cases_of", lambda person: Case.objects.all())
        yield


SETUPS = {
    "both": (nullcontext, nullcontext),
    "app": (nullcontext, without_policies),
    "rls": (without_application, nullcontext),
    "none": (without_application, without_policies),
}


@contextmanager
def setup(name: str) -> Iterator[None]:
    """The set-up `name` of SETUPS."""
    application, policies = SETUPS[name]
    with application(), policies():
        yield
