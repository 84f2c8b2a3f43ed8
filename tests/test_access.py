"""Who reaches a case: lists and the single check agree, hidden and absent look the same."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from aidcenter.access import Reason, Source, grant
from aidcenter.context import acting_as
from aidcenter.management.seed import as_administrator
from cases.models import Case, CaseUserGrant
from tests.database import as_owner

pytestmark = pytest.mark.django_db
PAGES = ("/cases/{}/", "/cases/{}/details/", "/cases/{}/age/", "/services/case/{}/")


def seen_by(cast):
    return {name for name, person in vars(cast).items() if sees(person)}


def sees(person):
    with acting_as(person.pk):
        return Case.objects.visible_to(person).exists()


def test_a_new_case_is_seen_by_its_worker_and_the_supervisor(cast, adult_case):
    assert seen_by(cast) == {"worker", "supervisor"}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["colleague", "stranger", "other_supervisor"])
def test_hidden_and_absent_are_the_same_404(cast, adult_case, sign_in, page, who):
    client = sign_in(getattr(cast, who))
    hidden, absent = client.get(page.format(adult_case.pk)), client.get(page.format(uuid.uuid4()))
    assert (hidden.status_code, hidden.content) == (404, absent.content)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "who", ["administrator", "director", "statistician", "auditor", "nasimi_guardianship"]
)
def test_without_the_verb_every_id_is_403(cast, adult_case, sign_in, page, who):
    client = sign_in(getattr(cast, who))
    answers = [client.get(page.format(pk)) for pk in (adult_case.pk, uuid.uuid4())]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("page", PAGES)
def test_the_assigned_may(cast, adult_case, sign_in, page):
    assert sign_in(cast.worker).get(page.format(adult_case.pk)).status_code == 200


def test_a_stranger_changes_nothing_by_post(cast, adult_case, sign_in):
    client = sign_in(cast.stranger)
    answers = [
        client.post(page.format(adult_case.pk), {"to": "closed"}) for page in (*PAGES[1:], "/cases/{}/move/")
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert Case.objects.get(pk=adult_case.pk).state == "intake"


def test_the_list_and_the_number_stay_within_the_grants(cast, adult_case, sign_in):
    pages = {
        who: sign_in(getattr(cast, who)).get("/cases/?state=all").content for who in ("worker", "stranger")
    }
    assert {who: adult_case.number.encode() in page for who, page in pages.items()} == {
        "worker": True,
        "stranger": False,
    }


def test_a_share_ends_by_itself(cast, adult_case):
    def share(until):
        grant(
            adult_case,
            to=cast.specialist,
            codenames=("view_case",),
            why=Reason(cast.worker, Source.SHARE, until=until),
        )
        return sees(cast.specialist)

    now = timezone.now()
    assert [share(now + timedelta(hours=1)), share(now - timedelta(seconds=1))] == [True, False]


def test_leaving_the_supervisors_closes_the_cases_and_joining_opens_them(cast, adult_case):
    group = cast.supervisor.team.supervisors
    with as_administrator():
        cast.supervisor.groups.remove(group)
    with as_administrator():
        cast.other_supervisor.groups.add(group)
    assert seen_by(cast) == {"worker", "other_supervisor"}


def test_a_taken_back_grant_is_gone_at_once(cast, adult_case):
    CaseUserGrant.objects.filter(user=cast.worker).delete()
    assert seen_by(cast) == {"supervisor"}


def test_has_perm_answers_from_the_same_table(cast, adult_case):
    asked = [
        (who, perm) for who in ("worker", "colleague") for perm in ("cases.view_case", "cases.view_legal")
    ]
    assert [getattr(cast, who).has_perm(perm, adult_case) for who, perm in asked] == [
        True,
        False,
        False,
        False,
    ]
    assert not cast.worker.has_perm("cases.view_case")


def test_web_cannot_write_the_derived_table(cast, adult_case):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(current_user, 'cases_caseaccess', 'INSERT, UPDATE, DELETE')"
        )
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db(transaction=True)
def test_the_derived_table_is_what_the_grants_say(cast, open_case):
    case = open_case()
    with as_administrator():
        cast.supervisor.groups.clear()
    grant(
        case, to=cast.specialist, codenames=("view_case", "view_legal"), why=Reason(cast.worker, Source.SHARE)
    )
    columns = "user_id, case_id, view_until, change_until, legal_until, medical_until, psychological_until, next_due"
    with as_owner() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM cases_caseaccess EXCEPT SELECT {columns} FROM case_access_wanted"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT access_rebuild()")
        cursor.execute(
            "SELECT (SELECT count(*) FROM case_access_wanted), (SELECT count(*) FROM cases_caseaccess)"
        )
        assert cursor.fetchone() == (2, 2)
