"""Who knows the family loses the notification at once; reminders of a decision, each once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import Error, connection, transaction
from django.utils import timezone

from aidcenter.context import acting_as
from cases.models import DataKey
from referrals import actions, aside, body_mail
from referrals.models import BodyReminder, Message, Notification, Recusal
from tests.bodies import decided, received, second_member, told
from tests.conftest import as_login
from tests.database import as_owner

pytestmark = pytest.mark.django_db(transaction=True)


def page(row, *more):
    return "/".join(("", "referrals", str(row.pk), *map(str, more), ""))


def mailed():
    mail.outbox.clear()
    with as_login("DATABASE_WORKER_URL"):
        body_mail.send()
    return [(letter.subject, sorted(letter.to)) for letter in mail.outbox]


def reads(who):
    with acting_as(who.pk):
        return Notification.objects.count(), Message.objects.count(), DataKey.objects.count()


def test_who_steps_aside_loses_it_at_once_and_another_takes_over(cast, child_case, sign_in):
    row, member = received(child_case, cast), cast.nasimi_guardianship
    second, client = second_member(), sign_in(member)
    assert reads(member) == (1, 1, 1)
    assert sign_in(second).get(page(row, "aside")).status_code == 405
    said = client.post(page(row, "aside"), follow=True).content.decode()
    assert "You do not see this notification any more" in said
    assert (reads(member), reads(second)) == ((0, 0, 0), (1, 1, 1))
    for more in ((), ("document",)):
        assert client.get(page(row, *more)).status_code == 404
    for act in ("acknowledge", "decide", "ask", "open", "aside"):
        assert client.post(page(row, act)).status_code == 404
    assert row.reference not in client.get("/referrals/").content.decode() + client.get("/").content.decode()
    other = sign_in(second)
    other.post(page(row, "open"))
    assert "Nuray" in other.get(page(row)).content.decode()
    for who in (cast.worker, cast.supervisor):
        assert "A member of the body knows the family" in sign_in(who).get("/").content.decode()
    with acting_as(cast.worker.pk):
        recusal = Recusal.objects.get()
    seen = page(row, "aside", recusal.pk, "seen")
    assert [sign_in(who).post(seen).status_code for who in (cast.stranger, second, cast.director)] == [
        404,
        403,
        403,
    ]
    assert sign_in(cast.worker).post(seen).status_code == 302
    assert "knows the family" not in sign_in(cast.worker).get("/").content.decode()


def test_when_nobody_is_left_the_centre_is_alarmed(cast, child_case, sign_in):
    row = told(child_case)
    sign_in(cast.nasimi_guardianship).post(page(row, "aside"))
    for who in (cast.worker, cast.supervisor):
        assert "Nobody of the body can read the notification" in sign_in(who).get("/").content.decode()
    assert "Ring the body" in sign_in(cast.worker).get(page(row)).content.decode()
    assert sign_in(cast.worker).get("/").content.decode().count(row.reference) >= 1


def test_the_rest_of_the_body_is_mailed_once_with_a_reference_only(cast, child_case):
    row, second = told(child_case), second_member()
    with as_owner() as cursor:
        cursor.execute("UPDATE aidcenter_staff SET email = username || '@example.com'")
    with acting_as(cast.nasimi_guardianship.pk):
        aside.step_aside(row, by=cast.nasimi_guardianship)
    (sent,) = mailed()
    assert sent[1] == sorted(["guardianship@nasimi.example", f"{second.username}@example.com"])
    assert mailed() == []


def test_another_notification_of_the_same_child_is_closed_to_them_too(cast, child_case):
    row = told(child_case)
    with acting_as(cast.nasimi_guardianship.pk), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO referrals_recusal (id, notification_id, case_id, staff_id) VALUES"
            f" (gen_random_uuid(), '{row.pk}', '{row.case_id}', {cast.nasimi_guardianship.pk})"
        )
    assert reads(cast.nasimi_guardianship) == (0, 0, 0)
    with acting_as(cast.nasimi_guardianship.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notification_others(%s)", [row.pk])
        assert cursor.fetchone() == (0,)
    assert reads(cast.nasimi_minors_commission)[0] == 1


def refused(sql, who):
    with acting_as(who.pk), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_raw_sql_brings_nobody_back_and_pushes_nobody_out(cast, child_case):
    row, member, second = told(child_case), cast.nasimi_guardianship, second_member()
    insert = (
        "INSERT INTO referrals_recusal (id, notification_id, case_id, staff_id) VALUES"
        f" (gen_random_uuid(), '{row.pk}', '{row.case_id}', {{}})"
    )
    refused(insert.format(second.pk), member)
    refused(insert.format(cast.ganja_guardianship.pk), cast.ganja_guardianship)
    refused(insert.format(member.pk), cast.worker)
    with acting_as(member.pk), connection.cursor() as cursor:  # the control
        cursor.execute(insert.format(member.pk))
        cursor.execute("UPDATE referrals_recusal SET seen_at = now()")
        assert cursor.rowcount == 0
    refused("DELETE FROM referrals_recusal", member)
    refused(f"UPDATE referrals_recusal SET staff_id = {second.pk}", cast.worker)
    refused("UPDATE referrals_recusal SET seen_at = now()", cast.worker)  # in nobody's name


def long_ago(row, days):
    with as_owner() as cursor:
        cursor.execute("ALTER TABLE referrals_notification DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE referrals_notification SET acknowledged_at = %s WHERE id = %s",
            [timezone.now() - timedelta(days=days), str(row.pk)],
        )
        cursor.execute("ALTER TABLE referrals_notification ENABLE TRIGGER USER")


def test_a_decision_is_asked_for_after_3_and_30_days_each_once(cast, child_case, sign_in):
    row = received(child_case, cast)
    assert mailed() == []
    for days, kinds in ((2, []), (3, ["days_3"]), (10, ["days_3"]), (30, ["days_3", "days_30"])):
        long_ago(row, days)
        letters = mailed()
        assert len(letters) == (1 if days in (3, 30) else 0)
        assert all(to == ["guardianship@nasimi.example"] for _subject, to in letters)
        with acting_as(cast.worker.pk):
            assert sorted(BodyReminder.objects.values_list("kind", flat=True)) == kinds
    home = sign_in(cast.worker).get("/").content.decode()
    assert "No decision of the body for 30 days" in home
    decided(row, cast.nasimi_guardianship)
    assert "No decision of the body" not in sign_in(cast.worker).get("/").content.decode()
    assert mailed() == []


def test_a_reminder_carries_a_reference_and_nothing_else(cast, child_case):
    row = received(child_case, cast)
    long_ago(row, 4)
    mailed()
    (letter,) = mail.outbox
    text = letter.subject + letter.body
    assert row.reference in text
    assert [word for word in ("Nuray", "liyeva", child_case.number, str(child_case.pk)) if word in text] == []


def test_a_mail_server_that_is_down_leaves_the_reminder_owed(cast, child_case, settings):
    row = received(child_case, cast)
    long_ago(row, 4)
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9
    assert mailed() == []
    assert BodyReminder.objects.count() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert len(mailed()) == 1


def test_web_writes_no_reminder(cast, child_case):
    row = received(child_case, cast)
    refused(
        f"INSERT INTO referrals_bodyreminder (notification_id, kind) VALUES ('{row.pk}', 'days_3')",
        cast.worker,
    )


def test_who_stepped_aside_is_not_asked_by_the_action_either(cast, child_case):
    row = told(child_case)
    with acting_as(cast.nasimi_guardianship.pk):
        aside.step_aside(row, by=cast.nasimi_guardianship)
        with pytest.raises(Notification.DoesNotExist):
            actions.acknowledge(row, by=cast.nasimi_guardianship)
