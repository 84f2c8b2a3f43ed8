"""The order of a payment as paper, in Azerbaijani, as the centre's books are kept."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import papers
from aidcenter.templatetags.ui import azn, dmy
from rehabilitation.models import Payment

LANGUAGE = "az"


def pdf(payment: Payment) -> bytes:
    """The order: to whom, how much, who approved it, and lines to sign."""
    with override(LANGUAGE):
        title, who = _("Payment order"), payment.decided_by
        rows = [
            (_("By order"), f"{payment.order_number}, {dmy(payment.order_on)}"),
            (_("Case"), payment.number),
            (_("Kind"), payment.get_kind_display()),  # type: ignore[attr-defined]
            (_("Amount"), azn(payment.amount)),
            (_("Made out to"), payment.payee),
            (_("Approved by"), f"{who.display_name if who else ''}, {dmy(payment.decided_at)}"),
        ]
        if payment.state == "paid":
            rows.append((_("Paid"), f"{dmy(payment.paid_on)}, {payment.document_number}"))
        data = {
            "title": title,
            "foot": f"{title} · {payment.number}",
            "facts": rows,
            "signatures": _("Signatures"),
            "signers": [_("Director"), _("Accountant"), _("Received by")],
        }
        return papers.pdf("payment", data, LANGUAGE)
