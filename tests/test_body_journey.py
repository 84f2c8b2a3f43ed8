"""A body and the centre in a real browser: received, asked, answered, decided with its paper, guardian entered."""

import pytest
from django.utils.timezone import localtime

from cases.models import Guardianship
from referrals.models import Notification
from tests.bodies import picture
from tests.test_delivery import deliver

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_receipt_to_the_guardian(enter, page, child_case):
    deliver()
    enter("nasimi-guardianship", path="/referrals/")
    page.locator("main .duty a.btn").first.click()
    page.locator("text=We have received this").click()
    page.locator("summary", has_text="Ask the centre").click()
    page.fill("[name=text]", "Does she speak Russian?")
    page.locator("button", has_text="Ask the centre").click()
    page.locator("text=The centre reads your question").wait_for()
    enter("worker", path="/")
    page.locator(".duty", has_text="The body asks").locator("a.btn").click()
    page.fill("[name=text]", "Yes, well.")
    page.locator("button", has_text="Answer the body").click()
    page.locator("text=Saved.").wait_for()
    row = Notification.objects.get(body="guardianship")
    enter("nasimi-guardianship", path=f"/referrals/{row.pk}/")
    page.locator("text=Yes, well.").wait_for()
    page.select_option("[name=decision]", "guardian_appointed")
    page.fill("[name=decision_number]", "7/1")
    page.fill("[name=decided_on]", f"{localtime(row.acknowledged_at):%d.%m.%Y}")
    page.set_input_files("[name=file]", {"name": "d.png", "mimeType": "image/png", "buffer": picture()})
    page.locator("button", has_text="Record the decision").click()
    page.locator("text=The paper of the decision").wait_for()
    enter("worker", path=f"/referrals/{row.pk}/")
    page.locator("button", has_text="Enter the guardian").click()
    page.wait_for_url("**/record/guardian/**")
    assert Guardianship.objects.get().document_number == "7/1"
    assert enter.said == []
