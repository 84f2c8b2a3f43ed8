"""Who else may see a case: shares, offers, assignment, urgent access; and that each ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction
from django.db.models.functions import Now

from aidcenter import factor
from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.management.seed import as_administrator
from aidcenter.models import AuditEvent
from cases import sharing
from cases.models import Case, CaseAccess, CaseUserGrant, Offer, UrgentAccess
from tests.cast import just_shown, make_staff
from tests.test_access import seen_by, sees

pytestmark = pytest.mark.django_db
SOON = baku_today() + timedelta(days=30)


def share(case, to, by, sections=("psychological",), until=SOON, reason="care team"):
    sharing.share(case, to=to, sections=list(sections), until=until, reason=reason, by=by)


def test_a_share_opens_the_case_and_the_named_section(cast, adult_case):
    share(adult_case, cast.specialist, cast.worker)
    with acting_as(cast.specialist.pk):
        access = CaseAccess.objects.get(user=cast.specialist)
    given = [access.view_until, access.psychological_until, access.legal_until, access.change_until]
    assert [until is not None for until in given] == [True, True, False, False]
    assert seen_by(cast) == {"worker", "supervisor", "specialist"}


def test_the_page_shares_and_ends(cast, adult_case, sign_in):
    client, page = sign_in(cast.worker), f"/cases/{adult_case.pk}/access/"
    said = {"to": cast.specialist.pk, "until": SOON.isoformat(), "sections": ["legal"], "reason": "hearing"}
    assert client.post(f"{page}share/", said).status_code == 302
    shown = client.get(page).content.decode()
    assert all(word in shown for word in (cast.specialist.display_name, "legal section", "hearing"))
    specialist = sign_in(cast.specialist)
    assert specialist.get(f"/cases/{adult_case.pk}/").status_code == 200
    assert client.post(f"{page}end/", {"person": cast.specialist.pk}).status_code == 302
    assert specialist.get(f"/cases/{adult_case.pk}/").status_code == 404  # on the next request


@pytest.mark.parametrize("path", ["", "share/", "end/", "hand-on/"])
def test_only_who_may_change_the_case_decides_who_sees_it(cast, adult_case, sign_in, path):
    page = f"/cases/{adult_case.pk}/access/{path}"
    ask = (lambda client: client.post(page, {})) if path else (lambda client: client.get(page))
    found = {who: ask(sign_in(getattr(cast, who))).status_code for who in ("colleague", "administrator")}
    assert found == {"colleague": 404, "administrator": 403}


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": baku_today() - timedelta(days=1)},
        {"until": baku_today() + timedelta(days=400)},
        {"reason": ""},
    ],
)
def test_a_share_needs_a_reason_and_an_end(cast, adult_case, wrong):
    with pytest.raises(ValidationError):
        share(adult_case, cast.specialist, cast.worker, **wrong)


def test_an_administrator_is_never_shared_with(cast, adult_case):
    with pytest.raises(ValidationError):
        share(adult_case, cast.administrator, cast.worker)


def test_whoever_reads_by_a_share_cannot_share_on(cast, adult_case):
    share(adult_case, cast.colleague, cast.worker)
    with pytest.raises(Error), transaction.atomic():
        share(adult_case, cast.stranger, cast.colleague)
    assert not sees(cast.stranger)


def test_an_offered_case_is_read_while_deciding_and_then_changes_hands(cast, adult_case, sign_in):
    page = f"/cases/{adult_case.pk}/access/hand-on/"
    assert sign_in(cast.worker).post(page, {"to": cast.stranger.pk, "reason": "moved"}).status_code == 302
    client = sign_in(cast.stranger)
    assert b"A case is offered to you" in client.get("/").content
    assert b"Take the case" in client.get(f"/cases/{adult_case.pk}/").content
    with acting_as(cast.stranger.pk):
        offer = Offer.objects.get()
    assert sign_in(cast.colleague).post(f"/cases/offers/{offer.pk}/", {"answer": "yes"}).status_code == 404
    assert client.post(f"/cases/offers/{offer.pk}/", {"answer": "yes"}).status_code == 302
    assert seen_by(cast) == {"stranger", "other_supervisor"}


def test_a_declined_offer_leaves_everything_as_it_was(cast, adult_case):
    offer = sharing.offer(adult_case, to=cast.colleague, reason="holiday", by=cast.worker)
    with acting_as(cast.colleague.pk):
        sharing.answer(offer, accept=False, by=cast.colleague)
        with pytest.raises(ValidationError):
            sharing.answer(offer, accept=True, by=cast.colleague)
    assert seen_by(cast) == {"worker", "supervisor"}


def test_a_supervisor_assigns_within_the_team(cast, adult_case):
    with pytest.raises(PermissionDenied):
        sharing.assign(adult_case, to=cast.colleague, by=cast.worker)
    with acting_as(cast.supervisor.pk):
        case = Case.objects.get(pk=adult_case.pk)
        with pytest.raises(ValidationError):
            sharing.assign(case, to=cast.stranger, by=cast.supervisor)
        sharing.assign(case, to=cast.colleague, by=cast.supervisor)
    assert seen_by(cast) == {"colleague", "supervisor"}


# --- urgent access ----------------------------------------------------------------------------


def ask(sign_in, person, number, reason="She called, in danger"):
    client = just_shown(sign_in(person))
    return client, client.post("/cases/urgent/", {"text": number, "reason": reason})


def test_urgent_access_opens_for_an_hour_and_tells_the_supervisor(cast, adult_case, sign_in):
    client, answer = ask(sign_in, cast.stranger, adult_case.number)
    assert answer.url == f"/cases/{adult_case.pk}/"
    assert client.get(answer.url).status_code == 200
    assert client.get(f"{answer.url}details/").status_code == 404  # nothing is changed
    home = sign_in(cast.supervisor).get("/").content.decode()
    assert f"{cast.stranger.display_name} opened a case urgently" in home
    assert "opened a case urgently" in sign_in(cast.worker).get("/").content.decode()
    assert "opened a case urgently" not in sign_in(cast.other_supervisor).get("/").content.decode()
    with acting_as(cast.stranger.pk):
        grant = CaseUserGrant.objects.get(user=cast.stranger)
        asked = UrgentAccess.objects.get()
    assert asked.until == grant.expires_at == asked.asked_at + timedelta(minutes=60)
    assert "danger" not in asked.reason


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+994 50 123 45 67", True),
        ("050 123-45-67", True),
        ("Leyla Quliyeva 1990", True),
        ("Лейла Гулиева 1990", True),
        ("Leyla Quliyeva 1991", False),
        ("Leyle Quliyev Rəşad 1990", False),
        ("050 123-45-68", False),
    ],
)
def test_it_is_asked_by_phone_or_by_full_name_with_birth_year(cast, open_case, sign_in, text, found):
    case = open_case(
        {"given_name": "Leyla", "family_name": "Quliyeva", "birth_year": 1990, "phone": "+994501234567"}
    )
    ask(sign_in, cast.stranger, text)
    assert sees(cast.stranger) == found
    with acting_as(cast.supervisor.pk if found else cast.other_supervisor.pk):
        asked = UrgentAccess.objects.get()
        assert asked.number == (case.number if found else "")
        assert text in sharing.reason_of(asked)
        assert text not in asked.reason


def test_of_two_who_answer_neither_is_opened(cast, open_case, sign_in):
    for _ in range(2):
        open_case({"given_name": "Leyla", "family_name": "Quliyeva", "birth_year": 1990})
    ask(sign_in, cast.stranger, "Leyla Quliyeva 1990")
    assert not sees(cast.stranger)


@pytest.mark.parametrize("text", ["Leyla 1990", "Leyla Quliyeva", "12345", "1990"])
def test_less_than_that_is_asked_again(cast, adult_case, sign_in, text):
    assert b"Type the number of the case" in ask(sign_in, cast.stranger, text)[1].content
    assert not sees(cast.stranger)


def test_it_ends_by_itself(cast, adult_case):
    sharing.open_urgently(adult_case.number, reason="danger", by=cast.stranger)
    CaseUserGrant.objects.filter(user=cast.stranger).update(expires_at=Now())
    assert not sees(cast.stranger)


def test_no_such_case_is_told_as_well(cast, sign_in):
    _, answer = ask(sign_in, cast.colleague, "AC-2026-9999")
    assert "No case, or more than one" in answer.content.decode()
    assert 'value="AC-2026-9999"' in answer.content.decode()
    with acting_as(cast.supervisor.pk):
        assert UrgentAccess.objects.get().case is None
    with acting_as(cast.auditor.pk):
        assert AuditEvent.objects.filter(action="case.urgent", facts={"found": False}).count() == 1


@pytest.mark.parametrize("number", ["", "AC-26-1", "x" * 1000, "AC-2026-0001\x00"])
def test_a_senseless_number_is_asked_again(cast, sign_in, number):
    assert ask(sign_in, cast.stranger, number)[1].status_code == 200


def test_a_stale_factor_is_asked_again_first(cast, adult_case, sign_in):
    client = sign_in(cast.stranger)
    session = client.session
    session[factor.SHOWN_AT] = 0
    session.save()
    answer = client.post("/cases/urgent/", {"text": adult_case.number, "reason": "danger"})
    assert answer.url == "/accounts/2fa/reauthenticate/?next=%2Fcases%2Furgent%2F"
    assert not sees(cast.stranger)


@pytest.mark.parametrize("who", ["director", "administrator", "auditor", "nasimi_guardianship"])
def test_other_roles_have_none_not_even_in_sql(cast, adult_case, sign_in, who):
    person = getattr(cast, who)
    assert ask(sign_in, person, adult_case.number)[1].status_code == 403
    with acting_as(person.pk), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT urgent_access(gen_random_uuid(), '', %s, '{}', '{}', NULL)", [adult_case.number]
        )


def test_the_grant_and_the_notice_are_both_there_or_neither(cast, adult_case):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        sharing.open_urgently(adult_case.number, reason="danger", by=cast.stranger)
        raise ZeroDivisionError
    with acting_as(cast.supervisor.pk):
        assert (UrgentAccess.objects.count(), CaseUserGrant.objects.filter(source="break_glass").count()) == (
            0,
            0,
        )


def test_a_review_is_the_supervisors_and_is_said_once(cast, adult_case, sign_in):
    sharing.open_urgently(adult_case.number, reason="She called, in danger", by=cast.stranger)
    with acting_as(cast.supervisor.pk):
        asked = UrgentAccess.objects.get()
    page = f"/cases/urgent/{asked.pk}/"
    assert [sign_in(person).get(page).status_code for person in (cast.worker, cast.other_supervisor)] == [
        403,
        404,
    ]
    client = sign_in(cast.supervisor)
    assert b"She called, in danger" in client.get(page).content
    assert client.post(page, {"verdict": "no"}).status_code == 302
    with acting_as(cast.supervisor.pk):
        assert UrgentAccess.objects.get().justified is False
        with pytest.raises(ValidationError):
            sharing.review(asked, justified=True, by=cast.supervisor)
        with pytest.raises(Error), transaction.atomic():
            UrgentAccess.objects.update(reason="nothing")


def test_nobody_reviews_their_own(cast, open_case):
    other = make_staff("second", "supervisor", cast.worker.team)
    case = open_case()
    with as_administrator():
        other.groups.clear()
    sharing.open_urgently(case.number, reason="danger", by=other)
    with as_administrator():
        other.groups.add(cast.worker.team.supervisors)
    with acting_as(other.pk):
        with pytest.raises(ValidationError):
            sharing.review(UrgentAccess.objects.get(), justified=True, by=other)
        with pytest.raises(Error), transaction.atomic():
            UrgentAccess.objects.update(reviewed_by=other, reviewed_at=Now(), justified=True)


def test_the_fourth_in_a_day_reaches_the_director_at_once(cast, open_case, sign_in):
    director, seen = sign_in(cast.director), []
    for _ in range(4):
        sharing.open_urgently(open_case().number, reason="danger", by=cast.stranger)
        seen.append(b"opened a case urgently" in director.get("/").content)
    assert seen == [False, False, False, True]


def test_who_gets_the_case_gets_it_without_the_offers_of_before(cast, adult_case, sign_in):
    made = sharing.offer(adult_case, to=cast.stranger, reason="holiday", by=cast.worker)
    sharing.assign(adult_case, to=cast.colleague, by=cast.supervisor)
    with acting_as(cast.stranger.pk), pytest.raises(ValidationError):
        sharing.answer(made, accept=True, by=cast.stranger)
    assert not sees(cast.stranger)
    with acting_as(cast.supervisor.pk):
        assert Case.objects.get(pk=adult_case.pk).owner == cast.colleague


def test_an_offer_without_an_answer_does_not_stand_in_the_way(cast, adult_case, monkeypatch):
    with monkeypatch.context() as week:
        week.setattr(sharing, "OFFER_LASTS", timedelta(seconds=-1))
        lapsed = sharing.offer(adult_case, to=cast.stranger, reason="holiday", by=cast.worker)
    made = sharing.offer(adult_case, to=cast.colleague, reason="holiday", by=cast.worker)
    with pytest.raises(ValidationError):
        sharing.offer(adult_case, to=cast.stranger, reason="holiday", by=cast.worker)
    lapsed.refresh_from_db()
    assert (lapsed.accepted, made.answered_at) == (False, None)


def test_the_reviewer_sees_what_was_opened(cast, adult_case, sign_in):
    ask(sign_in, cast.stranger, adult_case.number)
    sign_in(cast.stranger).get(f"/cases/{adult_case.pk}/")
    asked = UrgentAccess.objects.get()
    shown = sign_in(cast.supervisor).get(f"/cases/urgent/{asked.pk}/").content.decode()
    assert "opened a case" in shown
    with acting_as(cast.auditor.pk):
        assert AuditEvent.objects.filter(action="case.urgent.view", ids=[asked.pk]).exists()


def test_a_person_of_5000_digits_is_nobody(cast, adult_case, sign_in):
    path = f"/cases/{adult_case.pk}/access/end/"
    assert sign_in(cast.worker).post(path, {"person": "9" * 5000}).status_code == 404
