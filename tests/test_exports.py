"""Taking a list out: encrypted, exactly what was chosen, once, within an hour; a long one by two."""

import io
import re

import pytest
import pyzipper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, transaction
from django.db.models.functions import Now
from django.http import QueryDict
from openpyxl import load_workbook

from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases import exports
from cases.actions import register_victim
from cases.listing import ListForm
from cases.models import Case, Export, ExportFile
from cases.tasks import drop_exports
from tests.cast import make_staff, say
from tests.conftest import as_login as running_as
from tests.database import as_login
from tests.sweep import sweep
from tests.test_leaving import end

pytestmark = pytest.mark.django_db
PASSPHRASE = re.compile(r"(?:[a-z2-9]{4}-){5}[a-z2-9]{4}")


def take_out(client, query="", **said):
    """The passphrase on the page, and the address of the file."""
    page = client.post(f"/cases/export/?{query}", said).content.decode()
    return PASSPHRASE.search(page)[0], re.search(r"/cases/exports/[\w-]+/file/", page)[0]


def opened(content, passphrase):
    """The rows of the spreadsheet in the zip."""
    with pyzipper.AESZipFile(io.BytesIO(content)) as file:
        assert (file.namelist(), file.infolist()[0].date_time[0]) == (["list.xlsx"], 1980)
        sheet = load_workbook(io.BytesIO(file.read("list.xlsx", pwd=passphrase.encode()))).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def asked(by, query="state=open", **said):
    with acting_as(by.pk):
        return exports.ask(ListForm.asked(QueryDict(query)), with_names=False, by=by, **said)


def decided(export, by, approved=True):
    with acting_as(by.pk):
        exports.decide(export, approved=approved, by=by)


@pytest.fixture
def long_list(settings, open_case):
    """Three cases where two are already many."""
    settings.EXPORT_ALONE = 2
    return [open_case({"given_name": "Leyla", "birth_year": 1990}) for _ in range(3)]


# --- the file ---------------------------------------------------------------------------------


def test_the_file_is_the_list_that_was_asked_for(cast, adult_case, open_case, sign_in):
    risky = open_case(risk_level="high")
    client = sign_in(cast.worker)
    passphrase, address = take_out(client, "risk=high")
    rows = opened(client.post(address).content, passphrase)
    assert (rows[0][0], [row[0] for row in rows[1:]]) == ("Number", [risky.number])
    with acting_as(cast.auditor.pk):
        event = AuditEvent.objects.get(action="case.export")
    assert (event.ids, event.facts["rows"], event.facts["names"]) == ([risky.pk], 1, False)


def test_names_are_in_it_only_when_ticked(cast, adult_case, sign_in):
    client, found = sign_in(cast.worker), {}
    for said in ({}, {"with_names": "on"}):
        passphrase, address = take_out(client, **said)
        rows = opened(client.post(address).content, passphrase)
        found[bool(said)] = [value for value in rows[1] if value in ("Leyla", "Quliyeva")]
    assert found == {False: [], True: ["Leyla", "Quliyeva"]}


def test_a_name_that_is_a_formula_is_text(cast, open_case, sign_in):
    open_case({"given_name": "=HYPERLINK(1)", "birth_year": 1990})
    client = sign_in(cast.worker)
    passphrase, address = take_out(client, with_names="on")
    assert opened(client.post(address).content, passphrase)[1][1] == "'=HYPERLINK(1)"


def test_it_opens_with_its_passphrase_and_with_nothing_else(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    (first, address), (second, _) = take_out(client), take_out(client)
    content = client.post(address).content
    assert first != second
    for wrong in (second, first.upper(), first[:-1], "", "0000"):
        with pytest.raises(RuntimeError, match=r"[Pp]assword"):
            opened(content, wrong)
    assert len(opened(content, first)) == 2
    assert sweep("the zip", content, ["Quliyeva", adult_case.number, "Worker"]) == []


def test_the_answer_is_a_file_of_no_name_that_nobody_keeps(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    answer = client.post(take_out(client)[1])
    assert re.fullmatch(r'attachment; filename="[0-9a-f]{12}\.zip"', answer["Content-Disposition"])
    assert {name: answer[name] for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Type": "application/zip",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    assert answer["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.django_db(transaction=True)
def test_the_passphrase_is_kept_nowhere_and_the_file_only_sealed(
    cast, adult_case, sign_in, mailoutbox, capfd
):
    passphrase, _ = take_out(sign_in(cast.worker), with_names="on")
    stored = bytes(ExportFile.objects.get().content)
    with as_login("SUPERUSER") as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = [name for (name,) in cursor.fetchall()]
        dump = io.StringIO()
        for table in tables:
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', dump)
    assert sweep("the database", dump.getvalue().encode(), [passphrase, passphrase.replace("-", "")]) == []
    said = capfd.readouterr()
    assert (passphrase in said.out + said.err, mailoutbox) == (False, [])
    assert (b"list.xlsx" in stored, stored[:2] == b"PK") == (False, False)


def test_an_empty_list_is_said(cast, sign_in):
    shown = sign_in(cast.worker).post("/cases/export/").content.decode()
    assert ("No case fits this choice." in shown, Export.objects.count()) == (True, 0)


# --- once, an hour, one person ----------------------------------------------------------------


def test_it_is_fetched_once_and_by_nobody_else(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    _, address = take_out(client)
    others = {who: sign_in(getattr(cast, who)).post(address).status_code
              for who in ("stranger", "supervisor", "other_supervisor", "director", "specialist")}  # fmt: skip
    assert others == {
        "stranger": 404,
        "supervisor": 404,
        "other_supervisor": 404,
        "director": 403,
        "specialist": 403,
    }
    assert client.get(address).status_code == 405
    assert [client.post(address).status_code for _ in range(2)] == [200, 404]
    assert ExportFile.objects.count() == 0


def tell_time(**moments):
    """The exports as if their moments were others: raw, by the superuser, past the triggers."""
    with as_login("SUPERUSER") as cursor:
        cursor.execute("SET session_replication_role = replica")
        for name, moment in moments.items():
            cursor.execute(f"UPDATE cases_export SET {name} = now() + %s::interval", [moment])


@pytest.mark.django_db(transaction=True)
def test_after_an_hour_it_is_gone_and_the_clock_deletes_it(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    _, address = take_out(client)
    made = Export.objects.get()
    assert 3590 < (made.until - made.made_at).total_seconds() < 3610
    tell_time(until="-1 second")
    assert client.post(address).status_code == 404
    assert ExportFile.objects.count() == 0  # the database shows it no more
    with as_login("OWNER") as cursor:
        cursor.execute("SELECT count(*) FROM cases_exportfile")
        assert cursor.fetchone() == (1,)
    with running_as("DATABASE_WORKER_URL"):
        drop_exports()
    with as_login("OWNER") as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM cases_exportfile), (SELECT count(*) FROM cases_export)")
        assert cursor.fetchone() == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_the_next_who_asks_deletes_what_is_over_too(cast, adult_case, sign_in):
    take_out(sign_in(cast.worker))
    tell_time(until="-1 second")
    asked(cast.supervisor)
    with as_login("OWNER") as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM cases_exportfile), (SELECT count(*) FROM cases_export)")
        assert cursor.fetchone() == (0, 1)


def test_who_leaves_takes_nothing_out(cast, adult_case, sign_in):
    take_out(sign_in(cast.worker))
    sign_in(cast.worker).post("/cases/lists/", {"name": "x"})
    end(cast, sign_in, cast.worker, cast.colleague)
    assert not Export.objects.exists()
    assert not ExportFile.objects.exists()


# --- a long one -------------------------------------------------------------------------------


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


def test_who_takes_nothing_out(cast, adult_case, sign_in):
    found = {who: sign_in(getattr(cast, who)).get("/cases/export/").status_code
             for who in ("worker", "supervisor", "specialist", "director", "administrator", "house")}  # fmt: skip
    assert found == {
        "worker": 200,
        "supervisor": 200,
        "specialist": 403,
        "director": 403,
        "administrator": 403,
        "house": 403,
    }


def test_a_stranger_takes_out_their_own_cases_alone(cast, adult_case, sign_in):
    with acting_as(cast.stranger.pk):
        own = register_victim(say(), by=cast.stranger)
    client = sign_in(cast.stranger)
    passphrase, address = take_out(client, "state=all")
    assert [row[0] for row in opened(client.post(address).content, passphrase)[1:]] == [own.number]
