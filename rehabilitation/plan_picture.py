"""A plan as a picture: a line of time for each goal; the table beside it says the same."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from aidcenter.clock import baku_today

ROW = 44  # pixels


@dataclass(frozen=True)
class Line:
    """A goal on the line of time, in per cent across and pixels down."""

    goal: Any
    text_y: int
    bar_y: int
    left: float
    width: float
    done: float


@dataclass(frozen=True)
class Picture:
    """The lines, and where today is (None when the plan is over or has not begun)."""

    lines: list[Line]
    height: int
    today: float | None
    starts_on: date
    ends_on: date


def picture(starts_on: date, ends_on: date, goals: list[Any]) -> Picture:
    """From the start to the end of the plan; a goal without a day reaches to the end."""
    ends_on = max([ends_on, *(goal.due_on for goal in goals if goal.due_on)])
    days, today = max(1, (ends_on - starts_on).days), baku_today()

    def across(day: date) -> float:
        return round(100 * min(max((day - starts_on).days, 0), days) / days, 1)

    lines = []
    for number, goal in enumerate(goals):
        first = min((step.starts_on for step in goal.steps if step.starts_on), default=starts_on)
        left = across(first)
        width = max(1.5, across(goal.due_on or ends_on) - left)
        top = number * ROW
        lines.append(Line(goal, top + 16, top + 24, left, width, round(width * goal.share / 100, 1)))
    now = across(today) if starts_on <= today <= ends_on else None
    return Picture(lines, len(lines) * ROW + 4, now, starts_on, ends_on)
