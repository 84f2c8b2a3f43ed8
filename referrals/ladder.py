"""The ladder: what happens while a body is silent, each step once, by the clock of the database.

A relay, a worker and a second relay may climb at once. While the office is closed the first rung is to
telephone; a call that reached somebody quiets the rungs of that night.
"""

from typing import Any

from django.db import connection, transaction

from aidcenter import audit
from cases import centre
from referrals import daily, owed_mails

RUNGS = 4  # one of the two first ones, supervisor, director, telephone

_CLIMB = """
    WITH due AS (
        SELECT n.id, n.case_id, r.step, n.triggered_at + r.after AS due_at
          FROM referrals_notification n
          CROSS JOIN LATERAL (SELECT office_open(n.commission_id, now()) AS open) o
          CROSS JOIN LATERAL (VALUES
            ('night', CASE WHEN office_open(n.commission_id, n.triggered_at) THEN %(warn)s ELSE %(night)s END,
             NOT o.open),
            ('warn', %(warn)s, o.open),
            ('supervisor', %(supervisor)s, true),
            ('director', %(director)s, true),
            ('telephone', %(telephone)s, true)) r(step, after, fits)
         WHERE n.state IN ('owed', 'sent') AND NOT n.held
           AND (SELECT count(*) FROM referrals_ladderstep s WHERE s.notification_id = n.id) < %(rungs)s
           AND r.fits AND n.triggered_at + r.after <= now()
           AND NOT EXISTS (SELECT FROM referrals_ladderstep s WHERE s.notification_id = n.id AND (
               s.step = r.step OR s.step IN ('night', 'warn') AND r.step IN ('night', 'warn')))
           AND (o.open OR NOT EXISTS (SELECT FROM referrals_call c
                WHERE c.notification_id = n.id AND c.reached AND c.quiet_until > now()))
         ORDER BY n.triggered_at, r.after LIMIT %(batch)s
           FOR UPDATE OF n SKIP LOCKED)
    INSERT INTO referrals_ladderstep (notification_id, case_id, step, due_at)
    SELECT id, case_id, step, due_at FROM due
        ON CONFLICT DO NOTHING RETURNING notification_id, case_id, step"""
BATCH = 200  # steps


def climb() -> int:
    """Take the steps that are due now; returns how many. Whom to tell is written in the same statement."""
    said: dict[str, Any] = centre.ladder()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLIMB, said | {"rungs": RUNGS, "batch": BATCH})
            taken = cursor.fetchall()
        for notification, case, step in taken:
            audit.record("notification.step", by=None, case=case, ids=[notification], step=step)
    return len(taken)


def turn() -> None:
    """What a relay and a worker do about silence: climb, owe the mails of the day, send what is owed."""
    climb()
    daily.owe()
    owed_mails.send()
