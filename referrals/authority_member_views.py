"""The members of a state body, for the administrator: accounts, sealed codes, who stands in."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import sent
from aidcenter.roles import Verb
from aidcenter.signin import fresh_factor_first
from cases.envelopes import Envelope
from referrals import authority_members
from referrals.authority_forms import AwayForm, MemberForm
from referrals.models import Commission, Member, MemberAway


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def new(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Give a member an account, after a fresh second factor; the answer is printed and sealed."""
    row = get_object_or_404(Commission, pk=pk)
    if first := fresh_factor_first(request):
        return first
    form, made = MemberForm(request.POST or None), list[Envelope]()
    if sent(form, lambda said: made.append(authority_members.add(row, said, by=request.user))):
        return render(request, "referrals/envelope.html", {"body": row, "envelope": made[0]})
    audit.record("commission.form", by=request.user, ids=[row.pk])
    context = {"body": row, "form": form, "title": _("New member"), "button": _("Make the account")}
    return render(request, "referrals/body_form.html", context)


def _member(pk: int) -> Member:
    rows = Member.objects.people().select_related("staff", "commission")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def codes(request: StaffRequest, pk: int) -> HttpResponse:
    """Ten new codes for a member, after a fresh second factor; the old ones end."""
    member = _member(pk)
    if first := fresh_factor_first(request):
        return first
    if request.method == "POST":
        envelope = authority_members.reissue(member, by=request.user)
        return render(request, "referrals/envelope.html", {"body": member.commission, "envelope": envelope})
    audit.record("commission.form", by=request.user, ids=[member.commission_id])
    return render(request, "referrals/codes.html", {"member": member})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_COMMISSIONS)
def away(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that a member is away, and who stands in."""
    member = _member(pk)
    form = AwayForm(request.POST or None, member=member)
    if sent(form, lambda said: authority_members.plan(member, by=request.user, **said)):
        said = {"name": member.staff.display_name, "deputy": form.cleaned_data["deputy"].staff.display_name}
        messages.success(request, _("%(deputy)s stands in for %(name)s.") % said)
        return redirect("authorities:body", member.commission_id)
    audit.record("commission.form", by=request.user, ids=[member.commission_id])
    context = {"body": member.commission, "form": form, "title": _("Absence"), "who": member.staff}
    return render(request, "referrals/body_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.RECEIVE_NOTIFICATION)
def mine(request: StaffRequest) -> HttpResponse:
    """A member says when they are away, and who of the body stands in."""
    member = get_object_or_404(Member.objects.select_related("commission", "staff"), staff=request.user)
    form = AwayForm(request.POST or None, member=member)
    if sent(form, lambda said: authority_members.plan(member, by=request.user, **said)):
        said = {"deputy": form.cleaned_data["deputy"].staff.display_name}
        messages.success(request, _("%(deputy)s stands in for you.") % said)
        return redirect("authorities:mine")
    audit.record("commission.form", by=request.user, ids=[member.commission_id])
    rows = authority_members.open_aways().filter(member=member)
    alone = not authority_members.deputies(member).exists()
    return render(request, "referrals/away.html", {"form": form, "aways": rows, "alone": alone})


@require_POST
@guard(Verb.RECEIVE_NOTIFICATION)
def mine_back(request: StaffRequest, pk: int) -> HttpResponse:
    """The member is back."""
    rows = MemberAway.objects.select_related("member__staff", "deputy__staff")
    authority_members.back(get_object_or_404(rows, pk=pk, member__staff=request.user), by=request.user)
    messages.success(request, _("The absence has ended."))
    return redirect("authorities:mine")


@require_POST
@guard(Verb.EDIT_COMMISSIONS)
def back(request: StaffRequest, pk: int) -> HttpResponse:
    """The member is back."""
    row = get_object_or_404(MemberAway.objects.select_related("member__staff", "deputy__staff"), pk=pk)
    authority_members.back(row, by=request.user)
    messages.success(request, _("The absence has ended."))
    return redirect("authorities:body", row.member.commission_id)
