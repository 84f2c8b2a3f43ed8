"""The records of a case: kept by kind, changed with what stood before, struck out, and asking in time."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases import notes, records
from cases.duties import sharing_duties
from cases.kinds import KINDS
from cases.models import ConnectedPerson, Disclosure, IdentityPaper, Revision

pytestmark = pytest.mark.django_db
TODAY = baku_today()
LEAST = {  # what each form needs, as a browser sends it
    "consent": {"purposes": ["services"], "giver": "person", "form": "informed_consent_written", "given_on": f"{TODAY}"},
    "reflection": {"begins_on": f"{TODAY}", "days": "30"},
    "exploitation": {"types": ["forced_labour"], "story": "was promised a shop"},
    "route": {"kind": "transit", "place": "a flat in Qırmızı"},
    "people": {"name": "Uncle Səməd", "roles": ["recruiter"], "dangerous": "on"},
    "guardian": {"kind": "guardian", "name": "Aunt Gülnarə"},
    "proceeding": {"kind": "criminal", "role": "victim", "number": "12-345"},
    "paper": {"kind": "passport", "number": "C01234567"},
    "belonging": {"what": "a red suitcase", "received_on": f"{TODAY}"},
    "disclosure": {"asked_on": f"{TODAY}", "basis": "court", "asked_by": "Nəsimi court"},
    "follow-up": {"planned_on": f"{TODAY}"},
    "work": {"kind": "job", "place": "Sewing house No 3", "found_on": f"{TODAY}"},
}  # fmt: skip


def page(case, slug, record="new"):
    return f"/cases/{case.pk}/record/{slug}/{record}/"


def paper(case, by, **said):
    row = IdentityPaper(case=case, victim=case.victim, kind="passport", **said)
    with acting_as(by.pk):
        records.add(KINDS["paper"], row, by=by)
    return row


def changed(client, case, record, seen, **said):
    return client.post(page(case, "paper", record.pk), {"kind": "passport", "seen": seen, **said})


def stamp_of(record):
    return records.stamp(records.said(KINDS["paper"], record))


def test_every_kind_is_listed_here():
    assert set(LEAST) == set(KINDS)


@pytest.mark.parametrize("slug", LEAST)
def test_the_quartet(cast, adult_case, sign_in, slug):
    found = {}
    for who in ("stranger", "director", "worker"):
        found[who] = sign_in(getattr(cast, who)).post(page(adult_case, slug), LEAST[slug]).status_code
    assert found == {"stranger": 404, "director": 403, "worker": 302}
    record = KINDS[slug].model.objects.get(case=adult_case)
    assert record.author == cast.worker
    shown = sign_in(cast.supervisor).get(f"/cases/{adult_case.pk}/record/").content.decode()
    for text in (value for value in LEAST[slug].values() if isinstance(value, str) and " " in value):
        assert text in shown
    seen = {}
    for who in ("stranger", "director"):
        client = sign_in(getattr(cast, who))
        seen[who] = (
            client.get(f"/cases/{adult_case.pk}/record/").status_code,
            client.get(page(adult_case, slug, record.pk)).status_code,
        )
    assert seen == {"stranger": (404, 404), "director": (403, 403)}


def test_personal_words_are_unreadable_at_rest(cast, adult_case, sign_in):
    sign_in(cast.worker).post(page(adult_case, "people"), LEAST["people"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT position('Uncle'::bytea in name), roles::text FROM cases_connectedperson")
        assert cursor.fetchone() == (0, "{recruiter}")
    assert ConnectedPerson.objects.get().name == "Uncle Səməd"


def test_a_record_of_another_case_is_not_found_through_ones_own(cast, adult_case, child_case, sign_in):
    record = paper(adult_case, cast.worker, number="1")
    client = sign_in(cast.worker)
    assert client.get(page(adult_case, "paper", record.pk)).status_code == 200
    assert client.get(page(child_case, "paper", record.pk)).status_code == 404
    assert client.get(page(adult_case, "belonging", record.pk)).status_code == 404
    assert client.get(page(adult_case, "nonsense")).status_code == 404


# --- changes --------------------------------------------------------------------------------


def test_a_change_keeps_what_stood_before(cast, adult_case, sign_in):
    record = paper(adult_case, cast.worker, number="C1")
    client = sign_in(cast.worker)
    assert changed(client, adult_case, record, stamp_of(record), number="C2").status_code == 302
    record.refresh_from_db()
    assert (record.number, Revision.objects.get().said["number"]) == ("C2", "C1")
    shown = client.get(page(adult_case, "paper", record.pk)).content.decode()
    assert ("<del><bdi>C1</bdi></del>" in shown, "<bdi>C2</bdi>" in shown) == (True, True)


def test_two_who_change_at_once_see_both_and_lose_nothing(cast, adult_case, sign_in):
    record = paper(adult_case, cast.worker, number="C1")
    old = stamp_of(record)
    changed(sign_in(cast.supervisor), adult_case, record, old, number="theirs-2")
    client = sign_in(cast.worker)
    answer = changed(client, adult_case, record, old, number="mine-3").content.decode()
    assert ("theirs-2" in answer, "mine-3" in answer, "while you were typing" in answer) == (True, True, True)
    record.refresh_from_db()
    assert (record.number, Revision.objects.count()) == ("theirs-2", 1)
    assert changed(client, adult_case, record, stamp_of(record), number="mine-3").status_code == 302
    record.refresh_from_db()
    assert (record.number, Revision.objects.count()) == ("mine-3", 2)


def test_saving_without_a_change_leaves_no_revision(cast, adult_case, sign_in):
    record = paper(adult_case, cast.worker, number="C1")
    assert changed(sign_in(cast.worker), adult_case, record, stamp_of(record), number="C1").status_code == 302
    assert Revision.objects.count() == 0


def test_struck_out_it_stays_to_be_read_and_asks_for_nothing(cast, adult_case, sign_in):
    record = paper(adult_case, cast.worker, number="C1", ends_on=TODAY)
    client, path = sign_in(cast.worker), page(adult_case, "paper", record.pk)
    client.post(f"{path}strike/", {"reason": ""})
    record.refresh_from_db()
    assert record.struck_at is None
    client.post(f"{path}strike/", {"reason": "of another person"})
    shown = client.get(f"/cases/{adult_case.pk}/record/").content.decode()
    assert ("C1" in shown, "of another person" in shown) == (True, True)
    assert asked(cast.worker) == []
    with pytest.raises(Error), transaction.atomic():
        IdentityPaper.objects.filter(pk=record.pk).update(kind="visa")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM cases_identitypaper",
        "UPDATE cases_identitypaper SET author_id = %(other)s",
        "UPDATE cases_identitypaper SET case_id = %(child)s",
        "UPDATE cases_identitypaper SET struck_at = now(), struck_by_id = %(other)s",
        "UPDATE cases_revision SET author_id = %(other)s",
        "DELETE FROM cases_revision",
    ],
)
def test_raw_sql_does_not_change_who_wrote_what_about_whom(cast, adult_case, child_case, sign_in, statement):
    record = paper(adult_case, cast.worker, number="C1")
    changed(sign_in(cast.worker), adult_case, record, stamp_of(record), number="C2")
    ids = {"other": cast.supervisor.pk, "child": child_case.pk}
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, ids)


def test_a_draft_of_a_record_comes_back(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    said = {"name": "Uncle", "roles": ["recruiter", "exploiter"], "dangerous": "on"}
    assert client.post(f"/cases/{adult_case.pk}/drafts/record-people/", said).status_code == 204
    assert notes.draft(adult_case, "record-people", by=cast.worker) == said
    shown = client.get(page(adult_case, "people")).content.decode()
    assert ('value="Uncle"' in shown, shown.count("checked")) == (True, 3)
    client.post(page(adult_case, "people"), LEAST["people"])
    assert notes.draft(adult_case, "record-people", by=cast.worker) == {}


# --- what each kind asks for ------------------------------------------------------------------


def asked(person):
    with acting_as(person.pk):
        return [duty.title for duty in sharing_duties(person, TODAY) if "/record/" in duty.url]


@pytest.mark.parametrize(("days", "duties"), [(31, 0), (30, 1), (1, 1), (-5, 1)])
def test_a_paper_asks_thirty_days_before_it_ends(cast, adult_case, days, duties):
    paper(adult_case, cast.worker, ends_on=TODAY + timedelta(days=days))
    assert len(asked(cast.worker)) == duties
    assert (asked(cast.stranger), asked(cast.supervisor)) == ([], [])


def test_a_renewed_paper_asks_no_more(cast, adult_case, sign_in):
    record = paper(adult_case, cast.worker, number="1", ends_on=TODAY)
    changed(
        sign_in(cast.worker),
        adult_case,
        record,
        stamp_of(record),
        number="1",
        ends_on=f"{TODAY}",
        replaced="on",
    )
    assert asked(cast.worker) == []


@pytest.mark.parametrize(("begun", "duties"), [(22, 0), (23, 1), (29, 1), (31, 1)])
def test_the_reflection_period_reminds_a_week_before_its_end(cast, adult_case, sign_in, begun, duties):
    began = TODAY - timedelta(days=begun)
    sign_in(cast.worker).post(page(adult_case, "reflection"), {"begins_on": f"{began}", "days": "30"})
    assert len(asked(cast.worker)) == duties


@pytest.mark.parametrize("days", ["29", "0", "-1", "366", "x", "1e9"])
def test_a_reflection_period_lasts_thirty_days_or_more(cast, adult_case, sign_in, days):
    answer = sign_in(cast.worker).post(
        page(adult_case, "reflection"), {"begins_on": f"{TODAY}", "days": days}
    )
    assert (answer.status_code, "error-summary" in answer.content.decode()) == (200, True)


# --- what each kind refuses -------------------------------------------------------------------


def kept(case, slug, by, **said):
    row = KINDS[slug].model(case=case, victim=case.victim, **said)
    with acting_as(by.pk):
        records.add(KINDS[slug], row, by=by)
    return row


def test_one_exploitation_profile_for_a_case(cast, adult_case, sign_in):
    client = sign_in(cast.worker)
    client.post(page(adult_case, "exploitation"), LEAST["exploitation"])
    answer = client.post(page(adult_case, "exploitation"), LEAST["exploitation"])
    assert "has such a record already" in answer.content.decode()
    assert "sexual exploitation" not in client.get(f"/cases/{adult_case.pk}/").content.decode().lower()
    assert "Forced labour" in client.get(f"/cases/{adult_case.pk}/").content.decode()


@pytest.mark.parametrize(
    ("slug", "said", "field"),
    [
        ("exploitation", {"began_on": TODAY, "ended_on": TODAY - timedelta(days=1)}, ""),
        ("exploitation", {"began_on": TODAY + timedelta(days=1)}, "began_on"),
        ("route", {"kind": "transit", "happened_on": TODAY + timedelta(days=1)}, "happened_on"),
        ("consent", {"purposes": ["share_police"], "giver": "person", "given_on": TODAY}, "recipient"),
        ("consent", {"purposes": ["services"], "giver": "centre", "given_on": TODAY}, "why_alone"),
        ("consent", {"purposes": ["services", "photo"]}, "purposes"),
        ("disclosure", {"asked_on": TODAY, "basis": "court", "given_on": TODAY}, "given"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(cast, adult_case, sign_in, slug, said, field):
    answer = sign_in(cast.worker).post(page(adult_case, slug), {**LEAST[slug], **said}).content.decode()
    assert ("error-summary" in answer, f'href="#id_{field}' in answer) == (True, bool(field))
    assert KINDS[slug].model.objects.count() == 0


def test_what_rests_on_consent_needs_one_that_holds(cast, adult_case):
    said = {"asked_on": TODAY, "basis": "consent", "given": "the address", "given_on": TODAY}
    said |= {"approved_by": cast.supervisor, "asked_by": "Main department"}
    with pytest.raises(ValidationError) as refusal:
        kept(adult_case, "disclosure", cast.worker, **said)
    assert [*refusal.value.message_dict] == ["without_consent"]
    agreed = {"purposes": ["share_police"], "recipient": "Court; Main Department", "given_on": TODAY}
    consent = kept(adult_case, "consent", cast.worker, **agreed)
    for asked_by in ("", "Migration service"):
        with pytest.raises(ValidationError):
            kept(adult_case, "disclosure", cast.worker, **said | {"asked_by": asked_by})
    kept(adult_case, "disclosure", cast.worker, **said)
    before = records.said(KINDS["consent"], consent)
    consent.withdrawn_on = TODAY
    records.change(KINDS["consent"], consent, before=before, by=cast.worker)
    with pytest.raises(ValidationError):
        kept(adult_case, "disclosure", cast.worker, **said)
    kept(adult_case, "disclosure", cast.worker, **said, without_consent="her life was in danger")
    assert Disclosure.objects.count() == 2


def test_nothing_is_disclosed_before_somebody_approved_it(cast, adult_case):
    with pytest.raises(ValidationError):
        kept(adult_case, "disclosure", cast.worker, asked_on=TODAY, basis="court", given="x", given_on=TODAY)


def test_who_adds_what_is_kept_once_sees_what_somebody_else_added(cast, adult_case, sign_in):
    sign_in(cast.supervisor).post(page(adult_case, "exploitation"), LEAST["exploitation"])
    said = LEAST["exploitation"] | {"story": "was promised a cafe"}
    answer = sign_in(cast.worker).post(page(adult_case, "exploitation"), said).content.decode()
    assert ("promised a shop" in answer, "promised a cafe" in answer) == (True, True)


@pytest.mark.parametrize(
    ("form", "back"),
    [("safety/", ""), ("notes/new/", ""), ("close/", ""), ("assessments/new/", "assessments/"), ("status/", "record/"),
     ("record/people/new/", "record/"), ("consent/", "")],
)  # fmt: skip
def test_cancel_leads_back(cast, adult_case, sign_in, form, back):
    shown = sign_in(cast.worker).get(f"/cases/{adult_case.pk}/{form}").content.decode()
    assert f'<a class="btn btn-link" href="/cases/{adult_case.pk}/{back}">' in shown
