"""Taking a list out: encrypted, exactly what was chosen, once, within an hour; a long one by two."""

import io
import re

import pytest
import pyzipper
from django.http import QueryDict
from openpyxl import load_workbook

from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases import exports
from cases.actions import register_victim
from cases.listing import ListForm
from cases.models import Export, ExportFile
from cases.tasks import drop_exports
from tests.cast import say
from tests.conftest import as_login as running_as
from tests.database import as_login
from tests.sweep import sweep
from tests.test_leaving import end

pytestmark = pytest.mark.django_db
PASSPHRASE = re.compile(r"(?:[a-z2-9]{4}-){5}[a-z2-9]{4}")


def take_out(client, query="", **said):
    """Take the list of cases out."""
    return take_out_from(client, f"/cases/export/?{query}", **said)


def take_out_from(client, form, **said):
    """The passphrase on the page, and the address of the file."""
    page = client.post(form, said).content.decode()
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
              for who in ("stranger", "supervisor", "other_supervisor", "director", "accountant")}  # fmt: skip
    assert others == {
        "stranger": 404,
        "supervisor": 404,
        "other_supervisor": 404,
        "director": 404,
        "accountant": 403,
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
