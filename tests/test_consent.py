"""Consent: one sheet by purpose and recipient, by age, signed in a language, and what stops when it ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases import care_team, consent_sheet, consents, records, sharing
from cases.kinds import KINDS
from cases.models import Case, CaseUserGrant, Consent, ConsentText, Document, Guardianship
from tests.cast import twice, write_consent_texts
from tests.test_documents import archive, picture

pytestmark = pytest.mark.django_db
TODAY = baku_today()
LEAST = {"giver": "person", "form": "informed_consent_written", "given_on": f"{TODAY}"}


@pytest.fixture(autouse=True)
def texts(cast):
    write_consent_texts(cast.administrator)


def ticked(*purposes, **said):
    """What a browser sends."""
    return LEAST | {"text": str(consent_sheet.texts()["rus"].pk), "purposes": purposes} | said


def sheet(case):
    return f"/cases/{case.pk}/consent/"


def given(case, by, *agreed, **how):
    """A sheet signed today; each of `agreed` is a purpose, or a purpose and a recipient."""
    pairs = [(one, "") if isinstance(one, str) else one for one in agreed]
    how = {"giver": "person", "form": "informed_consent_written", "given_on": TODAY} | how
    with acting_as(by.pk):
        return consent_sheet.sign(case, consent_sheet.Signed(consent_sheet.texts()["aze"], pairs, how), by=by)


# --- the sheet --------------------------------------------------------------------------------


def test_the_quartet(cast, adult_case, sign_in):
    found, said = (
        {},
        ticked("services", "share_provider", to_share_provider="Clinic 5\nTəmiz Dünya", leaflet="on"),
    )
    for who in ("stranger", "director", "worker"):
        found[who] = sign_in(getattr(cast, who)).post(sheet(adult_case), said).status_code
    assert found == {"stranger": 404, "director": 403, "worker": 302}
    kept = [(row.purposes, row.recipient or "", row.language, row.text.language, row.leaflet)
            for row in Consent.objects.order_by("written_at")]  # fmt: skip
    assert kept == [
        (["services"], "", "rus", "rus", True),
        (["share_provider"], "Clinic 5", "rus", "rus", True),
        (["share_provider"], "Təmiz Dünya", "rus", "rus", True),
    ]
    record = Consent.objects.first()
    for path in ("", "paper/", f"{record.pk}/withdraw/"):
        seen = [sign_in(getattr(cast, who)).get(sheet(adult_case) + path).status_code
                for who in ("stranger", "director", "worker")]  # fmt: skip
        assert seen == [404, 403, 200], path


def test_it_is_read_in_the_language_of_the_person(cast, open_case, sign_in):
    case = open_case({"languages": ["rus"], "birth_year": 1990})
    client = sign_in(cast.worker)
    shown = client.get(sheet(case)).content.decode()
    assert ('lang="ru" dir="auto">Пусть центр мне помогает' in shown, "?language=aze" in shown) == (
        True,
        True,
    )
    paper = client.get(f"{sheet(case)}paper/?language=eng").content.decode()
    assert ("The centre may help me" in paper, case.number in paper, 'lang="en"' in paper) == (True,) * 3


def test_the_paper_says_nothing_of_the_person(cast, adult_case, sign_in):
    paper = sign_in(cast.worker).get(f"{sheet(adult_case)}paper/").content.decode()
    assert ("Leyla" in paper, "Quliyeva" in paper, "<title>Consent" in paper) == (False, False, True)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"purposes": []}, "purposes"),
        ({"purposes": ["__class__"]}, "purposes"),
        ({"purposes": ["share_police"]}, "to_share_police"),
        ({"to_share_police": "Main department"}, "to_share_police"),
        ({"given_on": f"{TODAY + timedelta(days=1)}"}, "given_on"),
        ({"giver": "centre"}, "why_alone"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"text": "9" * 30}, ""),
        ({"text": "1e400"}, ""),
        ({"text": ""}, ""),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_ticked_stays(cast, adult_case, sign_in, said, field):
    answer = sign_in(cast.worker).post(sheet(adult_case), ticked("photo", why="x") | said).content.decode()
    assert ("error-summary" in answer, f'href="#id_{field}' in answer) == (True, bool(field))
    assert Consent.objects.count() == 0


def test_a_draft_of_the_sheet_comes_back(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    said = {"purposes": ["photo"], "to_share_provider": "Clinic 5"}
    assert client.post(f"/cases/{adult_case.pk}/drafts/consent/", said).status_code == 204
    shown = client.get(sheet(adult_case)).content.decode()
    assert ("This is your draft" in shown, "Clinic 5" in shown) == (True, True)
    client.post(sheet(adult_case), ticked("services"))
    assert "This is your draft" not in client.get(sheet(adult_case)).content.decode()


# --- the signed scan --------------------------------------------------------------------------


def scan(content=None):
    return SimpleUploadedFile("ə.jpg", picture() if content is None else content)


def test_the_signed_sheet_is_a_document_of_all_that_it_says(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    client.post(sheet(adult_case), ticked("services", "photo", scan=scan()))
    document = Document.objects.get()
    assert (document.kind, {row.scan_id for row in Consent.objects.all()}) == ("consent", {document.pk})
    assert f"/cases/documents/{document.pk}/" in client.get(sheet(adult_case)).content.decode()


def test_it_can_be_added_later_once(cast, adult_case, sign_in):
    first, second = given(adult_case, cast.worker, "services", "photo")
    client, path = sign_in(cast.worker), f"{sheet(adult_case)}{first.pk}/scan/"
    found = [
        sign_in(getattr(cast, who)).post(path, {"file": scan()}).status_code
        for who in ("stranger", "director")
    ]
    assert found == [404, 403]
    for _ in range(2):
        client.post(path, {"file": scan()})
    second.refresh_from_db()
    assert second.scan_id == Document.objects.get().pk
    client.post(path, {"file": scan(archive())})
    assert Document.objects.count() == 1


def test_a_scan_that_cannot_be_made_harmless_is_refused_beside_its_field(cast, adult_case, sign_in):
    answer = (
        sign_in(cast.worker).post(sheet(adult_case), ticked("photo", scan=scan(archive()))).content.decode()
    )
    assert ('href="#id_scan"' in answer, Consent.objects.count()) == (True, 0)


def test_raw_sql_links_no_document_of_another_case(cast, adult_case, child_case):
    (record,) = given(adult_case, cast.worker, "services")
    given(child_case, cast.worker, "photo", giver="person_guardian")
    theirs = consent_sheet._scan(child_case, picture(), cast.worker)
    with pytest.raises(Error, match="elsewhere"), transaction.atomic():
        Consent.objects.filter(pk=record.pk).update(scan=theirs)
    ours = consent_sheet._scan(adult_case, picture(), cast.worker)
    assert Consent.objects.filter(pk=record.pk).update(scan=ours) == 1


# --- who agrees -------------------------------------------------------------------------------

ORAL = {"form": "informed_consent_oral"}
ALONE, BOTH, GUARDIAN = {"giver": "person"}, {"giver": "person_guardian"}, {"giver": "guardian"}


@pytest.mark.parametrize(
    ("age", "how", "wrong"),
    [
        (3, GUARDIAN, None),
        (3, ALONE, "why_alone"),
        (8, BOTH | ORAL, None),
        (8, GUARDIAN, "why_alone"),
        (13, BOTH, None),
        (13, BOTH | ORAL, "form"),
        (13, GUARDIAN, "why_alone"),
        (13, GUARDIAN | {"why_alone": "he does not speak"}, None),
        (13, {"giver": "trusted_adult"}, "why_alone"),
        (13, {"giver": "trusted_adult", "why_alone": "the father sold him"}, None),
        (16, ALONE | ORAL, None),
        (16, BOTH, None),
        (16, GUARDIAN, "why_alone"),
        (40, ALONE, None),
        (40, {"giver": "centre"}, "why_alone"),
    ],
)
def test_who_agrees_follows_from_the_age(cast, open_case, age, how, wrong):
    case = open_case({"birth_date": TODAY.replace(year=TODAY.year - age, day=1)})
    if not wrong:
        assert given(case, cast.worker, "services", **how)
        return
    with pytest.raises(ValidationError) as refusal:
        given(case, cast.worker, "services", **how)
    assert [*refusal.value.message_dict] == [wrong]


def test_a_guardian_who_is_not_safe_does_not_agree(cast, child_case):
    stepfather = Guardianship(case=child_case, victim=child_case.victim, kind="guardian", conflict=True)
    records.add(KINDS["guardian"], stepfather, by=cast.worker)
    with pytest.raises(ValidationError) as refusal:
        given(child_case, cast.worker, "services", **BOTH)
    assert [*refusal.value.message_dict] == ["giver"]
    aunt = Guardianship(case=child_case, victim=child_case.victim, kind="guardian")
    records.add(KINDS["guardian"], aunt, by=cast.worker)
    assert given(child_case, cast.worker, "services", **BOTH)


# --- what it allows ---------------------------------------------------------------------------


def test_it_holds_by_purpose_and_recipient_in_any_spelling(cast, adult_case):
    given(adult_case, cast.worker, "contact", ("share_provider", "Təmiz Dünya"))
    asked = [
        ("contact", ""), ("contact", "anybody"), ("photo", ""), ("share_provider", ""), ("share_provider", "temiz dunya"),
        ("share_provider", "Тəмиз Дүнҹа"), ("share_provider", "Clinic 5"), ("share_police", "Təmiz Dünya"),
    ]  # fmt: skip
    found = [consents.consent_holds(adult_case, purpose, recipient) for purpose, recipient in asked]
    assert found == [True, True, False, True, True, False, False, False]


def test_it_ends_on_its_day(cast, adult_case):
    given(
        adult_case,
        cast.worker,
        "photo",
        given_on=TODAY - timedelta(days=9),
        ends_on=TODAY - timedelta(days=1),
    )
    assert consents.consent_holds(adult_case, "photo") is False
    given(adult_case, cast.worker, "photo", ends_on=TODAY)
    assert consents.consent_holds(adult_case, "photo") is True


# --- withdrawal -------------------------------------------------------------------------------


@pytest.fixture
def shared(cast, adult_case):
    """A case with consent, a psychologist, and shares within the team and outside of it."""
    given(adult_case, cast.worker, "services", "photo")
    care_team.choose(adult_case, {"psychologist": cast.specialist}, by=cast.worker)
    for to in (cast.colleague, cast.stranger):
        sharing.share(adult_case, to=to, sections=["legal"], until=TODAY, reason="court", by=cast.worker)
    return adult_case


def readers(cast, case):
    """Who of these reads the case."""
    found = []
    for who in ("worker", "supervisor", "specialist", "colleague", "stranger"):
        person = getattr(cast, who)
        with acting_as(person.pk):
            found += [who] if Case.objects.visible_to(person).filter(pk=case.pk).exists() else []
    return found


def taken_back(case, by, purpose="services"):
    record = next(row for row in consents.kept(case) if purpose in row.purposes)
    consent_sheet.withdraw(record, on=TODAY, by=by)


def test_sharing_stops_with_the_consent_to_be_helped(cast, shared, sign_in):
    record = next(row for row in consents.kept(shared) if "services" in row.purposes)
    client, path = sign_in(cast.worker), f"{sheet(shared)}{record.pk}/withdraw/"
    shown = client.get(path).content.decode()
    names = [getattr(cast, who).display_name in shown for who in ("specialist", "stranger", "colleague")]
    assert (names, len(readers(cast, shared))) == ([True, True, False], 5)
    assert [
        sign_in(getattr(cast, who)).post(path).status_code for who in ("other_supervisor", "director")
    ] == [404, 403]
    assert client.post(path, {"on": f"{TODAY}"}).status_code == 302
    assert readers(cast, shared) == ["worker", "supervisor", "colleague"]
    assert consents.consent_holds(shared, "photo") is True
    assert sign_in(cast.specialist).get(f"/cases/{shared.pk}/").status_code == 404


def test_any_way_into_the_table_ends_it(cast, shared):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_consent SET withdrawn_on = given_on WHERE 'photo' = ANY (purposes)")
        assert len(readers(cast, shared)) == 5
        cursor.execute("UPDATE cases_consent SET withdrawn_on = given_on WHERE 'services' = ANY (purposes)")
    assert readers(cast, shared) == ["worker", "supervisor", "colleague"]


def test_another_consent_to_the_same_keeps_it_until_it_ends_too(cast, shared):
    given(shared, cast.worker, "services", "data_processing")
    taken_back(shared, cast.worker)  # all that say the same
    assert (readers(cast, shared), consents.withdrawn(shared, "services")) == (
        ["worker", "supervisor", "colleague"],
        True,
    )
    given(shared, cast.worker, "services")
    assert consents.withdrawn(shared, "services") is False


def test_after_it_nobody_joins_without_a_reason(cast, shared, sign_in):
    taken_back(shared, cast.worker)
    client, path = sign_in(cast.worker), f"/cases/{shared.pk}/access/care-team/"
    answer = client.post(path, {"psychologist": cast.specialist.pk}).content.decode()
    assert ("say why somebody joins" in answer, 'href="#id_why"' in answer) == (True, True)
    client.post(path, {"psychologist": cast.specialist.pk, "why": "she may harm herself"})
    assert {row.reason for row in CaseUserGrant.objects.filter(user=cast.specialist)} == {
        "she may harm herself"
    }
    with pytest.raises(ValidationError):
        care_team.extend(shared, cast.specialist, by=cast.worker)


def test_it_is_withdrawn_once_on_a_day_that_can_be(cast, shared):
    record = next(row for row in consents.kept(shared) if "photo" in row.purposes)
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(ValidationError):
            consent_sheet.withdraw(record, on=day, by=cast.worker)
    taken_back(shared, cast.worker, "photo")
    with pytest.raises(ValidationError):
        taken_back(shared, cast.worker, "photo")


def test_a_consent_that_the_age_no_longer_allows_can_still_be_withdrawn(cast, open_case):
    case = open_case({"birth_date": TODAY.replace(year=TODAY.year - 13, day=1)})
    given(case, cast.worker, "services", giver="person", why_alone="x")
    Consent.objects.update(why_alone=None)
    taken_back(case, cast.worker)
    assert consents.withdrawn(case, "services") is True


# --- the texts --------------------------------------------------------------------------------


def wording(**said):
    return {part: f"{part}, in words" for part in ConsentText.PARTS} | {"replaces": ""} | said


def test_an_administrator_adds_a_language_and_past_consents_keep_their_text(cast, adult_case, sign_in):
    (before,) = given(adult_case, cast.worker, "services")
    path = "/cases/consent-texts/"
    found = {who: (sign_in(getattr(cast, who)).get(path).status_code,
                   twice(sign_in(getattr(cast, who)), f"{path}kat/", wording()).status_code)
             for who in ("worker", "supervisor", "administrator")}  # fmt: skip
    assert found == {"worker": (403, 403), "supervisor": (403, 403), "administrator": (200, 302)}
    now = consent_sheet.texts()["aze"]
    client = sign_in(cast.administrator)
    lines = "first line\nsecond line"
    said = wording(replaces=str(now.pk), introduction="first line\r\nsecond line")
    facts = client.post(f"{path}aze/", said).context["shown"].facts
    assert next(fact.before for fact in facts if fact.after == lines) == now.said["introduction"]
    assert consent_sheet.texts()["aze"] == now
    twice(client, f"{path}aze/", said)
    assert ([*consent_sheet.texts()], consent_sheet.texts()["aze"].said["introduction"]) == (
        ["aze", "rus", "eng", "kat"], lines,
    )  # fmt: skip
    before.refresh_from_db()
    assert before.text_id == now.pk
    shown = sign_in(cast.worker).get(f"{sheet(adult_case)}?language=kat").content.decode()
    assert 'lang="ka" dir="auto">services, in words' in shown
    assert "Start from this again" in client.get(f"{path}aze/").content.decode()
    again = client.get(f"{path}aze/?again={now.pk}").context["form"]
    assert again.initial["introduction"] == now.said["introduction"]


def test_a_text_is_whole_and_two_who_edit_see_both(cast, sign_in):
    client, path = sign_in(cast.administrator), "/cases/consent-texts/eng/"
    now = consent_sheet.texts()["eng"]
    assert "error-summary" in client.post(path, wording(replaces=str(now.pk), photo="")).content.decode()
    answer = client.post(path, wording(replaces="1")).content.decode()
    assert ("photo, in words" in answer, now.said["photo"] in answer) == (True, True)
    assert "Somebody changed this while you were typing" in answer
    assert consent_sheet.texts()["eng"] == now
    assert [client.get(f"/cases/consent-texts/{code}/").status_code for code in ("mul", "xx")] == [404, 404]


def test_raw_sql_edits_no_text(cast):
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        ConsentText.objects.create(language="eng", said={}, made_by=cast.worker)
    with acting_as(cast.administrator.pk):
        for statement in ("UPDATE cases_consenttext SET said = '{}'", "DELETE FROM cases_consenttext"):
            with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_without_a_text_the_page_says_who_adds_one(cast, adult_case, sign_in, monkeypatch):
    monkeypatch.setattr(consent_sheet, "texts", dict)
    for path in (sheet(adult_case), f"{sheet(adult_case)}paper/"):
        assert "an administrator adds one" in sign_in(cast.worker).get(path).content.decode()
