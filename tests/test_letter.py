"""The letter of a notification: from its first minute, what the portal shows, on record, and no more."""

import io

import pypdfium2
import pytest

from aidcenter.clock import baku_today
from aidcenter.codelists import label_in
from aidcenter.models import AuditEvent
from aidcenter.templatetags.ui import dmy
from cases.actions import change_details
from referrals import authorities, letter_paper
from referrals.extract import Extract, lines
from referrals.letters import current
from referrals.models import Commission, Notification
from referrals.schemas import BASIS
from tests.silence import to_guardianship
from tests.test_delivery import deliver

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "Bakı, Nizami küçəsi 1"


def page(row):
    return f"/referrals/{row.pk}/letter/"


def text_of(answer):
    """The words of a PDF, on one line."""
    pages = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    return " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in pages).split())


@pytest.fixture
def owed(cast, child_case):
    """The notification to a body with an address, in its first minute."""
    body = Commission.objects.get(district="nasimi", body="guardianship")
    named = {name: getattr(body, name) for name in authorities.NAMING}
    said = named | {"address": ADDRESS, "since": baku_today()}
    authorities.rename(body, said, by=cast.administrator)
    return to_guardianship(child_case)


def test_from_the_first_minute_it_says_what_the_body_may_know(cast, owed, sign_in, settings):
    change_details(owed.case, victim={"phone": "+994507654321", "safe_contact": "yalnız axşam"}, details={},
                   by=cast.worker)  # fmt: skip
    answer = sign_in(cast.worker).get(page(owed))
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf", f'attachment; filename="{owed.reference}.pdf"',
    )  # fmt: skip
    text = text_of(answer)
    wanted = (owed.reference, "nasimi guardianship az", ADDRESS, label_in("legal_basis", BASIS["guardianship"][0], "az"), "Nuray", "Əliyeva",
              "Uşaq barədə bildiriş", "Məxfidir", "İmza və möhür")  # fmt: skip
    assert [words for words in wanted if words not in text] == []
    hidden = ("7654321", "yalnız axşam", owed.case.number, str(owed.case_id))
    assert [words for words in hidden if words in text] == []
    assert "mesajın özü hələ göndərilməyib" in text
    assert b"Nuray" not in answer.content  # not in what the file says of itself


def test_once_frozen_it_is_the_message_that_was_sent(cast, owed, sign_in):
    deliver()
    change_details(owed.case, victim={"given_name": "Aygün"}, details={}, by=cast.worker)
    text = text_of(sign_in(cast.worker).get(page(owed)))
    sent = owed.messages.get().frozen_at
    assert ("Nuray" in text, "Aygün" in text, dmy(sent) in text) == (True, False, True)


def test_it_says_every_field_that_the_portal_shows_and_no_other(cast, owed, sign_in):
    deliver()
    client = sign_in(cast.nasimi_guardianship)
    client.post(f"/referrals/{owed.pk}/acknowledge/")
    client.cookies["django_language"] = "az"
    shown = client.get(f"/referrals/{owed.pk}/").content.decode()
    extract = owed.messages.get().extract
    with letter_paper.override("az"):
        labels = [label for label, _text in lines(extract)[1:]]
    assert [label for label in labels if f"<dt>{label}</dt>" not in shown] == []
    assert len(labels) == shown.count("<dt>") - 1  # the reference stands in the head
    assert set(current(owed)) == set(Extract.__annotations__)


def test_the_quartet(cast, owed, sign_in):
    found = {
        who: sign_in(getattr(cast, who)).get(page(owed)).status_code
        for who in (
            "worker",
            "supervisor",
            "stranger",
            "other_supervisor",
            "director",
            "house",
            "nasimi_guardianship",
        )
    }
    assert found == {
        "worker": 200, "supervisor": 200, "stranger": 404, "other_supervisor": 404, "director": 403, "house": 403,
        "nasimi_guardianship": 403,
    }  # fmt: skip
    client = sign_in(cast.stranger)
    assert (
        client.get(page(owed)).content
        == client.get("/referrals/00000000-0000-4000-8000-000000000000/letter/").content
    )
    assert sign_in(cast.worker).post(page(owed)).status_code == 405


def test_it_is_on_record_and_changes_nothing(cast, owed, sign_in):
    sign_in(cast.worker).get(page(owed))
    event = AuditEvent.objects.get(action="notification.letter")
    assert (event.actor_id, event.case_id, event.ids) == (cast.worker.pk, owed.case_id, [owed.pk])
    assert set(Notification.objects.values_list("state", flat=True)) == {"owed"}


def test_a_cancelled_notification_has_no_letter(cast, owed, sign_in):
    sign_in(cast.supervisor).post(f"/referrals/{owed.pk}/cancel/", {"reason": "a mistake"})
    assert sign_in(cast.worker).get(page(owed)).status_code == 404


def test_markup_in_a_name_is_a_name(cast, open_case, sign_in):
    case = open_case({"given_name": '#image("/etc/passwd") *x*', "estimated_age": 14})
    assert '#image("/etc/passwd") *x*' in text_of(sign_in(cast.worker).get(page(to_guardianship(case))))
