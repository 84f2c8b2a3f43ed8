"""Papers about a case: numbered, filed, neutral; asked by who reads the case and by nobody else."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.db import connection
from pypdfium2 import PdfDocument

from aidcenter.clock import baku_today
from cases import case_papers, documents
from cases.case_papers import Paper
from cases.models import Document, Note
from tests.test_consent import given
from tests.test_providers import provider

pytestmark = pytest.mark.django_db
BASE = {"language": "en", "head": "neutral"}


def said(kind, **facts):
    """A form as it is sent."""
    return {"kind": kind, **{f"{kind}-{name}": value for name, value in (BASE | facts).items()}}


def text_of(document, by):
    pages = PdfDocument(documents.content_of(document, by=by))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def test_a_certificate_takes_two_clicks(cast, adult_case, sign_in):
    """What the page offers is sent as it stands."""
    client = sign_in(cast.worker)
    page = client.get(f"/cases/{adult_case.pk}/papers/")
    form = page.context["parts"][0][2]
    offered = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    answer = client.post(f"/cases/{adult_case.pk}/papers/", {"kind": "attendance", **offered})
    assert answer["Location"] == f"/cases/{adult_case.pk}/documents/"
    made = Document.objects.get(case=adult_case)
    assert (made.kind, made.number[:2]) == ("letter", "P-")
    assert made.number in client.get(answer["Location"]).content.decode()


def test_the_paper_says_who_was_here_and_nothing_else(cast, adult_case):
    paper = Paper("attendance", "en", on=baku_today(), starts="10:00", ends="11:30")
    made = case_papers.write(adult_case, paper, by=cast.worker)
    found = text_of(made, cast.worker)
    for word in ("Leyla Quliyeva", "10:00", "11:30", made.number, configured.CENTRE_NEUTRAL_NAMES["en"]):
        assert word in found
    for word in (adult_case.number, "Trafficking", "victim", "Victim"):
        assert word not in found


def test_the_full_letterhead_is_there_when_it_is_chosen(cast, adult_case, sign_in):
    """The negative control of the neutral one."""
    client = sign_in(cast.worker)
    client.post(
        f"/cases/{adult_case.pk}/papers/", said("cover", head="full", to="The court", text="Three papers")
    )
    found = text_of(Document.objects.get(case=adult_case), cast.worker)
    assert configured.CENTRE_NAMES["en"] in found
    assert "The court" in found
    assert "Three papers" in found


def test_the_usual_text_follows_the_language(cast, adult_case, sign_in):
    client, page = sign_in(cast.worker), f"/cases/{adult_case.pk}/papers/"
    usual = client.get(page).context["parts"][2][2]["text"].value()
    client.post(page, said("cover", language="ru", to="Суд", text=usual))
    assert "Прилагаем документы" in text_of(Document.objects.get(case=adult_case), cast.worker)


def test_numbers_follow_each_other_and_a_refused_one_is_taken_back(cast, adult_case, sign_in):
    client, page = sign_in(cast.worker), f"/cases/{adult_case.pk}/papers/"
    client.post(page, said("attendance", on=baku_today().isoformat()))
    client.post(page, said("attendance", on=(baku_today() + timedelta(days=1)).isoformat()))
    client.post(page, said("attendance", on=baku_today().isoformat()))
    numbers = sorted(int(row.number.rsplit("-", 1)[1]) for row in Document.objects.filter(case=adult_case))
    assert len(numbers) == 2
    assert numbers[1] == numbers[0] + 1


def test_nobody_takes_a_number_outside_of_a_context(cast):
    with connection.cursor() as cursor:
        cursor.execute("SELECT paper_number()")
        assert cursor.fetchone()[0]
        cursor.execute("SELECT set_config('aidcenter.context', '', true)")
        cursor.execute("SELECT paper_number()")
        assert cursor.fetchone()[0] is None


def test_a_clinic_is_asked_with_consent_or_a_reason(cast, adult_case, sign_in):
    clinic = provider(cast, name="Clinic 5", service_types=["medical"])
    client, page = sign_in(cast.worker), f"/cases/{adult_case.pk}/papers/"
    asked = said("clinic", provider=str(clinic.pk), text="Please see the person.")
    assert "has not agreed to this provider" in client.post(page, asked).content.decode()
    assert not Document.objects.exists()
    client.post(page, asked | {"clinic-provider_why": "in pain, cannot sign"})
    made = Document.objects.get(case=adult_case)
    assert "Clinic 5" in text_of(made, cast.worker)
    note = Note.objects.get(case=adult_case)
    assert made.number in note.text
    assert "in pain" in note.text


def test_the_act_itself_asks_for_consent(cast, adult_case):
    clinic = provider(cast, name="Clinic 5", service_types=["medical"])
    for said_to in (clinic, None):
        with pytest.raises(ValidationError):
            case_papers.write(adult_case, Paper("clinic", "en", text="x", provider=said_to), by=cast.worker)
    given(adult_case, cast.worker, ("share_provider", "Clinic 5"))
    assert case_papers.write(adult_case, Paper("clinic", "en", text="x", provider=clinic), by=cast.worker)
    assert not Note.objects.filter(case=adult_case).exists()


@pytest.mark.parametrize(
    "posted",
    [
        {"kind": "diploma"},
        {},
        said("attendance", on="31.02.2026"),
        said("attendance", on="2026-01-05", starts="11:00", ends="10:00"),
        said("attendance", on="2026-01-05", language="xx"),
        said("cover", to="", text="x"),
        said("cover", to="x", text="y" * 1501),
        said("clinic", provider="00000000-0000-0000-0000-000000000000", text="x"),
    ],
)
def test_bad_input_makes_nothing(cast, adult_case, sign_in, posted):
    answer = sign_in(cast.worker).post(f"/cases/{adult_case.pk}/papers/", posted)
    assert answer.status_code == 200
    assert not Document.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("specialist", 404), ("administrator", 403)])
def test_who_does_not_read_the_case_writes_no_paper(cast, adult_case, sign_in, who, status):
    client = sign_in(getattr(cast, who))
    for answer in (
        client.get(f"/cases/{adult_case.pk}/papers/"),
        client.post(f"/cases/{adult_case.pk}/papers/", said("attendance", on=baku_today().isoformat())),
    ):
        assert answer.status_code == status
    assert not Document.objects.filter(case=adult_case).exists()
