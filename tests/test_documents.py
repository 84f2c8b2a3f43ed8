"""Documents: made harmless, encrypted, read by section, kept by versions, and refused with a reason."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from PIL import Image
from pypdfium2 import PdfDocument

from aidcenter import cleanfile
from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from cases import care_team, documents, records
from cases.kinds import KINDS
from cases.models import Consent, Document, DocumentPart

pytestmark = pytest.mark.django_db
SECRET = b"Nuray was here"


def picture(kind="JPEG", size=(64, 48), **how):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **how)
    return out.getvalue()


def located():
    """A photograph that carries a place, a description, a thumbnail, and a web page at its end."""
    facts = Image.Exif()
    facts[0x010E] = SECRET.decode()
    facts[0x0112] = 6  # to be turned
    facts.get_ifd(0x8825)[1] = "N"
    return picture(exif=facts, comment=SECRET) + b"<html><script>" + SECRET


def pdf(pages=1, **facts):
    out = io.BytesIO()
    sheets = [Image.new("RGB", (200, 280), "white") for _ in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], **facts)
    return out.getvalue()


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as into:
        into.writestr("word/document.xml", SECRET)
    return out.getvalue()


def uploaded(client, case, content, name="scan.jpg", **said):
    file = SimpleUploadedFile(name, content)
    return client.post(f"/cases/{case.pk}/documents/", {"file": file, "kind": "statement", **said})


def kept(case, by, **said):
    with acting_as(by.pk):
        upload = documents.Upload(**({"kind": "statement", "content": picture()} | said))
        return documents.add(case, upload, by=by)


@pytest.fixture
def team(cast, adult_case):
    """The case with a psychologist in its care team."""
    care_team.choose(adult_case, {"psychologist": cast.specialist}, by=cast.worker)
    return adult_case


# --- who --------------------------------------------------------------------------------------


def test_the_quartet(cast, adult_case, sign_in):
    found = {}
    for who in ("stranger", "director", "worker"):
        found[who] = uploaded(sign_in(getattr(cast, who)), adult_case, picture()).status_code
    assert found == {"stranger": 404, "director": 403, "worker": 302}
    document = Document.objects.get()
    seen = {}
    for who in ("stranger", "director", "supervisor"):
        client = sign_in(getattr(cast, who))
        seen[who] = [
            client.get(path).status_code
            for path in (f"/cases/documents/{document.pk}/", f"/cases/documents/{document.pk}/preview/")
        ]
    assert seen == {"stranger": [404, 404], "director": [403, 403], "supervisor": [200, 200]}


def test_a_document_of_a_section_is_read_by_the_section_alone(cast, team, sign_in):
    document = kept(team, cast.specialist, section="psychological", title="Test results")
    path = f"/cases/documents/{document.pk}/"
    found = {
        who: sign_in(getattr(cast, who)).get(path).status_code
        for who in ("specialist", "worker", "supervisor")
    }
    assert found == {"specialist": 200, "worker": 404, "supervisor": 404}
    assert "Test results" not in sign_in(cast.worker).get(f"/cases/{team.pk}/documents/").content.decode()
    assert "Test results" in sign_in(cast.specialist).get(f"/cases/{team.pk}/documents/").content.decode()
    with acting_as(cast.worker.pk):
        assert (Document.objects.count(), DocumentPart.objects.count()) == (0, 0)
    with pytest.raises(ValidationError):
        kept(team, cast.worker, section="psychological")


def test_nobody_adds_a_part_to_what_is_kept(cast, adult_case):
    document = kept(adult_case, cast.supervisor)
    with pytest.raises(Error, match="elsewhere"), transaction.atomic():
        DocumentPart.objects.create(document=document, victim=adult_case.victim, number=9, content=b"x")


@pytest.mark.parametrize("table", ["cases_document", "cases_documentpart"])
def test_what_is_kept_stays(cast, adult_case, table):
    kept(adult_case, cast.worker)
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET victim_id = victim_id"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# --- what comes out ---------------------------------------------------------------------------


def test_a_picture_is_drawn_anew_and_says_nothing_of_where(cast, adult_case, sign_in):
    assert SECRET in located()
    client = sign_in(cast.worker)
    uploaded(client, adult_case, located())
    document = Document.objects.get()
    answer = client.get(f"/cases/documents/{document.pk}/")
    shown = Image.open(io.BytesIO(answer.content))
    assert (shown.size, dict(shown.getexif()), SECRET in answer.content) == ((48, 64), {}, False)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{adult_case.number}-')
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert client.get(f"/cases/documents/{document.pk}/preview/")["Content-Disposition"] == "inline"


def test_a_pdf_loses_its_properties_and_what_is_hidden_in_it(cast, adult_case, sign_in):
    hidden = pdf(pages=2, title=SECRET.decode(), author=SECRET.decode()) + archive()
    assert zipfile.is_zipfile(io.BytesIO(hidden))
    client = sign_in(cast.worker)
    uploaded(client, adult_case, hidden, name="ə.pdf")
    content = client.get(f"/cases/documents/{Document.objects.get().pk}/").content
    assert (len(PdfDocument(content)), zipfile.is_zipfile(io.BytesIO(content))) == (2, False)
    assert PdfDocument(content).get_metadata_dict(skip_empty=True).get("Author") is None
    assert SECRET not in content


def test_large_files_are_kept_in_parts_and_come_back_whole(cast, adult_case, monkeypatch):
    monkeypatch.setattr(documents, "PART", 1000)
    document = kept(adult_case, cast.worker, content=picture("PNG", (400, 300)))
    content = documents.content_of(document, by=cast.worker)
    assert (len(content), document.parts.count() > 2) == (document.size, True)
    assert Image.open(io.BytesIO(content)).size == (400, 300)


def test_it_is_unreadable_at_rest(cast, adult_case):
    kept(adult_case, cast.worker, title=SECRET.decode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM cases_documentpart")
        stored = b"".join(bytes(row[0]) for row in cursor.fetchall())
        cursor.execute("SELECT title, sha256 FROM cases_document")
        stored += b"".join(bytes(part) for part in cursor.fetchone())
    assert (b"JFIF" in stored, SECRET in stored) == (False, False)


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"x", "unknown"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "unknown"),
        (b"<html><script>alert(1)</script>", "unknown"),
        (archive(), "unknown"),
        (b"GIF89a<script>" + b"\0" * 100, "unknown"),
        (b"MZ\x90" + b"\0" * 100, "unknown"),
        (picture()[:200], "broken"),
        (b"%PDF-1.7\nnonsense", "broken"),
    ],
)
def test_what_cannot_be_made_harmless_is_refused_by_name(content, why):
    with pytest.raises(cleanfile.Refused) as refusal:
        cleanfile.clean(content)
    assert refusal.value.why == why


def test_a_bomb_does_not_go_off():
    with pytest.raises(cleanfile.Refused) as refusal:
        cleanfile.clean(picture("PNG", (20_000, 20_000)))
    assert refusal.value.why in ("large", "broken")


def test_the_page_says_why_and_keeps_what_was_typed(cast, adult_case, sign_in):
    answer = uploaded(sign_in(cast.worker), adult_case, archive(), name="x.docx", title="The contract")
    shown = answer.content.decode()
    assert ("Save the document as PDF" in shown, 'value="The contract"' in shown) == (True, True)
    assert Document.objects.count() == 0


def test_too_large_is_said_so(cast, adult_case, sign_in, settings):
    settings.UPLOAD_BYTES = 1 << 20
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
    answer = uploaded(sign_in(cast.worker), adult_case, b"x" * (3 << 20))
    assert "larger than 1 MB" in answer.content.decode()


def test_a_photograph_needs_consent(cast, adult_case):
    with pytest.raises(ValidationError) as refusal:
        kept(adult_case, cast.worker, kind="photo")
    assert [*refusal.value.message_dict] == ["kind"]
    agreed = Consent(case=adult_case, victim=adult_case.victim, purposes=["photo"], given_on=baku_today())
    records.add(KINDS["consent"], agreed, by=cast.worker)
    assert kept(adult_case, cast.worker, kind="photo").kind == "photo"


# --- versions ---------------------------------------------------------------------------------


def test_a_new_version_stands_beside_the_old_in_its_section(cast, adult_case, sign_in):
    first = kept(adult_case, cast.worker, title="Contract")
    client = sign_in(cast.worker)
    assert (
        uploaded(client, adult_case, picture(), replaces=str(first.pk), title="Contract, signed").status_code
        == 302
    )
    shown = client.get(f"/cases/{adult_case.pk}/documents/").content.decode()
    assert ("replaced by a newer version" in shown, f'value="{first.pk}"' in shown) == (True, False)
    answer = uploaded(client, adult_case, picture(), replaces=str(first.pk))
    assert "error-summary" in answer.content.decode()
    assert Document.objects.count() == 2


def test_a_version_of_another_case_is_refused(cast, adult_case, child_case, sign_in):
    other = kept(child_case, cast.worker)
    answer = uploaded(sign_in(cast.worker), adult_case, picture(), replaces=str(other.pk))
    assert (answer.status_code, Document.objects.count()) == (200, 1)
    with pytest.raises(Error, match="elsewhere"), transaction.atomic():
        documents.add(adult_case, documents.Upload("other", picture()), replaces=other, by=cast.worker)
