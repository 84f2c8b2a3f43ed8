"""Where cases stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from aidcenter.roles import Verb
from aidcenter.shell import NavItem


def navigation() -> list[NavItem]:
    """The list, and the button to register."""
    return [
        NavItem(_("Cases"), "cases:list", "folder", Verb.LIST_CASES, "/cases/", key="c"),
        NavItem(
            _("Register a person"),
            "cases:register",
            "user-plus",
            Verb.REGISTER_VICTIM,
            "/cases/new/",
            primary=True,
        ),
        NavItem(_("People"), "staff:people", "users", Verb.VIEW_STAFF, "/staff/"),
        NavItem(
            _("Settings"), "staff:settings", "sliders-horizontal", Verb.VIEW_SETTINGS, "/staff/settings/"
        ),
        NavItem(
            _("Questionnaire"), "cases:questions", "list-checks", Verb.EDIT_QUESTIONS, "/cases/questions/"
        ),
        NavItem(
            _("Consent texts"),
            "cases:consent_texts",
            "file-pen",
            Verb.EDIT_CONSENT_TEXTS,
            "/cases/consent-texts/",
        ),
        NavItem(_("Providers"), "cases:providers", "handshake", Verb.EDIT_PROVIDERS, "/cases/providers/"),
        NavItem(_("Enquiries"), "cases:enquiries", "message-circle", Verb.TAKE_ENQUIRY, "/cases/enquiries/"),
        NavItem(_("Old cases"), "cases:imports", "upload", Verb.IMPORT_CASES, "/cases/import/"),
        NavItem(_("Absence"), "cases:absence", "calendar-off", Verb.PLAN_ABSENCE, "/cases/absence/"),
        NavItem(_("Urgent access"), "cases:urgent", "siren", Verb.URGENT_ACCESS, "/cases/urgent/"),
    ]
