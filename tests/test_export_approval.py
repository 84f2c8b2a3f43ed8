"""A long list is taken out by two: one asks, another decides without reading it, and the one who asked fetches it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, transaction
from django.db.models.functions import Now

from aidcenter.context import acting_as
from cases import exports
from cases.models import Case, Export, ExportFile
from tests.cast import make_staff
from tests.test_exports import PASSPHRASE, asked, opened, take_out

pytestmark = pytest.mark.django_db


def decided(export, by, approved=True):
    with acting_as(by.pk):
        exports.decide(export, approved=approved, by=by)


@pytest.fixture
def long_list(settings, open_case):
    """Three cases where two are already many."""
    settings.EXPORT_ALONE = 2
    return [open_case({"given_name": "Leyla", "birth_year": 1990}) for _ in range(3)]


# --- asking and deciding -------------------------------------------------------------------------------


def test_a_long_list_waits_for_somebody_else(cast, long_list, sign_in):
    client, boss = sign_in(cast.worker), sign_in(cast.supervisor)
    page = client.post("/cases/export/?state=all", {}).url
    assert (client.get(page).status_code, client.post(page).status_code) == (200, 404)
    export = Export.objects.get()
    assert "Somebody asks to take a list out" in boss.get("/").content.decode()
    assert "Somebody asks" not in client.get("/").content.decode()
    shown = boss.get(f"{page}decide/").content.decode()
    assert [word in shown for word in ("All, also closed", "<dd>3</dd>", "without names", "Leyla", long_list[0].number)] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert boss.post(f"{page}decide/", {"verdict": "approve"}).url == "/"
    assert "is approved" in client.get("/").content.decode()
    made = client.post(page).content.decode()
    rows = opened(client.post(f"{page}file/").content, PASSPHRASE.search(made)[0])
    assert {row[0] for row in rows[1:]} == {case.number for case in long_list}
    assert Export.objects.get(pk=export.pk).decided_by == cast.supervisor


def test_who_may_decide(cast, long_list, sign_in):
    page = f"/cases/exports/{asked(cast.worker).pk}/decide/"
    found = {who: sign_in(getattr(cast, who)).get(page).status_code
             for who in ("worker", "specialist", "administrator", "supervisor", "other_supervisor", "director")}  # fmt: skip
    assert found == {"worker": 403, "specialist": 403, "administrator": 403, "supervisor": 200,
                     "other_supervisor": 200, "director": 200}  # fmt: skip
    own = f"/cases/exports/{asked(cast.supervisor).pk}/"
    assert [sign_in(cast.supervisor).get(f"{own}{path}").status_code for path in ("", "decide/")] == [
        200,
        404,
    ]
    assert [sign_in(person).get(own).status_code for person in (cast.worker, cast.other_supervisor)] == [
        404,
        404,
    ]


def test_what_is_not_approved_is_not_made(cast, long_list, sign_in):
    export, client = asked(cast.worker), sign_in(cast.worker)
    sign_in(cast.director).post(f"/cases/exports/{export.pk}/decide/", {"verdict": "refuse"})
    page = f"/cases/exports/{export.pk}/"
    assert "Not approved by Director" in client.get(page).content.decode()
    assert client.post(page).status_code == 404
    assert sign_in(cast.supervisor).get(f"{page}decide/").status_code == 404
    with pytest.raises(ValidationError):
        decided(export, cast.supervisor)


def test_a_decision_is_made_of_one_of_two_words(cast, long_list, sign_in):
    export = asked(cast.worker)
    assert (
        sign_in(cast.director).post(f"/cases/exports/{export.pk}/decide/", {"verdict": "maybe"}).status_code
        == 200
    )
    assert Export.objects.get().decided_at is None


def test_many_short_lists_of_a_day_are_a_long_one(cast, long_list, sign_in):
    Case.objects.filter(pk=long_list[0].pk).update(risk_level="high")
    client = sign_in(cast.worker)
    take_out(client, "risk=high")
    take_out(client, "risk=high")  # the same again is no more
    assert client.post("/cases/export/?risk=medium").status_code == 302
    assert Export.objects.get(by_two=True).rows == 2


def test_a_list_that_has_grown_is_asked_for_again(cast, long_list, open_case, sign_in):
    export = asked(cast.worker)
    decided(export, cast.director)
    open_case()
    shown = sign_in(cast.worker).post(f"/cases/exports/{export.pk}/").content.decode()
    assert ("The list has grown" in shown, Export.objects.get().made_at, ExportFile.objects.count()) == (
        True,
        None,
        0,
    )


def test_a_case_that_one_reads_no_more_is_left_out(cast, long_list, sign_in):
    export = asked(cast.worker)
    decided(export, cast.director)
    with acting_as(cast.supervisor.pk):
        Case.objects.filter(pk=long_list[0].pk).update(owner=cast.colleague)
    made = sign_in(cast.worker).post(f"/cases/exports/{export.pk}/").content.decode()
    rows = opened(
        sign_in(cast.worker).post(f"/cases/exports/{export.pk}/file/").content, PASSPHRASE.search(made)[0]
    )
    assert {row[0] for row in rows[1:]} == {case.number for case in long_list[1:]}


def test_it_is_made_once_and_then_said_to_be_gone(cast, long_list, sign_in):
    export, client = asked(cast.worker), sign_in(cast.worker)
    decided(export, cast.director)
    page = f"/cases/exports/{export.pk}/"
    assert PASSPHRASE.search(client.post(page).content.decode())
    shown = client.post(page).content.decode()
    assert ("The file was made already" in shown, PASSPHRASE.search(shown)) == (True, None)
    client.post(f"{page}file/")
    assert "is no longer here" in client.get(page).content.decode()


def test_an_export_that_needs_nobody_is_made_at_once_or_not_at_all(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    _, address = take_out(client)
    assert client.post(address.removesuffix("file/")).status_code == 404


# --- what the database itself refuses ----------------------------------------------------------


@pytest.mark.parametrize("who", ["worker", "colleague", "administrator"])
def test_nobody_decides_who_may_not(cast, long_list, who):
    export, person = asked(cast.worker), getattr(cast, who)
    with acting_as(person.pk):
        with pytest.raises(PermissionDenied):
            exports.decide(export, approved=True, by=person)
        assert not done(
            Export.objects.filter(pk=export.pk), approved=True, decided_by=person, decided_at=Now()
        )


def done(rows, /, **values):
    """Whether PostgreSQL lets the update touch a row."""
    try:
        with transaction.atomic():
            return bool(rows.update(**values))
    except Error:
        return False


def test_the_same_update_works_for_who_may(cast, long_list):
    """The control."""
    export = asked(cast.worker)
    with acting_as(cast.director.pk):
        assert done(
            Export.objects.filter(pk=export.pk), approved=True, decided_by=cast.director, decided_at=Now()
        )


def test_no_supervisor_decides_their_own_or_in_another_name_or_twice(cast, open_case, settings):
    open_case()
    settings.EXPORT_ALONE = 0
    second = make_staff("second", "supervisor", cast.worker.team)
    rows = Export.objects.filter(pk=asked(cast.supervisor).pk)
    said = {"approved": True, "decided_at": Now()}
    with acting_as(cast.supervisor.pk):
        assert not done(rows, **said, decided_by=cast.supervisor)
        assert not done(rows, **said, decided_by=second)
    with acting_as(second.pk):
        assert not done(rows, **said, decided_by=second, rows=99)
        assert done(rows, **said, decided_by=second)
        assert not done(rows, **said | {"approved": False}, decided_by=second)


def test_nothing_is_made_unapproved_or_lasts_longer(cast, long_list):
    export = asked(cast.worker)
    rows = Export.objects.filter(pk=export.pk)
    assert not done(rows, made_at=Now())
    assert not done(rows, by_two=False)
    assert not done(rows, until="2999-01-01T00:00Z")
    with pytest.raises(Error), transaction.atomic():
        ExportFile.objects.create(export=export, content=b"x")
    with pytest.raises(Error), transaction.atomic():
        Export.objects.create(person=cast.worker, query="", with_names=True, rows=1, by_two=True,
                              approved=True, decided_at=Now(), decided_by=cast.director)  # fmt: skip
    with pytest.raises(Error), transaction.atomic():
        Export.objects.create(person=cast.colleague, query="", with_names=True, rows=1, by_two=False)
    decided(export, cast.director)
    assert done(rows, made_at=Now())


def test_others_see_no_file_and_only_the_long_requests(cast, long_list, sign_in, settings):
    asked(cast.worker)
    settings.EXPORT_ALONE = 50
    take_out(sign_in(cast.worker))
    found = {}
    for who in ("worker", "supervisor", "director", "colleague", "auditor"):
        with acting_as(getattr(cast, who).pk):
            found[who] = (Export.objects.count(), ExportFile.objects.count())
    assert found == {
        "worker": (2, 1),
        "supervisor": (1, 0),
        "director": (1, 0),
        "colleague": (0, 0),
        "auditor": (0, 0),
    }
