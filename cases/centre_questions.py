"""The questions that no law or order has answered: each with its default, what holds, and who changes it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.templatetags.ui import azn
from cases import centre
from cases.centre import ALL, LADDER, Setting

InWords = Callable[[Setting, Decimal], str]


@dataclass(frozen=True)
class Question:
    """What is asked, what is done until it is answered, what holds now, and who changes it and how."""

    asks: str
    default: str
    now: list[str]
    who: str
    link: str = ""


def questions(in_words: InWords) -> list[Question]:
    """The open questions of DOMAIN.md section 8, in its order."""

    def now(*keys: str) -> list[str]:
        return [f"{ALL[key].label}: {in_words(ALL[key], centre.value(key))}" for key in keys]

    here = _("The administrator, on this page.")
    program = _("A change of the program, once the answer is known.")
    return [
        Question(
            _("How fast “immediately” is, on which way and in which form a child is notified"),
            _("At once, to both state bodies, of potential victims too"),
            [_told(), *now(*LADDER)],
            _(
                "The administrator: the steps on this page, the ways with each body. "
                "Whoever runs the system: who is told of (NOTIFY_POTENTIAL)."
            ),
            "#ladder",
        ),
        Question(
            _("Whether the police are told of an adult who does not agree"),
            _("Never"),
            [_("Never: the program has no way to do it.")],
            program,
        ),
        Question(
            _("How long somebody stays in a house, and who extends it"),
            _("30 days, a child 60; longer when a supervisor or the director approves"),
            now("STAY_DAYS_ADULT", "STAY_DAYS_CHILD"),
            here,
            "#limits",
        ),
        Question(
            _("How much the allowance for reintegration is, and for how long it is paid"),
            _("700 AZN, once"),
            [*now("ALLOWANCE_AZN"), _("Paid once to a person; other payments have an amount of their own.")],
            here,
            "#limits",
        ),
        Question(
            _("The official form of the plan (annex of Decision 62)"),
            _("The form of this program, as a table, in three languages"),
            [_("The form of this program; its versions keep what was signed.")],
            program,
        ),
        Question(
            _("How long cases are kept, and when they are sealed"),
            _("Kept for ever; sealed by an order of a court or prosecutor"),
            [_("Nothing is erased by itself. Access stops by order.")],
            program,
        ),
        Question(
            _("What the commission on minors is called today"),
            codelists.label_in("mandatory_recipient", "minors_commission", "az"),
            [_("Each body has its name from a day on; letters say the name of their day.")],
            _("The administrator, for all bodies of a kind at once."),
            reverse("authorities:rename_all"),
        ),
    ]


def _told() -> str:
    if settings.NOTIFY_POTENTIAL:
        return _("At once, both bodies, potential victims too.")
    return _("At once, both bodies, only of victims who are identified.")


def installed() -> list[tuple[str, str, str]]:
    """(what, value, name) of what only the installation says."""
    minutes, hours = settings.IDLE_SECONDS // 60, settings.SHIFT_SECONDS // 3600
    statuses = ", ".join(str(codelists.label("victim_status", code)) for code in settings.PAYMENT_STATUSES)
    return [
        (_("Bodies are told of potential victims"), _("yes") if settings.NOTIFY_POTENTIAL else _("no"),
         "NOTIFY_POTENTIAL"),
        (_("Hour of the daily mail"), settings.DAILY_MAIL_AT, "DAILY_MAIL_AT"),
        (_("Cases that one person takes out in a day without a second"), str(settings.EXPORT_ALONE),
         "EXPORT_ALONE"),
        (_("Figures below this are suppressed"), str(settings.SUPPRESS_BELOW), "SUPPRESS_BELOW"),
        (_("Minutes without an act until the page is locked"), str(minutes), "IDLE_SECONDS"),
        (_("Hours of a shift, until one signs in anew"), str(hours), "SHIFT_SECONDS"),
        (_("The most of one payment"), azn(settings.PAYMENT_MOST_AZN), "PAYMENT_MOST_AZN"),
        (_("Above this the director decides a payment"), azn(settings.PAYMENT_DIRECTOR_ABOVE_AZN),
         "PAYMENT_DIRECTOR_ABOVE_AZN"),
        (_("Who is entitled to payments"), statuses, "PAYMENT_STATUSES"),
        (_("Days that a partner reads what has ended"), str(settings.PARTNER_OPEN_DAYS), "PARTNER_OPEN_DAYS"),
        (_("Days between two mails about a referral"), str(settings.PARTNER_REMIND_DAYS),
         "PARTNER_REMIND_DAYS"),
    ]  # fmt: skip
