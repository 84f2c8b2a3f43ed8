"""Courts and papers: proceedings, what was disclosed to whom, identity papers, belongings held."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.roles import Role
from cases.models.kept import Kept


def _money(label: Any) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(label, max_digits=12, decimal_places=2, null=True, blank=True)


class Proceeding(Kept):
    """A criminal, civil or administrative proceeding in which the person has a role; amounts in AZN."""

    kind = CodeField("proceeding_kind", verbose_name=_("kind"))
    role = CodeField("proceeding_role", verbose_name=_("role of the person"))
    body = Encrypted(verbose_name=_("court or body"))
    number = Encrypted(verbose_name=_("number"))
    lawyer = Encrypted(verbose_name=_("lawyer"))
    next_hearing = models.DateTimeField(_("next hearing"), null=True, blank=True)
    hearing_place = Encrypted(verbose_name=_("where"))
    measures = Encrypted(verbose_name=_("protective measures"))
    claimed = _money(_("compensation claimed"))
    awarded = _money(_("compensation awarded"))
    paid = _money(_("compensation paid"))
    outcome = Encrypted(verbose_name=_("outcome"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta(Kept.Meta):
        abstract = False
        verbose_name = _("proceeding")


class Disclosure(Kept):
    """Who asked for information about the person, on what basis, and what was given."""

    asked_on = models.DateField(_("asked on"))
    asked_by = Encrypted(verbose_name=_("who asked"))
    basis = CodeField("disclosure_basis", verbose_name=_("basis"))
    document_number = Encrypted(verbose_name=_("number of the order or request"))
    given = Encrypted(verbose_name=_("what was given"))
    given_on = models.DateField(_("given on"), null=True, blank=True)
    approved_by = models.ForeignKey(
        Staff,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who approved it"),
        limit_choices_to={"is_active": True, "role__in": [Role.SUPERVISOR, Role.DIRECTOR]},
    )
    without_consent = Encrypted(verbose_name=_("why it was given without consent"))

    class Meta(Kept.Meta):
        abstract = False
        verbose_name = _("disclosure")


class IdentityPaper(Kept):
    """An identity paper or a permit; its end is asked about 30 days before."""

    kind = CodeField("paper_kind", verbose_name=_("kind"))
    number = Encrypted(verbose_name=_("number"))
    country = CodeField("country", verbose_name=_("issued by"), blank=True)
    ends_on = models.DateField(_("valid until"), null=True, blank=True)
    where = Encrypted(verbose_name=_("where it is"))
    replaced = models.BooleanField(_("replaced by a new one, or no longer needed"), default=False)

    class Meta(Kept.Meta):
        abstract = False
        verbose_name = _("identity paper")


class Belonging(Kept):
    """Something of the person that the centre holds."""

    what = Encrypted(verbose_name=_("what"))
    received_on = models.DateField(_("received on"))
    receipt = Encrypted(verbose_name=_("number of the receipt"))
    asked_back_on = models.DateField(_("asked back on"), null=True, blank=True)
    returned_on = models.DateField(_("returned on"), null=True, blank=True)

    class Meta(Kept.Meta):
        abstract = False
        verbose_name = _("belonging")
