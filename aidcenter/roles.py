"""What a role may do: the verbs, the roles, and one sentence for each pair that a director can read.

A verb says *what*; which rows it may be done to is `aidcenter/access.py`.
"""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Verb(StrEnum):
    """Something a person may do; each view names one."""

    SEE_HOME = "see_home"
    HEAR_EVENTS = "hear_events"
    LIST_CASES = "list_cases"
    EXPORT_CASES = "export_cases"
    APPROVE_EXPORT = "approve_export"
    VIEW_CASE = "view_case"
    REGISTER_VICTIM = "register_victim"
    TAKE_ENQUIRY = "take_enquiry"
    IMPORT_CASES = "import_cases"
    CHANGE_CASE = "change_case"
    ADD_NOTE = "add_note"
    VIEW_INCIDENT = "view_incident"
    END_INCIDENT = "end_incident"
    RECORD_SERVICE = "record_service"
    VIEW_CALENDAR = "view_calendar"
    EDIT_ROOMS = "edit_rooms"
    WRITE_PLAN = "write_plan"
    APPROVE_PLAN = "approve_plan"
    VIEW_PLAN_FIGURES = "view_plan_figures"
    EDIT_TEMPLATES = "edit_templates"
    ASK_PAYMENT = "ask_payment"
    APPROVE_PAYMENT = "approve_payment"
    VIEW_PAYMENTS = "view_payments"
    PAY = "pay"
    EDIT_CATALOGUE = "edit_catalogue"
    EDIT_PROVIDERS = "edit_providers"
    DECIDE_AGE = "decide_age"
    APPROVE_CLOSING = "approve_closing"
    CONFIRM_HOME = "confirm_home"
    CONFIRM_ORDER = "confirm_order"
    SHARE_CASE = "share_case"
    ASSIGN_CASE = "assign_case"
    URGENT_ACCESS = "urgent_access"
    REVIEW_URGENT = "review_urgent"
    PLAN_ABSENCE = "plan_absence"
    VIEW_HOUSE = "view_house"
    PLAN_ROSTER = "plan_roster"
    EDIT_BEDS = "edit_beds"
    APPROVE_STAY = "approve_stay"
    VIEW_OCCUPANCY = "view_occupancy"
    CONFIRM_RECOVERY = "confirm_recovery"
    VIEW_NOTIFICATION = "view_notification"
    RECORD_CALL = "record_call"
    CANCEL_NOTIFICATION = "cancel_notification"
    RELEASE_NOTIFICATION = "release_notification"
    ANSWER_BODY = "answer_body"
    APPROVE_FIELD = "approve_field"
    RECEIVE_NOTIFICATION = "receive_notification"
    SEE_TROUBLE = "see_trouble"
    VIEW_FIGURES = "view_figures"
    EXPORT_FIGURES = "export_figures"
    VIEW_REPORT = "view_report"
    SEND_REPORT = "send_report"
    REFER = "refer"
    ANSWER_REFERRAL = "answer_referral"
    EDIT_PARTNERS = "edit_partners"
    VIEW_COMMISSIONS = "view_commissions"
    EDIT_COMMISSIONS = "edit_commissions"
    RUN_DRILL = "run_drill"
    VIEW_STATISTICS = "view_statistics"
    VIEW_EXACT_STATISTICS = "view_exact_statistics"
    VIEW_STAFF = "view_staff"
    EDIT_STAFF = "edit_staff"
    CONFIRM_STAFF = "confirm_staff"
    END_STAFF = "end_staff"
    VIEW_SETTINGS = "view_settings"
    EDIT_SETTINGS = "edit_settings"
    EDIT_QUESTIONS = "edit_questions"
    EDIT_CONSENT_TEXTS = "edit_consent_texts"
    VIEW_AUDIT = "view_audit"


class Role(TextChoices):
    """Whom the centre employs or answers to; a person has one."""

    CASEWORKER = "caseworker", _("caseworker")
    SPECIALIST = "specialist", _("specialist")
    SUPERVISOR = "supervisor", _("supervisor")
    DIRECTOR = "director", _("director")
    STATISTICIAN = "statistician", _("statistician")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")
    COMMISSION_MEMBER = "commission_member", _("member of a state body")
    HOUSE = "house", _("duty officer of the house")
    ACCOUNTANT = "accountant", _("accountant")
    PARTNER = "partner", _("member of a partner")


# They reach cases, or vouch and decide for others: two people let somebody into them.
BY_TWO = (Role.CASEWORKER, Role.SPECIALIST, Role.SUPERVISOR, Role.DIRECTOR, Role.HOUSE)
OUTSIDE = (Role.COMMISSION_MEMBER, Role.PARTNER)  # of another organisation; their accounts are given there
IN_TEAMS = (Role.CASEWORKER, Role.SUPERVISOR)

_HOME = {Verb.SEE_HOME: _("sees what is owed today")}

_EVENTS = {Verb.HEAR_EVENTS: _("has an own program told, in ids, of what happens in cases that they read")}

MATRIX: dict[str, dict[Verb, object]] = {
    Role.CASEWORKER: {
        **_HOME,
        **_EVENTS,
        Verb.LIST_CASES: _("lists the cases given to them"),
        Verb.EXPORT_CASES: _("takes that list out as an encrypted file; a long one when another approves"),
        Verb.VIEW_CASE: _("reads the cases given to them"),
        Verb.REGISTER_VICTIM: _("registers a victim and opens the case"),
        Verb.TAKE_ENQUIRY: _("keeps enquiries that become no case, without who asked"),
        Verb.CHANGE_CASE: _("works on the cases given to them to change"),
        Verb.ADD_NOTE: _("adds notes to a case that they read"),
        Verb.VIEW_INCIDENT: _("reports incidents, and follows those of their cases"),
        Verb.END_INCIDENT: _("ends an incident with an outcome"),
        Verb.SHARE_CASE: _("shares such a case with a colleague, or offers it to one"),
        Verb.URGENT_ACCESS: _("opens a case urgently, for an hour, and the supervisor is told"),
        Verb.PLAN_ABSENCE: _("says when they are away and who stands in for them"),
        Verb.RECORD_SERVICE: _("records a service delivered in such a case"),
        Verb.VIEW_CALENDAR: _("sees when colleagues and rooms are taken; by what, in cases that they read"),
        Verb.WRITE_PLAN: _("draws up the plan of such a case, hands it in, and keeps how it gets on"),
        Verb.ASK_PAYMENT: _("asks for a payment in such a case, and cancels one that is not paid"),
        Verb.VIEW_NOTIFICATION: _("follows the notifications of their cases"),
        Verb.RECORD_CALL: _("telephones a body about a child of their cases, and records it"),
        Verb.ANSWER_BODY: _("says what the bodies are told, answers them, and records their papers"),
        Verb.VIEW_FIGURES: _("counts the services in the cases that they read"),
        Verb.EXPORT_FIGURES: _(
            "takes these figures out, and fetches the encrypted files that they asked for"
        ),
        Verb.REFER: _("asks a partner to help in such a case, and sees what leaves for it"),
    },
    Role.SPECIALIST: {
        **_HOME,
        **_EVENTS,
        Verb.LIST_CASES: _("lists the cases shared with them"),
        Verb.VIEW_CASE: _("reads the cases shared with them"),
        Verb.ADD_NOTE: _("adds notes to a case that they read, and to the sections they read"),
        Verb.VIEW_INCIDENT: _("reports incidents in a case that they read"),
        Verb.RECORD_SERVICE: _("records the services that they give in a case that they read"),
        Verb.VIEW_CALENDAR: _("sees when colleagues and rooms are taken; by what, in cases that they read"),
        Verb.URGENT_ACCESS: _("opens a case urgently, for an hour, and the supervisor is told"),
        Verb.VIEW_FIGURES: _("counts the services in the cases that they read"),
        Verb.EXPORT_FIGURES: _(
            "takes these figures out, and fetches the encrypted files that they asked for"
        ),
    },
    Role.SUPERVISOR: {
        **_HOME,
        **_EVENTS,
        Verb.SEE_TROUBLE: _("is told on every page when notifications do not get through"),
        Verb.LIST_CASES: _("lists the cases of the team"),
        Verb.EXPORT_CASES: _("takes that list out as an encrypted file; a long one when another approves"),
        Verb.APPROVE_EXPORT: _("decides whether somebody else takes a long list out, without reading it"),
        Verb.VIEW_CASE: _("reads the cases of the team"),
        Verb.REGISTER_VICTIM: _("registers a victim and opens the case"),
        Verb.TAKE_ENQUIRY: _("keeps enquiries that become no case, without who asked"),
        Verb.IMPORT_CASES: _(
            "brings in old cases from a spreadsheet, for the team's caseworkers and themselves"
        ),
        Verb.CHANGE_CASE: _("works on the cases of the team"),
        Verb.ADD_NOTE: _("adds notes to a case that they read"),
        Verb.VIEW_INCIDENT: _("is told of serious incidents, and follows those of the team"),
        Verb.END_INCIDENT: _("ends an incident with an outcome"),
        Verb.SHARE_CASE: _("shares a case of the team with a colleague"),
        Verb.ASSIGN_CASE: _("gives a case of the team to another caseworker"),
        Verb.URGENT_ACCESS: _("opens a case urgently, for an hour, and its supervisor is told"),
        Verb.PLAN_ABSENCE: _("says when they or somebody of the team is away and who stands in"),
        Verb.PLAN_ROSTER: _("says who has duty in which house, and reads the logs of the shifts"),
        Verb.EDIT_BEDS: _("keeps the list of the houses and their beds"),
        Verb.EDIT_ROOMS: _("keeps the list of the rooms"),
        Verb.APPROVE_STAY: _(
            "decides whether somebody stays longer in a house, when another has asked for it"
        ),
        Verb.VIEW_OCCUPANCY: _("sees how the houses are filled, and who of the team is to leave"),
        Verb.REVIEW_URGENT: _("reviews who opened a case urgently"),
        Verb.CONFIRM_RECOVERY: _("vouches, with another, for somebody who lost the second factor"),
        Verb.CONFIRM_STAFF: _(
            "puts in force who begins, or changes role or team, when an administrator asks"
        ),
        Verb.VIEW_SETTINGS: _("reads the settings of the centre, and the questions that are open"),
        Verb.RECORD_SERVICE: _("records a service delivered in such a case"),
        Verb.VIEW_CALENDAR: _("sees when colleagues and rooms are taken; by what, in cases that they read"),
        Verb.WRITE_PLAN: _("draws up the plan of such a case, hands it in, and keeps how it gets on"),
        Verb.ASK_PAYMENT: _("asks for a payment in such a case, and cancels one that is not paid"),
        Verb.APPROVE_PLAN: _("approves or returns a plan that somebody else has written"),
        Verb.APPROVE_PAYMENT: _("approves or returns a payment that somebody else has asked for"),
        Verb.VIEW_PLAN_FIGURES: _("reads how the plans of the team get on"),
        Verb.EDIT_TEMPLATES: _("edits the goals that a plan may start from"),
        Verb.EDIT_PROVIDERS: _("edits the directory of those who give services"),
        Verb.APPROVE_CLOSING: _("approves that a case is closed, when somebody else has asked for it"),
        Verb.CONFIRM_ORDER: _("puts in force that access to a case is stopped by order, entered by another"),
        Verb.DECIDE_AGE: _("decides, with a reason, that a presumed child is an adult"),
        Verb.CONFIRM_HOME: _("confirms that telling a child's home district is safe"),
        Verb.VIEW_NOTIFICATION: _("follows the notifications of the team's cases"),
        Verb.RECORD_CALL: _("telephones a body about a child of the team's cases, and records it"),
        Verb.ANSWER_BODY: _("says what the bodies are told, answers them, and records their papers"),
        Verb.APPROVE_FIELD: _("approves that a body is told a further field, when another proposes it"),
        Verb.REFER: _("asks a partner to help in a case of the team, and sees what leaves for it"),
        Verb.VIEW_COMMISSIONS: _("looks up the state bodies: how each is reached, and which is missing"),
        Verb.CANCEL_NOTIFICATION: _("cancels a notification not yet sent, with a reason"),
        Verb.RELEASE_NOTIFICATION: _(
            "confirms that the notification of a child from old records is delivered"
        ),
        Verb.VIEW_FIGURES: _("counts the services in the cases that they read"),
        Verb.EXPORT_FIGURES: _(
            "takes these figures out, and fetches the encrypted files that they asked for"
        ),
        Verb.VIEW_REPORT: _("reads the reports to the ministry, exactly"),
        Verb.VIEW_STATISTICS: _("reads the statistics"),
        Verb.VIEW_EXACT_STATISTICS: _("reads the exact figures"),
    },
    Role.DIRECTOR: {
        **_HOME,
        Verb.SEE_TROUBLE: _("is told on every page when notifications do not get through"),
        Verb.APPROVE_PLAN: _(
            "decides a plan when its author is the team's only supervisor, and reads that plan"
        ),
        Verb.APPROVE_PAYMENT: _(
            "decides a large payment, or one that no supervisor may decide, without the name"
        ),
        Verb.VIEW_PAYMENTS: _("reads what was paid in a year, in figures"),
        Verb.APPROVE_EXPORT: _("decides whether somebody else takes a long list out, without reading it"),
        Verb.APPROVE_STAY: _(
            "decides whether somebody stays longer where no other supervisor may, and reads that request"
        ),
        Verb.VIEW_OCCUPANCY: _("sees in numbers how the houses are filled"),
        Verb.VIEW_INCIDENT: _("is told of serious incidents: kind, time and case number"),
        Verb.CONFIRM_ORDER: _("puts in force that access to a case is stopped by order, entered by another"),
        Verb.VIEW_COMMISSIONS: _("looks up the state bodies: how each is reached, and which is missing"),
        Verb.RUN_DRILL: _("tests the way to the state bodies, and says what was repaired"),
        Verb.RECORD_CALL: _("telephones a body that has long not answered: reference and number, no case"),
        Verb.REVIEW_URGENT: _("reviews urgent access that nobody else has reviewed"),
        Verb.CONFIRM_RECOVERY: _("vouches, with another, for somebody who lost the second factor"),
        Verb.CONFIRM_STAFF: _(
            "puts in force who begins, or changes role or team, when an administrator asks"
        ),
        Verb.VIEW_SETTINGS: _("reads the settings of the centre, and the questions that are open"),
        Verb.VIEW_FIGURES: _("counts the services of the centre"),
        Verb.EXPORT_FIGURES: _(
            "takes these figures out, and fetches the encrypted files that they asked for"
        ),
        Verb.VIEW_REPORT: _("reads the reports to the ministry, exactly"),
        Verb.SEND_REPORT: _("sends a report to the ministry, which then stands"),
        Verb.VIEW_STATISTICS: _("reads the statistics"),
        Verb.VIEW_EXACT_STATISTICS: _("reads the exact figures"),
    },
    Role.STATISTICIAN: {
        **_HOME,
        Verb.VIEW_STATISTICS: _("reads the statistics with small figures suppressed"),
        Verb.VIEW_FIGURES: _("counts the services of the centre, small figures suppressed"),
        Verb.EXPORT_FIGURES: _(
            "takes these figures out, and fetches the encrypted files that they asked for"
        ),
        Verb.VIEW_REPORT: _("reads the reports to the ministry, small figures suppressed"),
    },
    Role.AUDITOR: {
        **_HOME,
        Verb.VIEW_AUDIT: _("reads who looked at what, without contents"),
    },
    Role.ADMINISTRATOR: {
        **_HOME,
        Verb.SEE_TROUBLE: _("is told on every page when notifications do not get through"),
        Verb.VIEW_STAFF: _("sees the people, teams and state bodies, and no case"),
        Verb.EDIT_QUESTIONS: _("edits the questionnaire of the assessments"),
        Verb.EDIT_TEMPLATES: _("edits the goals that a plan may start from"),
        Verb.EDIT_BEDS: _("keeps the list of the houses and their beds"),
        Verb.EDIT_ROOMS: _("keeps the list of the rooms"),
        Verb.EDIT_PROVIDERS: _("edits the directory of those who give services"),
        Verb.EDIT_CATALOGUE: _("edits the catalogue of services"),
        Verb.EDIT_CONSENT_TEXTS: _("edits the texts of the consent sheet, and adds languages"),
        Verb.VIEW_COMMISSIONS: _("looks up the state bodies: how each is reached, and which is missing"),
        Verb.EDIT_COMMISSIONS: _("keeps the state bodies, and gives their members accounts and codes"),
        Verb.RUN_DRILL: _("tests the way to the state bodies, and says what was repaired"),
        Verb.EDIT_PARTNERS: _("gives people of a partner their accounts"),
        Verb.EDIT_STAFF: _(
            "gives people accounts, roles and teams, never their own; another puts it in force"
        ),
        Verb.END_STAFF: _("ends the access of somebody who leaves, and hands the cases over"),
        Verb.VIEW_SETTINGS: _("reads the settings of the centre, and the questions that are open"),
        Verb.EDIT_SETTINGS: _(
            "sets deadlines and amounts from a day on, and what codes and letters say, with a reason"
        ),
    },
    Role.COMMISSION_MEMBER: {
        **_HOME,
        Verb.HEAR_EVENTS: _("has an own program told, in ids, that the body has acknowledged"),
        Verb.RECEIVE_NOTIFICATION: _("receives, acknowledges and decides what was sent to their own body"),
    },
    Role.HOUSE: {
        **_HOME,
        Verb.VIEW_INCIDENT: _("reports incidents of who lives in the house, and in a case that they read"),
        Verb.RECORD_CALL: _("telephones a body by night, while on shift: reference and number, no case"),
        Verb.VIEW_HOUSE: _("reads and keeps the list of the house, while on shift there"),
        Verb.VIEW_CASE: _("reads a case opened urgently"),
        Verb.ADD_NOTE: _("adds notes to a case that they read"),
        Verb.URGENT_ACCESS: _("opens a case urgently, for an hour, and its supervisor is told"),
    },
    Role.ACCOUNTANT: {
        **_HOME,
        Verb.VIEW_PAYMENTS: _("reads payments: number, amount, order, and no case"),
        Verb.PAY: _("pays what was approved, to the name that is open until then"),
    },
    Role.PARTNER: {
        **_HOME,
        Verb.ANSWER_REFERRAL: _("reads and answers what the own organisation was asked, and nothing else"),
    },
}


def may(person: object, verb: Verb) -> bool:
    """Whether the role of `person` has `verb`, and the key of the API that they came in with, if any.

    An inactive person or none has no verb.
    """
    scope = getattr(person, "scope", None)
    if not getattr(person, "is_active", False) or (scope is not None and verb not in scope):
        return False
    return verb in MATRIX.get(getattr(person, "role", ""), {})
