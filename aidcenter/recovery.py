"""A lost second factor: any two of the supervisors and the director vouch for the person.

It begins behind the password, in the browser that will go on: there a number is shown, which the
person reads out to both, and there alone the way in opens when both have confirmed.
"""

import secrets
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.context import act, acting_as
from aidcenter.duties import Duty
from aidcenter.models import Recovery, Staff
from aidcenter.roles import Verb, may
from aidcenter.signin import FACTORS, fresh_factor_first

LASTS = timedelta(hours=24)
MINE, CODE = "recovery", "recovery_code"  # in the session of the browser that asked
DIGITS = 6


def open_recoveries() -> QuerySet[Recovery]:
    """Those that can still be confirmed or used."""
    return Recovery.objects.filter(ended_at__isnull=True, asked_at__gt=Now() - LASTS)


def _hashed(code: str, recovery: uuid.UUID) -> str:
    return salted_hmac(f"recovery|{recovery}", code, algorithm="sha256").hexdigest()


@act
def ask(*, by: Staff) -> tuple[Recovery, str]:
    """A new recovery of `by`, whose password was right, and the number to read out."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    made = Recovery(person=by)
    made.code = _hashed(code, made.pk)
    made.save()
    audit.record("recovery.ask", by=by, ids=[made.pk])
    return made, code


@act
def confirm(recovery: Recovery, *, code: str, by: Staff) -> None:
    """Vouch for the person who read out `code`; the database takes two different others."""
    if by.pk in (recovery.person_id, recovery.first_by_id):
        raise ValidationError(_("Two others confirm, each for themselves."))
    if not constant_time_compare(_hashed(code, recovery.pk), recovery.code):
        raise ValidationError({"code": _("This is not the number that the person sees.")})
    column = "second_by" if recovery.first_by_id else "first_by"
    rows = open_recoveries().filter(pk=recovery.pk, **{f"{column}__isnull": True})
    if not rows.update(**{column: by}):
        raise ValidationError(_("This was confirmed already."))
    audit.record("recovery.confirm", by=by, ids=[recovery.pk], person=recovery.person_id)


@act
def end(recovery: Recovery, *, by: Staff) -> None:
    """Forget the lost factors of `by`; new ones are set up at once."""
    rows = open_recoveries().filter(pk=recovery.pk, person=by, second_by__isnull=False)
    if not rows.update(ended_at=timezone.now()):
        raise ValidationError(_("Two colleagues have to confirm first."))
    Authenticator.objects.filter(user=by).delete()
    audit.record("recovery.end", by=by, ids=[recovery.pk])


# --- the person who lost it -----------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def lost_factor(request: HttpRequest) -> HttpResponse:
    """Between password and second factor: ask, wait, and go on."""
    stage = get_pending_stage(request)
    if stage is None or stage.login.user is None:
        return redirect("account_login")
    person: Any = stage.login.user
    with acting_as(person.pk):
        rows = open_recoveries().filter(person=person, pk=request.session.get(MINE) or uuid.uuid4())
        mine = rows.select_related("first_by", "second_by").first()
        if request.method == "POST":
            if mine is None:
                mine, code = ask(by=person)
                request.session[MINE], request.session[CODE] = str(mine.pk), code
            elif mine.second_by_id:
                end(mine, by=person)
                del request.session[MINE], request.session[CODE]
                return stage.exit()  # signed in; without a factor only its set-up is open
            return redirect("lost_factor")
    return render(request, "account/lost_factor.html", {"mine": mine, "code": request.session.get(CODE)})


# --- those who vouch ------------------------------------------------------------------------


class CodeForm(forms.Form):
    """The number that the person reads out."""

    code = forms.CharField(
        label=gettext_lazy("The number that the person sees"),
        help_text=gettext_lazy("Let it be read out to you face to face, or on a phone whose voice you know."),
        max_length=20,
        widget=forms.TextInput({"class": "in-10", "autocomplete": "off", "inputmode": "numeric"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CONFIRM_RECOVERY)
def vouch(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm, after a fresh second factor, that it is really this person."""
    rows = open_recoveries().exclude(person=request.user).select_related("person", "first_by")
    recovery = get_object_or_404(rows, pk=pk)
    if first := fresh_factor_first(request):
        return first
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                confirm(recovery, code=form.cleaned_data["code"], by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Your word is on record."))
            return HttpResponseRedirect("/")
    return render(request, "staff/vouch.html", {"recovery": recovery, "form": form})


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """Who waits for one's word, and one's own second way in."""
    if may(person, Verb.CONFIRM_RECOVERY):
        waiting = open_recoveries().filter(second_by__isnull=True)
        for row in waiting.exclude(Q(person=person) | Q(first_by=person)).select_related("person"):
            yield Duty(
                due_on=today,
                title=_("%(name)s lost the second factor") % {"name": row.person.display_name},
                detail=_("Two of you confirm that it is really this person"),
                url=reverse("recovery", args=[row.pk]),
                act=_("Confirm"),
                alarm=True,
            )
    kinds = list(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    if kinds and sum(kind in FACTORS for kind in kinds) < 2:
        yield Duty(
            due_on=today,
            title=_("Set up a second way to sign in"),
            detail=_("A phone is lost easily; a security key or passkey lets you in then"),
            url=reverse("mfa_index"),
            act=_("Set up"),
        )
    if kinds and Authenticator.Type.RECOVERY_CODES not in kinds:
        yield Duty(
            due_on=today,
            title=_("Print your ten one-time codes"),
            detail=_("Each opens your account once"),
            url=reverse("mfa_generate_recovery_codes"),
            act=_("Print"),
        )
