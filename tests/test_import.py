"""Old cases from a spreadsheet: what is refused, what a dry run says, doing it, and taking it back."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import openpyxl
import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from aidcenter import cleanfile, progress
from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases import imports, notes, sharing, sheet
from cases.actions import change_details
from cases.import_forms import ImportRow
from cases.models import Case, CaseAccess, CaseImport, DataKey, PossibleMatch, StatusDecision, Victim
from referrals.models import Message, Notification
from tests.database import as_owner

pytestmark = pytest.mark.django_db
PAGE = "/cases/import/"
OLD = {"opened_on": "12.03.2016", "district": "ganja"}
ADULT = OLD | {"given_name": "Leyla", "birth_date": "1980"}
CHILD = OLD | {"given_name": "Nuray", "birth_date": "03.04.2005"}
LETTERS = {"guardianship_number": "12/3", "guardianship_on": "14.03.2016", "minors_commission_number": "12/4", "minors_commission_on": "2016-03-15"}  # fmt: skip


def xlsx(*people, columns=ImportRow.columns):
    """A spreadsheet filled in as people do: on the template's heading rows, without its second sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd.mm.yyyy"}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, columns)
        for row, language in enumerate(sheet.LANGUAGES, start=1):
            page.write_row(
                row, 0, [sheet.label_in(name, language) for name in columns if name in ImportRow.columns]
            )
        for row, said in enumerate(people, start=sheet.HEADINGS):
            for name, value in said.items():
                page.write(row, columns.index(name), value)
    return out.getvalue()


INSERT = (
    "INSERT INTO cases_case (victim_id, owner_id, team_id, district, child_status, opened_on, imported_in_id)"
    " VALUES (%s, %s, %s, 'nasimi', 'child', '2016-01-01', %s)"
)


def upload(client, content, name="old.xlsx"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def said(answer):
    """(row, column, text) of what is wrong, by the page."""
    return [tuple(problem) for problem in answer.context["problems"]]


def checked(cast, *people):
    with acting_as(cast.supervisor.pk):
        made, problems = imports.check(xlsx(*people), by=cast.supervisor)
    assert problems == []
    return made


def done(cast, *people, again=False):
    batch = checked(cast, *people)
    with acting_as(cast.supervisor.pk):
        imports.run(batch, again=again, by=cast.supervisor)
        batch.refresh_from_db()
    return batch


def refused_in_sql(sql, *params):
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


# --- who ------------------------------------------------------------------------------------


def test_the_quartet(cast, sign_in):
    batch = done(cast, ADULT)
    who = ("supervisor", "other_supervisor", "worker", "director", "administrator")
    pages = (PAGE, f"{PAGE}template.xlsx", f"{PAGE}{batch.pk}/", f"{PAGE}{batch.pk}/progress/")
    found = {name: [sign_in(getattr(cast, name)).get(page).status_code for page in pages] for name in who}
    assert found == {
        "supervisor": [200] * 4, "other_supervisor": [200, 200, 404, 404], "worker": [403] * 4,
        "director": [403] * 4, "administrator": [403] * 4}  # fmt: skip
    acts = {name: [sign_in(getattr(cast, name)).post(f"{PAGE}{batch.pk}/{act}/").status_code for act in ("run", "drop", "undo")]
            for name in ("worker", "other_supervisor")}  # fmt: skip
    assert (acts, Case.objects.count()) == ({"worker": [403] * 3, "other_supervisor": [404] * 3}, 0)


def test_the_database_shows_an_import_to_the_supervisors_of_the_team_alone(cast):
    batch, found = checked(cast, ADULT), {}
    for who in ("supervisor", "other_supervisor", "worker", "director"):
        with acting_as(getattr(cast, who).pk):
            found[who] = CaseImport.objects.count()
    assert found == {"supervisor": 1, "other_supervisor": 0, "worker": 0, "director": 0}
    for who in ("other_supervisor", "worker"):
        with acting_as(getattr(cast, who).pk), connection.cursor() as cursor:
            cursor.execute(
                "SELECT import_take(%s), import_drop(%s), count_known('[{\"marks\": [1, 2]}]')",
                [batch.pk] * 2,
            )
            assert cursor.fetchone() == (None, False, 0)
            refused_in_sql("SELECT import_undo(%s)", batch.pk)


# --- the template ---------------------------------------------------------------------------


def test_the_template_has_codes_and_three_languages_and_comes_back_empty(cast, sign_in):
    answer = sign_in(cast.supervisor).get(f"{PAGE}template.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    heads = [[cell.value for cell in row] for row in book["cases"].iter_rows(max_row=4)]
    assert heads[0] == [*ImportRow.columns]
    assert [row[0] for row in heads] == ["opened_on", "Açılma tarixi", "Дата открытия", "Opened on"]
    codes = [[cell.value for cell in row] for row in book["codes"].iter_rows()]
    assert ["sex", "female", "Qadın", "Женский", "Female"] in codes
    assert (
        "Nobody stands in this spreadsheet"
        in upload(sign_in(cast.supervisor), answer.content).content.decode()
    )


def test_words_of_any_language_stand_for_their_codes(cast):
    done(cast, ADULT | {"district": "Gəncə", "sex": "Женский", "languages": "Rus; eng", "needs_interpreter": "bəli", "citizenship": "az, Türkiyə"})  # fmt: skip
    with acting_as(cast.supervisor.pk):
        case = Case.objects.select_related("victim").get()
        victim = case.victim
    assert (case.district, victim.sex, victim.needs_interpreter) == ("ganja", "female", True)
    assert (sorted(victim.languages), victim.citizenship) == (["eng", "rus"], ["AZ", "TR"])


# --- files ----------------------------------------------------------------------------------


def archive(*names, content=b"x"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as into:
        for name in names:
            into.writestr(name, content)
    return out.getvalue()


def with_part(name, content=b"<x/>", replace=False):
    """A good spreadsheet with a part more, or another one in its place."""
    out, good = io.BytesIO(), zipfile.ZipFile(io.BytesIO(xlsx(ADULT)))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as into:
        for part in good.namelist():
            into.writestr(part, content if replace and part == name else good.read(part))
        if not replace:
            into.writestr(name, content)
    return out.getvalue()


def formula():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write_formula(0, 0, "=HYPERLINK(A2)")
    return out.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><worksheet>&c;</worksheet>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"given_name;birth_date", "no_sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "no_sheet"),
        (archive("word/document.xml"), "no_sheet"),
        (archive("xl/workbook.xml"), "broken"),
        (archive("xl/workbook.xml", "xl/a", content=b"\0" * (30 << 20)), "bomb"),
        (archive("xl/workbook.xml", *(f"x{n}" for n in range(300))), "bomb"),
        (with_part("xl/externalLinks/externalLink1.xml"), "active"),
        (with_part("xl/vbaProject.bin"), "active"),
        (with_part("xl/embeddings/oleObject1.bin"), "active"),
        (with_part("xl/worksheets/sheet1.xml", ENTITIES, replace=True), "broken"),
        (formula(), "formula"),
        (xlsx(*[OLD] * 10)[:2000], "no_sheet"),
    ],
)
def test_hostile_files_are_refused_by_name(content, why):
    with pytest.raises(cleanfile.Refused) as refusal:
        cleanfile.cells(content, most=sheet.MOST)
    assert refusal.value.why == why


def test_the_limits_are_said(cast, sign_in):
    client = sign_in(cast.supervisor)
    assert "At most 500 people" in upload(client, xlsx(*[ADULT] * 5000)).content.decode()
    assert "larger than 2 MB" in upload(client, b"x" * (3 << 20)).content.decode()
    assert CaseImport.objects.count() == 0


def test_a_file_too_large_to_be_read_is_said_so(cast, sign_in, settings):
    settings.UPLOAD_BYTES = settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
    assert "larger than 2 MB" in upload(sign_in(cast.supervisor), b"x" * (3 << 20)).content.decode()


@pytest.mark.parametrize(
    "content",
    [
        xlsx({"opened_on": "x"}, columns=("opened_on",)),
        xlsx(ADULT, columns=(*ImportRow.columns, "district")),
        xlsx(ADULT | {"victim_id": "x"}, columns=(*ImportRow.columns, "victim_id")),
    ],
)
def test_columns_that_are_not_the_templates_are_refused(cast, sign_in, content):
    assert "codes of the template" in upload(sign_in(cast.supervisor), content).content.decode()


# --- the dry run ----------------------------------------------------------------------------

DATES = "Write the date as day.month.year, for example 03.04.2010; a year alone or “about 16” is enough."


@pytest.mark.parametrize(
    ("wrong", "column", "text"),
    [
        ({"birth_date": "03/04/2010"}, "Birth date", DATES),
        ({"birth_date": "1390/05/12"}, "Birth date", DATES),
        ({"birth_date": "03.04.10"}, "Birth date", DATES),
        ({"birth_date": "16"}, "Birth date", DATES),
        ({"birth_date": "29.02.2015"}, "Birth date", "There is no such day in the calendar."),
        ({"birth_date": "0000-00-00"}, "Birth date", "There is no such day in the calendar."),
        ({"birth_date": "01.01.1890"}, "Birth date", "Nobody of that age is alive; check the year."),
        ({"birth_date": "9999-12-31"}, "Birth date", "A birth date cannot lie in the future."),
        ({"birth_date": 1890}, "Birth date", f"The birth year must be between {baku_today().year - 120} and {baku_today().year}."),
        ({"birth_date": "2017"}, "Birth date", "The person was not born yet when the case was opened."),
        ({"birth_date": "13.03.2016"}, "Birth date", "The person was not born yet when the case was opened."),
        ({"opened_on": "2016"}, "Opened on", "Write the whole date, for example 03.04.2010."),
        ({"opened_on": "03/04/2016"}, "Opened on", DATES),
        ({"opened_on": ""}, "Opened on", "This field is required."),
        ({"opened_on": "2999-01-01"}, "Opened on", "The day of opening must be between 2005 and today."),
        ({"district": "Atlantis"}, "District where the person is now", "Use one of the codes of the second sheet."),
        ({"citizenship": "AZ, Atlantis"}, "Citizenship", "Use one of the codes of the second sheet."),
        ({"needs_interpreter": "perhaps"}, "Needs an interpreter", "Use one of the codes of the second sheet."),
        ({"caseworker": "stranger"}, "Caseworker (user name)", "No caseworker of your team has this user name."),
        ({"victim_status": "confirmed", "decided_by": "police"}, "Number of the decision", "A confirmed victim needs the deciding body and its document."),
    ],
)  # fmt: skip
def test_each_error_is_shown_with_its_row_and_column(cast, sign_in, wrong, column, text):
    answer = upload(sign_in(cast.supervisor), xlsx(ADULT, ADULT | wrong))
    assert (said(answer), CaseImport.objects.count()) == ([(6, column, text)], 0)
    assert text.split("“")[0] in answer.content.decode()


LETTER = "guardianship_number", "guardianship_on"


@pytest.mark.parametrize(
    ("letter", "text"),
    [
        (("12/3", ""), "A letter has a number and a date."),
        (("", "14.03.2016"), "A letter has a number and a date."),
        (("12/3", "11.03.2016"), "The letter is dated between the day of opening and today."),
        (("12/3", "2999-01-01"), "The letter is dated between the day of opening and today."),
    ],
)
def test_a_letter_has_a_number_and_a_day_that_can_be(cast, sign_in, letter, text):
    answer = upload(sign_in(cast.supervisor), xlsx(CHILD | dict(zip(LETTER, letter, strict=True))))
    assert [problem[2] for problem in said(answer)] == [text]


def test_a_letter_about_an_adult_or_of_today_is_asked_again(cast, sign_in):
    today = {"opened_on": f"{baku_today()}", "guardianship_on": f"{baku_today()}", "birth_date": "about 12"}
    answer = upload(sign_in(cast.supervisor), xlsx(ADULT | LETTERS, CHILD | LETTERS | today))
    assert [(row, text[:9]) for row, _column, text in said(answer)] == [
        (5, "No body i"),
        (5, "No body i"),
        (6, "Of a case"),
        (6, "Of a case"),
    ]


def test_who_is_a_child_counts_on_the_day_of_opening(cast, sign_in):
    people = [
        ADULT,
        CHILD,
        OLD | {"birth_date": "about 20"},
        OLD | {"birth_date": "1998"},
        OLD | {"birth_date": "1997"},
    ]
    client = sign_in(cast.supervisor)
    page = client.get(upload(client, xlsx(*people)).url)
    batch = page.context["batch"]
    assert (batch.people, batch.adults, batch.children, batch.presumed) == (5, 2, 1, 2)
    assert Case.objects.count() == 0


def test_of_whom_nothing_is_known_is_a_presumed_child_and_never_silently_an_adult(cast):
    batch = checked(cast, *[OLD] * 500)
    assert (batch.people, batch.presumed, batch.adults) == (500, 500, 0)
    asked = checked(cast, OLD | {"could_be_minor": "no"}, OLD | {"could_be_minor": "Yes"})
    assert (asked.adults, asked.presumed) == (1, 1)


def test_possible_duplicates_are_a_count_and_nothing_else(cast, adult_case, sign_in):
    same = OLD | {"given_name": "Leyla", "family_name": "Quliyeva", "birth_date": "1990"}
    client = sign_in(cast.supervisor)
    page = client.get(upload(client, xlsx(same, same | {"given_name": "Zəhra"})).url)
    assert (page.context["batch"].known, adult_case.number in page.content.decode()) == (1, False)
    assert PossibleMatch.objects.count() == 0


def test_the_rows_are_unreadable_at_rest_and_forgotten(cast, sign_in):
    batch = checked(cast, ADULT)
    with acting_as(cast.supervisor.pk):
        assert ("Leyla" in batch.rows, len(batch.rows) > 50) == (False, True)
        refused_in_sql("UPDATE cases_caseimport SET uploaded_at = now() - interval '2 days'")
    sign_in(cast.supervisor).post(f"{PAGE}{batch.pk}/drop/")
    with acting_as(cast.supervisor.pk):
        batch.refresh_from_db()
        assert (batch.rows, batch.state) == ("", "dropped")
        with pytest.raises(ValidationError):
            imports.run(batch, again=False, by=cast.supervisor)


@pytest.mark.django_db(transaction=True)
def test_after_a_day_the_rows_are_forgotten(cast):
    kept, old = checked(cast, ADULT), checked(cast, CHILD)
    with as_owner() as cursor:
        cursor.execute(
            "UPDATE cases_caseimport SET uploaded_at = now() - interval '25 hours' WHERE id = %s",
            [str(old.pk)],
        )
    assert (imports.expire(), imports.expire()) == (1, 0)
    with acting_as(cast.supervisor.pk):
        assert {row.pk: row.state for row in CaseImport.objects.all()} == {
            kept.pk: "checked",
            old.pk: "dropped",
        }


# --- doing it -------------------------------------------------------------------------------


def test_everybody_is_registered_for_whom_it_says(cast, sign_in):
    client = sign_in(cast.supervisor)
    path = upload(client, xlsx(ADULT | {"caseworker": "worker"}, CHILD)).url
    shown = client.post(f"{path}run/", follow=True).content.decode()
    with acting_as(cast.supervisor.pk):
        cases = list(Case.objects.order_by("number"))
    assert [(case.owner, case.opened_on.isoformat(), case.child_status) for case in cases] == [
        (cast.worker, "2016-03-12", "adult"), (cast.supervisor, "2016-03-12", "child")]  # fmt: skip
    assert [case.number in shown for case in cases] == [True, True]
    assert {case.backdate_reason for case in cases} == {"From old records"}
    assert Case.objects.get() == cases[0]  # the worker's own
    assert min(case.next_due for case in cases) > baku_today()


def test_done_once(cast, sign_in):
    client = sign_in(cast.supervisor)
    path = upload(client, xlsx(ADULT)).url
    answers = [client.post(f"{path}run/", follow=True).content.decode() for _ in range(2)]
    assert ["Imported." in answers[0], "This import is done" in answers[1]] == [True, True]
    with acting_as(cast.supervisor.pk):
        assert (Case.objects.count(), CaseImport.objects.get().rows) == (1, "")


def test_the_same_rows_twice_are_asked_about(cast, sign_in):
    done(cast, ADULT)
    client = sign_in(cast.supervisor)
    path = upload(client, xlsx(ADULT), name="other.xlsx").url
    assert "The very same rows were imported" in client.get(path).content.decode()
    assert "were imported before" in client.post(f"{path}run/", follow=True).content.decode()
    client.post(f"{path}run/", {"again": "yes"})
    with acting_as(cast.supervisor.pk):
        assert Case.objects.count() == 2


def test_one_row_that_is_no_longer_right_undoes_all(cast):
    batch = checked(cast, ADULT, ADULT | {"caseworker": "colleague"})
    cast.colleague.is_active = False
    with acting_as(cast.administrator.pk):
        cast.colleague.save()
    with acting_as(cast.supervisor.pk):
        with pytest.raises(ValidationError, match="6"):
            imports.run(batch, again=False, by=cast.supervisor)
        batch.refresh_from_db()
        assert (Case.objects.count(), batch.state) == (0, "checked")


@pytest.mark.django_db(transaction=True)
def test_the_way_is_seen_by_others_while_it_is_not_over(cast):
    def seen(what):
        try:
            return progress.of(what)
        finally:
            connections.close_all()

    what = uuid4()
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            progress.say(what, 120, 500)
            assert other.submit(seen, what).result() == (120, 500)
            assert other.submit(seen, uuid4()).result() is None
        assert other.submit(seen, what).result() is None


def test_nobody_says_of_a_case_that_it_was_imported(cast, open_case):
    batch, case = done(cast, ADULT), open_case()
    with acting_as(cast.supervisor.pk):
        victim, me = Victim.objects.create(), cast.supervisor
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute(INSERT, [victim.pk, me.pk, me.team_id, None])  # the control
        other = checked(cast, CHILD)
        refused_in_sql(INSERT, Victim.objects.create().pk, me.pk, me.team_id, other.pk)
        refused_in_sql("UPDATE cases_case SET imported_in_id = %s WHERE id = %s", batch.pk, case.pk)
        refused_in_sql("UPDATE cases_caseimport SET state = 'done', rows = ''")
        refused_in_sql("DELETE FROM cases_caseimport")
        refused_in_sql("INSERT INTO cases_caseimport (id, author_id, team_id, rows, mark, people, children, presumed, known, state)"
                       " VALUES (gen_random_uuid(), %s, %s, '', '', 1, 1, 0, 0, 'done')", me.pk, me.team_id)  # fmt: skip


# --- taking it back -------------------------------------------------------------------------


def gone():
    return [
        model.objects.count()
        for model in (Case, Victim, DataKey, StatusDecision, Notification, Message, CaseAccess, PossibleMatch)
    ]


def test_undone_it_is_as_though_it_had_not_been(cast, open_case, sign_in):
    open_case({"given_name": "Leyla", "family_name": "Quliyeva", "birth_year": 1980})
    with acting_as(cast.supervisor.pk):
        before = gone()
    batch = done(cast, ADULT | {"family_name": "Quliyeva", "caseworker": "worker"}, CHILD, CHILD | LETTERS)
    answer = sign_in(cast.supervisor).post(f"{PAGE}{batch.pk}/undo/", follow=True).content.decode()
    assert "Undone: its cases are gone." in answer
    with acting_as(cast.supervisor.pk):
        batch.refresh_from_db()
        assert (gone(), batch.state, batch.undone_by) == (before, "undone", cast.supervisor)
        with pytest.raises(ValidationError):
            imports.undo(batch, by=cast.supervisor)


def a_note(case, cast):
    notes.add(case, notes.Written("call", "she called"), by=cast.worker)


def a_change(case, cast):
    change_details(case, victim={"safe_contact": "after 18:00"}, details={}, by=cast.worker)


def a_share(case, cast):
    sharing.share(case, to=cast.stranger, sections=[], until=baku_today(), reason="asks", by=cast.worker)


def a_move(case, cast):
    sharing.assign(case, to=cast.colleague, by=cast.supervisor)


@pytest.mark.parametrize(
    ("edit", "who"), [(a_note, "Worker"), (a_change, "Worker"), (a_share, "Worker"), (a_move, "Supervisor")]
)
def test_the_first_edit_ends_it_and_is_named(cast, sign_in, edit, who):
    batch = done(cast, ADULT | {"caseworker": "worker"})
    case, client = Case.objects.get(), sign_in(cast.supervisor)
    sign_in(cast.worker).get(f"/cases/{case.pk}/")  # a look is no edit
    assert "Undo the import" in client.get(f"{PAGE}{batch.pk}/").content.decode()
    edit(case, cast)
    page = client.get(f"{PAGE}{batch.pk}/").content.decode()
    assert ("Undo the import" in page, f"{who} changed case {case.number}" in page) == (False, True)
    assert f"{who} changed case" in client.post(f"{PAGE}{batch.pk}/undo/", follow=True).content.decode()
    with acting_as(cast.supervisor.pk):
        assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",  # the control
        "UPDATE cases_case SET risk_level = 'low'",
        "UPDATE cases_victim SET sex = 'male'",
        "INSERT INTO rehabilitation_service (id, case_id, type, delivered_on, recorded_by_id)"
        " SELECT gen_random_uuid(), id, 'legal', now(), owner_id FROM cases_case",
    ],
)
def test_what_no_record_tells_of_ends_it_too(cast, sql):
    batch = done(cast, ADULT)
    with acting_as(cast.supervisor.pk), connection.cursor() as cursor:
        cursor.execute(sql)
    with acting_as(cast.supervisor.pk):
        if sql == "SELECT 1":
            imports.undo(batch, by=cast.supervisor)
        else:
            with pytest.raises(ValidationError):
                imports.undo(batch, by=cast.supervisor)
        assert Case.objects.count() == (sql != "SELECT 1")


@pytest.mark.django_db(transaction=True)
def test_no_case_joins_an_import_that_is_done(cast):
    batch = done(cast, ADULT)
    with acting_as(cast.supervisor.pk):
        refused_in_sql(
            INSERT, Victim.objects.create().pk, cast.supervisor.pk, cast.supervisor.team_id, batch.pk
        )


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM cases_case",
        "DELETE FROM cases_victim",
        "DELETE FROM cases_statusdecision",
        "DELETE FROM cases_datakey",
    ],
)
def test_web_takes_nothing_else_away(cast, sql):
    done(cast, CHILD)
    with acting_as(cast.supervisor.pk):
        refused_in_sql(sql)


def test_equal_queries_for_one_and_for_three(cast, sign_in):
    client, counts = sign_in(cast.supervisor), []
    for people in ([ADULT], [ADULT | {"given_name": name} for name in ("Aysel", "Zəhra", "Nigar")]):
        batch, found = done(cast, *people), []
        for page in (f"{PAGE}{batch.pk}/", PAGE):
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]
