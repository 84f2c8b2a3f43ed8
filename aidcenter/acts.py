"""The acts that are put on record, and what each is called on the screen."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "sign_in": _("signed in"),
    "sign_in.failed": _("failed to sign in"),
    "sign_out": _("signed out"),
    "home": _("opened the day's work"),
    "refused": _("was refused"),
    "case.list": _("listed cases"),
    "case.view": _("opened a case"),
    "case.register": _("registered a person"),
    "case.change": _("changed a case"),
    "case.move": _("moved a case on"),
    "age.correct": _("corrected an age"),
    "home.confirm": _("confirmed that telling a home district is safe"),
    "service.form": _("opened the form of a service"),
    "service.record": _("recorded a service"),
    "notification.list": _("listed notifications"),
    "notification.view": _("opened a notification"),
    "notification.acknowledge": _("acknowledged a notification"),
    "notification.decide": _("recorded a decision"),
    "notification.cancel": _("cancelled a notification"),
    "statistics": _("opened the statistics"),
    "audit.view": _("read this record"),
}
