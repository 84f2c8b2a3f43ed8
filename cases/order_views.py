"""Pages of orders that stop access to a case: entering one, and putting it in force."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from aidcenter import audit
from aidcenter.access import StaffRequest, guard, reached_or_404
from aidcenter.forms import Text, day, pick, typed
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import orders
from cases.document_views import ENDINGS, handed_out
from cases.models import AccessOrder, Case
from cases.reached import changeable

LONGEST = 500  # characters of the answer


class Keepers(forms.ModelMultipleChoiceField):
    """Supervisors, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Their name."""
        return str(obj.display_name)


class OrderForm(forms.Form):
    """What the order says, its scan, and who keeps the case."""

    body = pick("order_body", radio=True, label=gettext_lazy("Who ordered"))
    name = Text(label=gettext_lazy("Name of the court or office"), max_length=200, required=True)
    number = Text(label=gettext_lazy("Number of the order"), max_length=50, required=True)
    ordered_on = day(label=gettext_lazy("Date of the order"))
    scan = forms.FileField(
        label=gettext_lazy("Scan of the order"),
        widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png,.webp", "class": "form-control"}),
        help_text=gettext_lazy("PDF, JPEG, PNG or WebP; it is kept among the documents of the case."),
    )
    keepers = Keepers(
        Staff.objects.none(),
        label=gettext_lazy("Who keeps the case meanwhile"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "One to three supervisors. A supervisor who puts the order in force is one too."
        ),
    )

    def __init__(self, *args: Any, case: Case, lifts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if lifts:
            del self.fields["keepers"]
        else:
            people: Any = self.fields["keepers"]
            people.queryset = able = orders.may_keep(case)
            people.initial = able if len(able) == 1 else None

    def order(self) -> orders.Order:
        """What was typed."""
        said = dict(self.cleaned_data)
        return orders.Order(**said | {"scan": said["scan"].read(), "keepers": tuple(said.get("keepers", ()))})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CHANGE_CASE)
def enter(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Enter the order that stops access, or the one that lifts it."""
    case = changeable(request, pk)
    found = orders.current(case)
    waiting = next((order for order in found if not order.decided_at), None)
    stops = next((order for order in found if order.in_force), None)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = OrderForm(*sent, case=case, lifts=stops is not None)
    if request.method == "POST" and form.is_valid() and _entered(request, case, form):
        return redirect("cases:detail", case.pk)
    returned = case.orders.filter(approved=False).select_related("decided_by").first()
    audit.record("order.form", by=request.user, case=case.pk)
    context = {"form": form, "case": case, "waiting": waiting, "stops": stops, "returned": returned}
    return render(request, "cases/order_new.html", context)


def _entered(request: StaffRequest, case: Case, form: OrderForm) -> bool:
    try:
        orders.ask(case, form.order(), by=request.user)
    except ValidationError as refusal:
        for name, texts in getattr(refusal, "message_dict", {None: refusal.messages}).items():
            form.add_error("scan" if name == "file" else name, texts)
        return False
    messages.success(request, _("The order is entered; a supervisor or the director puts it in force."))
    return True


def _to_decide(pk: uuid.UUID, *, lock: bool = False) -> AccessOrder:
    rows = orders.to_decide()
    return reached_or_404(rows.select_for_update(of=("self",)) if lock else rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(Verb.CONFIRM_ORDER)
def decide(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Read the order with its scan, and put it in force, or return it."""
    order = _to_decide(pk, lock=request.method == "POST")
    verdict = request.POST.get("verdict", "")
    if verdict in ("approve", "return"):
        try:
            answer = typed(request, "answer", LONGEST)
            orders.decide(order, approved=verdict == "approve", answer=answer, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _said(order))
            return redirect("home")
    audit.record("order.view", by=request.user, ids=[order.pk])
    keepers = Staff.objects.filter(pk__in=order.keepers).order_by("display_name")
    return render(request, "cases/order.html", {"order": order, "keepers": keepers})


def _said(order: AccessOrder) -> str:
    if not order.approved:
        return _("Returned.")
    return _("Access is open again.") if order.lifts else _("Access is stopped from now on.")


@require_GET
@guard(Verb.CONFIRM_ORDER)
def scan(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The scan of an order that one is to decide."""
    order = _to_decide(pk)
    kind = order.document.type
    name = f"{order.number}-{str(order.pk)[:8]}.{ENDINGS[kind]}"
    return handed_out(orders.scan_of(order, by=request.user), kind, f'attachment; filename="{name}"')
