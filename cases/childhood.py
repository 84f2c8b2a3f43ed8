"""Who is a child: one rule, from what is known of the age, on the day the episode was opened.

Law 919-IIQ: a minor is under 18. Council of Europe Convention art. 10(3): where the age is not
certain and the person may be a child, they are presumed one until it is established.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

ADULT_AGE = 18
ESTIMATE_IS_UNSURE_UP_TO = 20  # an estimate this low may well be a child

CHILD, PRESUMED_CHILD, ADULT = "child", "presumed_child", "adult"


@dataclass(frozen=True)
class Age:
    """What is known: the most exact of the three counts; `could_be_minor` is asked when none is known."""

    birth_date: date | None = None
    birth_year: int | None = None
    estimated_age: int | None = None
    could_be_minor: str = ""  # yes | unsure | no

    @property
    def known(self) -> bool:
        """Whether anything at all is known of the age."""
        return bool(self.birth_date or self.birth_year or self.estimated_age is not None)

    def year_of_birth(self, on: date) -> int | None:
        """The year of birth, from the estimate if nothing better is known."""
        if self.birth_date:
            return self.birth_date.year
        if self.birth_year:
            return self.birth_year
        return None if self.estimated_age is None else on.year - self.estimated_age

    def years(self, on: date) -> int | None:
        """The age in full years on the day `on`, as exactly as is known."""
        if self.birth_date:
            return age_on(self.birth_date, on)
        year = self.year_of_birth(on)
        return None if year is None else on.year - year

    def status(self, on: date) -> str:
        """child, presumed_child or adult on the day `on`."""
        if self.birth_date:
            return CHILD if age_on(self.birth_date, on) < ADULT_AGE else ADULT
        if self.birth_year:
            return ADULT if on.year - self.birth_year > ADULT_AGE else PRESUMED_CHILD
        if self.estimated_age is not None:
            return PRESUMED_CHILD if self.estimated_age <= ESTIMATE_IS_UNSURE_UP_TO else ADULT
        return ADULT if self.could_be_minor == "no" else PRESUMED_CHILD

    def understood(self, on: date) -> str:
        """The age in words, as the page repeats it before saving."""
        if self.birth_date:
            return _("%(years)s years, born on %(date)s") % {
                "years": age_on(self.birth_date, on),
                "date": self.birth_date.strftime("%d.%m.%Y"),
            }
        if self.birth_year:
            return _("born in %(year)s, day not known") % {"year": self.birth_year}
        if self.estimated_age is not None:
            return _("about %(years)s years") % {"years": self.estimated_age}
        return _("age not known")

    def begins_after(self, on: date) -> bool:
        """Whether the person was not born yet on the day `on`, which then cannot be right."""
        year = self.birth_year or on.year
        return self.birth_date > on if self.birth_date else year > on.year

    @property
    def reason(self) -> str:
        """Why the status is what it is, in one sentence."""
        if self.birth_date:
            return _("Under 18 on the day of registration.")
        if self.birth_year:
            return _("With only the year known, it is not certain that the person has turned 18.")
        if self.estimated_age is not None:
            return _("An estimate of 20 or less cannot rule out a child.")
        return _("Nothing is known of the age, and the person could be under 18.")


def age_on(born: date, on: date) -> int:
    """Full years on the day `on`; who was born on 29 February has the birthday on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
