"""The people of the partners, for the administrator, who sees no referral."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard
from aidcenter.forms import tried
from aidcenter.models import Staff
from aidcenter.roles import Verb
from aidcenter.signin import fresh_factor_first
from referrals import partner_members
from referrals.models import PartnerMember
from referrals.partner_forms import MemberForm


@require_GET
@guard(Verb.EDIT_PARTNERS)
def members(request: StaffRequest) -> HttpResponse:
    """Who signs in for which partner, those who left last."""
    rows = PartnerMember.objects.select_related("staff", "provider")
    rows = rows.order_by("-staff__is_active", "provider__name", "staff__display_name")
    audit.record("partner.members", by=request.user)
    return render(request, "referrals/members.html", {"members": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.EDIT_PARTNERS)
def new(request: StaffRequest) -> HttpResponse:
    """Give somebody of a partner an account, after a fresh second factor; the answer shows the password."""
    if first := fresh_factor_first(request):
        return first
    form, made = MemberForm(request.POST or None), list[tuple[Staff, str]]()
    if form.is_valid() and tried(
        form, lambda: made.append(partner_members.add(form.cleaned_data, by=request.user))
    ):
        (person, password), provider = made[0], form.cleaned_data["provider"]
        context = {"person": person, "password": password, "provider": provider}
        return render(request, "referrals/member_made.html", context)
    audit.record("partner.members", by=request.user)
    return render(request, "referrals/member.html", {"form": form})
