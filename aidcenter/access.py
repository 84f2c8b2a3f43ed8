"""Which rows a person may reach, and the only importer of guardian.

Grants are guardian permissions with a direct foreign key to the case. Triggers derive from them one
`CaseAccess` row per person and case; lists, the single check and the policies all read that
table, so they cannot disagree. `may` asks the role first and touches no row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Self, TypeVar

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from aidcenter.models import Staff
from aidcenter.reach import SECTIONS, reach_of
from aidcenter.roles import Verb, may

Row = TypeVar("Row", bound=models.Model)
View = Callable[..., Any]


class StaffRequest(HttpRequest):
    """A request behind `guard`: its person is signed in."""

    user: Staff  # type: ignore[assignment] # nobody anonymous passes the guard


class Source(models.TextChoices):
    """Why a grant was made."""

    ASSIGNMENT = "assignment"
    SHARE = "share"
    CARE_TEAM = "care_team"
    OFFER = "offer"
    BREAK_GLASS = "break_glass"
    SESSION = "session"  # booked with the person (rehabilitation/service_triggers.py)


class Grant(models.Model):
    """What every grant says besides who, which permission and which case."""

    source = models.CharField(max_length=20, choices=Source.choices, default=Source.ASSIGNMENT)
    reason = models.CharField(max_length=200, blank=True)
    granted_by = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"grant {self.pk}"


class UserGrant(Grant, UserObjectPermissionBase):
    """A grant to one person; the subclass adds `content_object`, the foreign key to the case."""

    class Meta:
        abstract = True


class TeamGrant(Grant, GroupObjectPermissionBase):
    """A grant to the supervisors of a team; the subclass adds `content_object`."""

    class Meta:
        abstract = True


class CaseAccessBase(models.Model):
    """What one person may do with one case, until when (NULL: not at all); kept by triggers.

    The subclass adds `case`.
    """

    user = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    view_until = models.DateTimeField(null=True)
    change_until = models.DateTimeField(null=True)
    legal_until = models.DateTimeField(null=True)
    medical_until = models.DateTimeField(null=True)
    psychological_until = models.DateTimeField(null=True)
    next_due = models.DateField(null=True)

    class Meta:
        abstract = True


class ReachQuerySet(models.QuerySet[Row]):
    """Rows that belong to a case, as far as a person may reach them."""

    def visible_to(self, person: Staff) -> Self:
        """The rows of the cases that `person` may read now."""
        return self._reached(person, "view_until")

    def changeable_by(self, person: Staff) -> Self:
        """The rows of the cases that `person` may change now."""
        return self._reached(person, "change_until")

    def _reached(self, person: Staff, until: str) -> Self:
        reach = reach_of(self.model)
        if reach.case is None:
            raise TypeError(f"{self.model._meta.label} belongs to no case.")
        access = f"{reach.case}__access" if reach.case else "access"
        lasts = models.Q(**{f"{access}__{until}__gt": Now()})
        if reach.section:
            lasts &= models.Q(**{reach.section: ""})
            for name in SECTIONS:
                lasts |= models.Q(**{reach.section: name, f"{access}__{name}_until__gt": Now()})
        if reach.own:
            lasts &= models.Q(**{reach.author: person.pk})
        return self.filter(lasts, **{f"{access}__user": person})


def reached_or_404(rows: models.QuerySet[Row], **lookup: Any) -> Row:
    """The one row of the already restricted `rows`; hidden and absent are the same 404."""
    try:
        return rows.get(**lookup)
    except ObjectDoesNotExist:
        raise Http404 from None


def require(person: Staff, *verbs: Verb) -> None:
    """Raise PermissionDenied unless the role of `person` has one of `verbs`."""
    if not any(may(person, verb) for verb in verbs):
        raise PermissionDenied


def guard(verb: Verb, *more: Verb) -> Callable[[View], View]:
    """A view that needs a signed-in person whose role has `verb` (or one of `more`).

    The role is asked before any row is touched: without the verb every id, present or not, is 403.
    """
    verbs = (verb, *more)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not any(may(request.user, each) for each in verbs):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.verbs = verbs  # type: ignore[attr-defined]
        return guarded

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = "/accounts/login/"
        return response
    return redirect("account_login")


@dataclass(frozen=True)
class Reason:
    """Who gives a grant, why, and until when (None: until it is taken back)."""

    by: Staff
    source: Source
    text: str = ""
    until: datetime | None = None


def _grants_to(to: Staff | Group) -> Any:
    """The grants of the domain app to people, or to teams."""
    kind = UserGrant if isinstance(to, Staff) else TeamGrant
    return next(sub for sub in kind.__subclasses__() if not sub._meta.abstract)._default_manager


def grant(case: models.Model, *, to: Staff | Group, codenames: tuple[str, ...], why: Reason) -> None:
    """Give `to` the permissions `codenames` on `case`; a trigger derives the access."""
    name = "user" if isinstance(to, Staff) else "group"
    permissions = Permission.objects.filter(
        codename__in=codenames, content_type__app_label=case._meta.app_label
    )
    for permission in permissions:
        _grants_to(to).update_or_create(
            **{name: to},
            permission=permission,
            content_object=case,
            source=why.source,
            defaults={"granted_by": why.by.pk, "reason": why.text, "expires_at": why.until},
        )


def revoke(case: models.Model, *, to: Staff, source: Source) -> None:
    """Take back what `to` was given on `case` for that reason; what was given for others stays."""
    _grants_to(to).filter(content_object=case, user=to, source=source).delete()


class CaseBackend(BaseBackend):
    """`person.has_perm("cases.view_case", case)` answers from the same derived table as the lists."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Whether the person may do `perm` with the case `obj` now; without an object: never."""
        access = getattr(obj, "access", None)
        until = f"{perm.rpartition('.')[2].partition('_')[0]}_until"
        if perm.endswith(SECTIONS):
            until = f"{perm.rpartition('_')[2]}_until"
        if (
            access is None
            or not user_obj.is_active
            or until not in {f.name for f in access.model._meta.fields}
        ):
            return False
        return bool(access.filter(user=user_obj, **{f"{until}__gt": Now()}).exists())
