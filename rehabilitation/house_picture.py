"""How a house was filled as a picture: a column for each week; the table beside it says the same."""

from dataclasses import dataclass
from datetime import date

from rehabilitation.beds import Occupancy

HEIGHT = 120  # pixels
FOOT = 22  # for the first and the last day


@dataclass(frozen=True)
class Column:
    """A week: per cent across, pixels down; how many beds there were, and how many somebody had."""

    left: float
    width: float
    beds_y: float
    beds_height: float
    taken_y: float
    taken_height: float


@dataclass(frozen=True)
class Picture:
    """The columns, the oldest first."""

    columns: list[Column]
    most: int
    height: int
    text_y: int
    first: date
    last: date


def picture(row: Occupancy) -> Picture:
    """The half year of a house; the highest column is the most beds that it had, or that somebody had."""
    most = max(1, *(max(week.beds, week.taken) for week in row.weeks))
    step = 100 / len(row.weeks)

    def high(count: int) -> float:
        return round(HEIGHT * count / most, 1)

    columns = [
        Column(
            round(step * number + step * 0.12, 2), round(step * 0.76, 2),
            HEIGHT - high(week.beds), high(week.beds), HEIGHT - high(week.taken), high(week.taken),
        )
        for number, week in enumerate(row.weeks)
    ]  # fmt: skip
    return Picture(columns, most, HEIGHT + FOOT, HEIGHT + 16, row.weeks[0].day, row.weeks[-1].day)
