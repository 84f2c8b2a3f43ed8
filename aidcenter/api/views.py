"""The addresses of the API: rows, one row, and what is done to one; each says its verb for each method.

The role is asked before any row is touched, hidden and absent are the same 404, and every look is on
record, as on the screens (aidcenter/access.py).
"""

import hashlib
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as Refused
from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from aidcenter.access import reached_or_404
from aidcenter.api import once
from aidcenter.api.pages import Pages
from aidcenter.api.problems import Stale, Unseen
from aidcenter.api.said import Said, body_of, filled
from aidcenter.models import Staff
from aidcenter.roles import Verb, may


def _is_text(field: forms.Field) -> bool:
    """Whether nothing is something that the field may be asked for."""
    return isinstance(field, forms.CharField | forms.ChoiceField) and not isinstance(field, forms.UUIDField)


class Endpoint(APIView):
    """One address: `verbs` by method (of several, one is enough), and the form that `takes` a body."""

    request: Any  # of DRF, around Django's own
    verbs: ClassVar[dict[str, Verb | tuple[Verb, ...]]] = {}
    takes: ClassVar[dict[str, Any]] = {}
    bodies: ClassVar[dict[str, type[Said]]] = {}  # where a body is more than its form
    shows: type[serializers.BaseSerializer]  # type: ignore[type-arg] # DRF has no such argument at run time
    hands_out: tuple[str, ...] = ()  # the kinds of file that are the answer, where it is no JSON
    asks: type[forms.Form] | None = None  # what a query may say
    of_pages: tuple[str, ...] = ()
    http_method_names = ["get", "head", "post", "patch", "put", "delete"]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The view, with its verbs for the table of addresses (tests/golden/urls.txt)."""
        view: Any = super().as_view(**initkwargs)
        view.verbs = tuple(dict.fromkeys(verb for method in cls.verbs for verb in cls.verbs_of(method)))
        return view

    @classmethod
    def verbs_of(cls, method: str) -> tuple[Verb, ...]:
        """The verbs of which one is needed for `method`."""
        said = cls.verbs[method]
        return said if isinstance(said, tuple) else (said,)

    @property
    def person(self) -> Staff:
        """Who asks."""
        return self.request.user  # type: ignore[return-value] # `check_permissions` let nobody else in

    @property
    def allowed_methods(self) -> list[str]:
        """For the header Allow."""
        return [*self.verbs, *(["HEAD"] if "GET" in self.verbs else [])]

    def check_permissions(self, request: Request) -> None:
        """The key opens something, the method is known here, and role and key have the verb."""
        if not request.user.is_authenticated:
            raise NotAuthenticated(_("Send a valid key: Authorization: Bearer …"))
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method not in self.verbs:
            raise MethodNotAllowed(method)
        if not any(may(request.user, verb) for verb in self.verbs_of(method)):
            raise PermissionDenied

    def check_query(self, *names: str) -> None:
        """Nothing else is asked for than `names`, each once and in UTF-8 text."""
        asked = self.request.query_params
        wrong = {name: [_("This is not known here.")] for name in asked if name not in names}
        wrong |= {name: [_("Ask this once.")] for name in asked if len(asked.getlist(name)) > 1}
        if wrong:
            raise ValidationError(wrong)

    def asked(self) -> Any:
        """What the query says, cleaned; {} when the address asks nothing."""
        names = self.asks.base_fields if self.asks else {}
        self.check_query(*self.of_pages, *names)
        if self.asks is None:
            return {}
        said = {name: value for name, value in self.request.query_params.items() if name in names}
        if empty := [name for name, value in said.items() if not value and not _is_text(names[name])]:
            raise ValidationError({name: [_("Say something, or leave this out.")] for name in empty})
        form = self.asks(said)
        if not form.is_valid():
            raise unfit(form)
        return form.cleaned_data

    def form(self, now: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """The form of this method as the body fills it in; over what holds `now`, a part is enough."""
        body = self.body_of(self.request.method or "")(data=self.request.data)
        body.is_valid(raise_exception=True)
        said = {**(now or {}), **self.typed(body.validated_data)}
        initial = {} if now is None else {"initial": now}
        return filled(self.takes[self.request.method or ""], said, **kwargs, **initial)

    @classmethod
    def body_of(cls, method: str) -> type[Said]:
        """What a body may say."""
        return cls.bodies.get(method) or body_of(cls.takes[method], partial=method == "PATCH")

    def typed(self, said: dict[str, Any]) -> dict[str, Any]:
        """What a body said, by field of the form."""
        return said

    def shown(self, row: Any) -> Response:
        """One row, with the mark of its version."""
        data = self.shows(row, context={"request": self.request}).data
        return Response(data, headers={"ETag": etag(data)})

    def check_seen(self, row: Any) -> None:
        """The caller has seen `row` as it is: 428 when they do not say, 412 when not."""
        said = self.request.headers.get("If-Match")
        if not said:
            raise Unseen
        if said != etag(self.shows(row, context={"request": self.request}).data):
            raise Stale


def unfit(form: forms.Form) -> Exception:
    """What is wrong with a query: 400 where it does not fit the description, else 422."""
    said: dict[str, Any] = form.errors.as_data()
    if all(_fits(form.fields.get(name), error) for name, errors in said.items() for error in errors):
        return Refused(said)
    return ValidationError({name: list(map(str, told)) for name, told in form.errors.items()})


def _fits(field: forms.Field | None, error: Refused) -> bool:
    """Whether the description knows nothing of that rule: which rows there are, and which days count."""
    days = isinstance(field, forms.DateField) and error.code != "invalid"
    return field is None or days or isinstance(field, forms.ModelChoiceField)


def etag(data: Any) -> str:
    """The mark of what is shown: other contents, another mark."""
    return f'"{hashlib.sha256(repr(data).encode()).hexdigest()[:32]}"'


class Rows(Endpoint):
    """A page of rows with GET; with POST (`make`) a new one."""

    order: str | Sequence[str] = "-pk"
    address = "{here}{pk}/"  # of a new row; {here} is that of the rows
    of_pages = ("cursor", "limit")

    def rows(self, *args: Any, **ids: Any) -> "models.QuerySet[Any]":
        """What the person may see, not yet in pages; raises Http404."""
        raise NotImplementedError

    def looked(self, *args: Any, **ids: Any) -> None:
        """Put on record what was shown."""
        raise NotImplementedError

    def opened(self, rows: list[Any]) -> list[Any]:
        """The rows of a page, made ready to be shown."""
        return rows

    def made(self, *args: Any, **ids: Any) -> Any:
        """Do what a POST asks for; the new row."""
        raise NotImplementedError

    def of_key(self, *args: Any, **ids: Any) -> Any:
        """The row that was made when the request came first, if the person still sees it; raises Http404."""
        return self.opened([reached_or_404(self.rows(**ids), pk=args[0])])[0]

    def get(self, request: Request, **ids: Any) -> Response:
        """A page of them."""
        self.asked()  # what is not known here is refused before any row is touched
        pages = Pages(self.order)
        page = self.opened(pages.paginate_queryset(self.rows(**ids), request, view=self) or [])
        self.looked(page, **ids)
        return pages.get_paginated_response(self.shows(page, many=True, context={"request": request}).data)

    def post(self, request: Request, **ids: Any) -> Response:
        """Make one; with an Idempotency-Key never twice."""
        self.check_query()
        key, what = once.asked(request)
        before = once.made_before(self.person, key, what)
        if before is None:
            row = self.made(**ids)
            once.keep(self.person, key, what, row.pk)
        else:
            row = self.of_key(before, **ids)
        answer = self.shown(row)
        answer.status_code = 201
        answer["Location"] = self.address.format(here=request.path, pk=row.pk)
        if before is not None:
            answer["Idempotency-Replayed"] = "true"
        return answer


class Row(Endpoint):
    """One row with GET; with PATCH (`change`) a part of it, by who has seen it as it is."""

    def row(self, *args: Any, **ids: Any) -> Any:
        """The row, if the person may see it; raises Http404."""
        raise NotImplementedError

    def to_change(self, *args: Any, **ids: Any) -> Any:
        """The same, if they may change it, with nobody else at it."""
        raise NotImplementedError

    def looked(self, *args: Any, **ids: Any) -> None:
        """Put on record that it was shown."""
        raise NotImplementedError

    def change(self, row: Any) -> Any:
        """Do what a PATCH asks for; the row as it is then."""
        raise NotImplementedError

    def get(self, request: Request, **ids: Any) -> Response:
        """The row."""
        self.check_query()
        row = self.row(**ids)
        self.looked(row)
        return self.shown(row)

    def patch(self, request: Request, **ids: Any) -> Response:
        """The row, changed."""
        self.check_query()
        row = self.to_change(**ids)
        self.check_seen(row)
        return self.shown(self.change(row))


class Deed(Endpoint):
    """Something is done to a row with POST; the answer is the row then."""

    def done(self, *args: Any, **ids: Any) -> Any:
        """Do it; the row as it is then. Raises Http404 and what the rules refuse."""
        raise NotImplementedError

    def post(self, request: Request, **ids: Any) -> Response:
        """The row, after it was done."""
        self.check_query()
        return self.shown(self.done(**ids))
