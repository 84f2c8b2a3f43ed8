"""What is there at the end, counted by SQL as superuser and in what the receivers kept."""

import statistics
import time
from typing import Any

from tests.faults.centre import Centre

CHILDREN = "SELECT count(*) FROM cases_case WHERE child_status <> 'adult'"
# Both bodies of every child have the first message in their inbox.
ARRIVED = """SELECT count(DISTINCT (n.case_id, n.body)) FROM referrals_notification n
    JOIN referrals_message m ON m.notification_id = n.id AND m.number = 1
    JOIN referrals_inboxitem i ON i.message_id = m.id"""
FOR_ADULTS = """SELECT count(*) FROM referrals_notification n JOIN cases_case c ON c.id = n.case_id
    WHERE c.child_status = 'adult'"""
SECONDS = """SELECT extract(epoch FROM i.arrived_at - n.triggered_at) FROM referrals_inboxitem i
    JOIN referrals_message m ON m.id = i.message_id JOIN referrals_notification n ON n.id = m.notification_id"""
LEFT = "SELECT count(*) FROM referrals_delivery WHERE state <> 'done'"
HOOKED = "SELECT id::text FROM referrals_delivery WHERE channel = 'webhook'"
RULES = {
    "notifications that are not one per body": """SELECT count(*) FROM referrals_notification n
        JOIN cases_case c ON c.id = n.case_id WHERE n.state <> 'sent'""",
    "children without both": """SELECT count(*) FROM cases_case c WHERE c.child_status <> 'adult' AND 2 <> (
        SELECT count(*) FROM referrals_notification n WHERE n.case_id = c.id)""",
    "messages beyond the first": "SELECT count(*) FROM referrals_message WHERE number > 1",
    "notifications without a message": """SELECT count(*) FROM referrals_notification n WHERE NOT EXISTS (
        SELECT FROM referrals_message m WHERE m.notification_id = n.id)""",
    "deliveries done twice": """SELECT count(*) FROM (SELECT FROM referrals_attempt WHERE result = 'done'
        AND detail = '' GROUP BY delivery_id HAVING count(*) > 1) AS twice""",
    "cases without a victim's key": """SELECT count(*) FROM cases_case c WHERE NOT EXISTS (
        SELECT FROM cases_datakey k WHERE k.victim_id = c.victim_id)""",
    "cases without access": """SELECT count(*) FROM cases_case c WHERE NOT EXISTS (
        SELECT FROM cases_caseaccess a WHERE a.case_id = c.id AND a.user_id = c.owner_id)""",
}


class Count:
    """The centre, counted."""

    def __init__(self, centre: Centre, children: int, adults: int) -> None:
        self.centre, self.children, self.adults = centre, children, adults

    def _number(self, sql: str) -> int:
        with self.centre.sql() as cursor:
            cursor.execute(sql)
            return int(cursor.fetchone()[0])

    def effects(self) -> int:
        """Bodies that were told of a child, each child and body once."""
        if self.centre.naive:
            return len(self.centre.receiver.effects())
        return self._number(ARRIVED)

    def drained(self, seconds: float) -> float:
        """Wait until every body knows of every child; how long that took."""
        began = time.monotonic()
        while self.effects() < 2 * self.children and time.monotonic() - began < seconds:
            self.centre.keep_up()
            time.sleep(0.1)
        return time.monotonic() - began

    def gone_out(self, seconds: float) -> None:
        """Wait until the bells and webhooks are out too."""
        deadline = time.monotonic() + seconds
        while self._number(LEFT) and time.monotonic() < deadline:
            self.centre.keep_up()
            time.sleep(0.2)

    def result(self, cases: dict[str, bool], violations: list[str]) -> dict[str, Any]:
        """The figures, and every rule that does not hold."""
        effects = self.effects()
        found = {"children": self.children, "effects": effects, "lost": 2 * self.children - effects}
        if self.centre.naive:
            times = self.centre.receiver.effects().values()
            return found | {"duplicates": sum(times) - len(times), "for_adults": 0, "violations": violations}
        with self.centre.sql() as cursor:
            cursor.execute(SECONDS)
            waited = [float(row[0]) for row in cursor.fetchall()]
            cursor.execute(HOOKED)
            hooked = {row[0] for row in cursor.fetchall()}
        wrong = [f"{self._number(sql)} {rule}" for rule, sql in RULES.items() if self._number(sql)]
        if self._number(CHILDREN) != self.children or len(cases) != self.children + self.adults:
            wrong.append(f"{len(cases)} people answered for, {self._number(CHILDREN)} children kept")
        if self._number(LEFT):
            wrong.append(f"{self._number(LEFT)} deliveries not done")
        if missing := hooked - self.centre.receiver.effects().keys():
            wrong.append(f"{len(missing)} webhooks done that the body does not have")
        if missing := self._bells() - self.centre.sink.mails().keys():
            wrong.append(f"{len(missing)} bells done that the mail server does not have")
        centiles = statistics.quantiles(waited, n=100) if len(waited) > 1 else [0.0] * 99
        return found | {
            "duplicates": len(waited) - effects + len(self.centre.receiver.effects().keys() - hooked),
            "for_adults": self._number(FOR_ADULTS),
            "violations": violations + wrong,
            "extra_bells": sum(times - 1 for times in self.centre.sink.mails().values()),
            "p50_s": round(centiles[49], 3),
            "p99_s": round(centiles[98], 3),
        }

    def _bells(self) -> set[str]:
        with self.centre.sql() as cursor:
            cursor.execute(
                "SELECT a.message_id FROM referrals_attempt a JOIN referrals_delivery d ON d.id = a.delivery_id"
                " WHERE d.channel = 'email' AND a.result = 'done' AND a.detail = ''"
            )
            return {row[0] for row in cursor.fetchall()}
