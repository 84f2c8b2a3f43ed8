"""To whom a notification is owed, how long, and how late it was acknowledged: that stays for ever."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aidcenter.codelists import label_in
from cases import centre

HOUR = 60  # minutes


class Addressed:
    """The body that is told, as far as it is known."""

    commission: Any
    body: str
    district: str

    @property
    def addressee(self) -> str:
        """The body by name, even where the district has none yet."""
        if self.commission:
            return str(self.commission.name)
        body = label_in("mandatory_recipient", self.body, get_language())
        return f"{body}, {label_in('district', self.district, get_language())}"


class Owed(Addressed):
    """What the moments of a notification say; the model has them as columns."""

    state: str
    held: bool
    triggered_at: datetime
    acknowledged_at: datetime | None
    paper_on: date | None

    @property
    def waits(self) -> bool:
        """Whether it is delivered and nobody has said that it was received; then the ladder is climbed."""
        return self.state in ("owed", "sent") and not self.held

    @property
    def late_at(self) -> datetime:
        """When it is late."""
        return self.triggered_at + centre.after("LADDER_WARN_HOURS", timezone.localdate(self.triggered_at))

    @property
    def late_by(self) -> timedelta:
        """How long after that it was acknowledged, or is not yet; nothing when the body had it on paper."""
        on_paper = self.paper_on and self.paper_on < timezone.localdate(self.triggered_at)
        if on_paper or self.state == "cancelled":
            return timedelta()
        return max((self.acknowledged_at or timezone.now()) - self.late_at, timedelta())

    @property
    def late(self) -> str:
        """The same in words; "" when it is not late."""
        minutes = int(self.late_by.total_seconds() // 60)
        if not minutes:
            return ""
        said = {"hours": minutes // HOUR, "minutes": minutes if minutes < HOUR else f"{minutes % HOUR:02d}"}
        if self.acknowledged_at:
            return (
                _("acknowledged %(hours)s h late")
                if minutes >= HOUR
                else _("acknowledged %(minutes)s min late")
            ) % said
        return (_("%(hours)s h late") if minutes >= HOUR else _("%(minutes)s min late")) % said
