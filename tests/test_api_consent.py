"""The consent sheet through the API: signed with its scan, standing as on the screen, and taken back."""

import base64

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aidcenter.context import acting_as
from aidcenter.models import AuditEvent
from cases import consent_sheet
from cases.models import Consent, Document
from tests.cast import write_consent_texts
from tests.test_consent import TODAY, given
from tests.test_documents import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SCAN = base64.b64encode(picture()).decode()


@pytest.fixture(autouse=True)
def texts(cast):
    write_consent_texts(cast.administrator)


def said(**more):
    text = consent_sheet.texts()["aze"].pk
    return {"text": text, "purposes": ["services", "share_provider"], "giver": "person", "given_on": f"{TODAY}",
            "to_share_provider": "Clinic 5\nTəmiz Dünya", "form": "informed_consent_written"} | more  # fmt: skip


def path(case):
    return f"cases/{case.pk}/consent/"


def holds(answer):
    return sorted(
        (row["record"]["purposes"], row["record"]["recipient"], row["holds"])
        for row in answer.json()["standing"]
    )


def test_the_quartet(cast, program, adult_case):
    found = {who: [program(getattr(cast, who)).get(path(adult_case)).status_code,
                   program(getattr(cast, who)).post(f"{path(adult_case)}sheet/", said()).status_code]
             for who in ("stranger", "director", "specialist")}  # fmt: skip
    assert found == {"stranger": [404, 404], "director": [403, 403], "specialist": [404, 403]}
    assert Consent.objects.count() == 0
    worker = program(cast.worker)
    made = worker.post(f"{path(adult_case)}sheet/", said(scan=SCAN))
    assert made.status_code == 201, made.content
    assert made["Location"] == f"/api/v1/{path(adult_case)}"
    assert holds(made) == [(["services"], None, True), (["share_provider"], "Clinic 5", True),
                           (["share_provider"], "Təmiz Dünya", True)]  # fmt: skip
    assert worker.get(path(adult_case)).json() == made.json()
    with acting_as(cast.worker.pk):
        assert {row.scan_id for row in Consent.objects.all()} == {Document.objects.get(kind="consent").pk}
    with acting_as(cast.supervisor.pk):
        assert AuditEvent.objects.filter(action="record.view", case_id=adult_case.pk).exists()


def test_the_same_key_signs_one_sheet(cast, program, adult_case):
    worker, key = program(cast.worker), {"Idempotency-Key": "sheet"}
    first, again = (worker.post(f"{path(adult_case)}sheet/", said(), **key) for _time in range(2))
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, first.json(), "true")
    assert Consent.objects.count() == 3


@pytest.mark.parametrize(
    ("wrong", "code", "pointer"),
    [
        ({"to_share_provider": ""}, 422, "/to_share_provider"),
        ({"text": 0}, 422, "/text"),
        ({"purposes": []}, 422, "/purposes"),
        ({"scan": "!"}, 400, "/scan"),
        ({"scan": base64.b64encode(b"no picture").decode()}, 422, "/scan"),
        ({"giver": "guardian", "ends_on": "2001-01-01"}, 422, "/ends_on"),
    ],
)
def test_what_no_sheet_says(cast, program, adult_case, wrong, code, pointer):
    answer = program(cast.worker).post(f"{path(adult_case)}sheet/", said(**wrong))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (code, pointer), answer.content
    assert Consent.objects.count() == Document.objects.count() == 0


def test_the_scan_comes_later(cast, program, adult_case):
    row, other = given(adult_case, cast.worker, "services", "data_processing")
    scan = f"records/consent/{row.pk}/scan/"
    assert program(cast.stranger).post(scan, {"file": SCAN}).status_code == 404
    assert program(cast.supervisor).post(scan, {"file": ""}).status_code == 422
    assert program(cast.worker).post(scan, {"file": SCAN}).status_code == 200
    other.refresh_from_db()
    assert other.scan_id is not None
    assert program(cast.worker).post(scan, {"file": SCAN}).status_code == 422


def test_taken_back(cast, program, adult_case):
    (row,) = given(adult_case, cast.worker, "photo")
    end = f"records/consent/{row.pk}/withdraw/"
    assert program(cast.stranger).post(end, {"on": f"{TODAY}"}).status_code == 404
    assert program(cast.director).post(end, {"on": f"{TODAY}"}).status_code == 403
    worker = program(cast.worker)
    assert worker.post(end, {"on": "2001-01-01"}).json()["errors"][0]["pointer"] == "/on"
    assert worker.post(end, {"on": f"{TODAY}"}).json()["withdrawn_on"] == f"{TODAY}"
    assert holds(worker.get(path(adult_case))) == [(["photo"], None, False)]
    assert worker.post(end, {"on": f"{TODAY}"}).status_code == 422


def test_one_consent_costs_what_three_cost(cast, program, adult_case):
    worker, counts = program(cast.worker), []
    for agreed in (["services"], ["photo", "data_processing"]):
        given(adult_case, cast.worker, *agreed)
        worker.get(path(adult_case))
        with CaptureQueriesContext(connection) as asked:
            worker.get(path(adult_case))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_texts_are_read_before(cast, program):
    texts = program(cast.worker).get("consent-texts/").json()["texts"]
    assert [row["language"] for row in texts] == ["aze", "rus", "eng"]
    assert texts[0]["said"]["services"]
    assert program(cast.director).get("consent-texts/").status_code == 403
