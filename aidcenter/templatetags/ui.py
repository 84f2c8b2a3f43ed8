"""The words of the templates: icons, fields, tags, masked names, dates, pages of a list, bar charts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet, BoundField, CheckboxInput, Select, Widget
from django.forms.widgets import ChoiceWidget
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from aidcenter import codelists, folding
from aidcenter.shell import exit_url

register = template.Library()
register.simple_tag(exit_url)
register.simple_tag(codelists.label, name="label")

TAG_KINDS = {"late", "due", "done", "acc", ""}
CHART_ROW = 40  # pixels


@register.simple_tag
@cache
def icon(name: str, size: int = 18) -> str:
    """The Lucide icon `name` as inline SVG, hidden from screen readers: the words beside it speak."""
    return lucide(name, size=size, **{"class": "icon", "aria-hidden": "true"})


@register.simple_tag
def tag(text: object, kind: str = "") -> SafeString:
    """A small label; `kind` is late, due, done, acc or nothing, and the words say the same as the colour."""
    if kind not in TAG_KINDS:
        raise template.TemplateSyntaxError(f"{kind!r} is no kind of tag: {sorted(TAG_KINDS)}")
    return format_html('<span class="{}">{}</span>', f"tag {kind}".strip(), text)


@register.simple_tag
def progress(value: int, maximum: int, label: str) -> SafeString:
    """A progress bar of `value` out of `maximum`."""
    return format_html(
        '<progress class="bar" value="{}" max="{}" aria-label="{}">{} / {}</progress>',
        *(int(value), int(maximum), label, int(value), int(maximum)),
    )


# --- values ---------------------------------------------------------------------------------


@register.filter
def personal(value: object, show: object = False) -> SafeString:
    """What identifies a person: masked to initials unless `show` says otherwise."""
    text = "" if value is None else str(value)
    if not text.strip():
        return SafeString("")
    if show:
        return mark_safe(f"<bdi>{escape(text)}</bdi>")  # noqa: S308 -- escaped here, SafeString or not
    masked = " ".join(f"{word[0]}•••" for word in text.split())
    return mark_safe(f'<span class="masked">{escape(masked)}</span>')  # noqa: S308 -- escaped here


@register.filter
def tel(number: str) -> SafeString:
    """A number that a telephone rings when it is touched; nothing where none is known."""
    said = str(number or "")
    rung = "".join(sign for sign in said if sign.isdigit() or sign == "+")
    return format_html('<a class="ring" href="tel:{}">{}</a>' if rung else "{1}", rung, said)


@register.filter(is_safe=True)
def capfirst(value: object) -> str:
    """The first letter large, in Azerbaijani i as İ: instead of Django's."""
    return folding.capital(str(value or ""))


@register.filter
def day_of_week(value: date) -> str:
    """The day as a heading: weekday, day and month, the month small in Azerbaijani as in Russian."""
    said = date_format(value, "l, j E")
    if (get_language() or "")[:2] == "az":
        weekday, rest = said.split(", ", 1)
        said = f"{weekday}, {folding.az_lower(rest)}"
    return folding.capital(said)


@register.filter
def dmy(value: date | datetime | None) -> str:
    """The day as 23.11.2026; of a moment, the day in Baku."""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{value:%d.%m}.{value.year:04}" if value else ""


@register.filter
def dmyhm(value: datetime | None) -> str:
    """The moment as 23.11.2026 08:12, in Baku."""
    return f"{dmy(value)} {timezone.localtime(value):%H:%M}" if value else ""


@register.simple_tag
def clock(since: datetime) -> SafeString:
    """How long something is owed, in words; static/aidcenter.js lets it run on."""
    seconds = max(int((timezone.now() - since).total_seconds()), 0)
    hours, minutes = divmod(seconds // 60, 60)
    words = escape(_("owed for %(hours)s h %(minutes)s min"))
    said = mark_safe(words % {"hours": f"<b>{hours}</b>", "minutes": f"<b>{minutes:02d}</b>"})  # noqa: S308 - numbers
    return format_html('<span class="clock" role="timer" data-clock="{}">{}</span>', seconds, said)


@register.filter
def azn(value: Decimal | None) -> str:
    """An amount of money, as 1 234.50 AZN in the way of the language."""
    return "" if value is None else f"{number_format(value, 2, use_l10n=True, force_grouping=True)} AZN"


# --- forms ----------------------------------------------------------------------------------


def _kind(widget: Widget) -> str:
    """Which part of `ui/field.html` draws `widget`."""
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, CheckboxInput):
        return "checkbox"
    if isinstance(widget, ChoiceWidget) and not isinstance(widget, Select):
        return "choices"
    return "group" if widget.use_fieldset else "control"


def _with_class(bound: BoundField, name: str) -> SafeString:
    """The control of `bound` with the class `name` added to its own."""
    attrs = bound.field.widget.attrs
    given: dict[str, Any] = {"class": f"{name} {attrs.get('class', '')}".strip()}
    if attrs.get("placeholder") == bound.label:
        given["placeholder"] = False  # the label already says it
    if bound.use_fieldset:
        given["aria-label"] = bound.label  # the parts of a control in several parts
    return bound.as_widget(attrs=given)


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A field of a form: label, hint, errors and control, tied together for screen readers."""
    kind, widget = _kind(bound.field.widget), bound.field.widget
    context: dict[str, Any] = {"field": bound, "kind": kind}
    if kind == "choices":
        context["options"] = list(bound)
        for option in context["options"]:
            option.data["attrs"]["class"] = "form-check-input"
    elif kind == "checkbox":
        context["control"] = _with_class(bound, "form-check-input")
    else:
        context["control"] = _with_class(
            bound, "form-select" if isinstance(widget, Select) else "form-control"
        )
    return context


def _first_id(bound: BoundField) -> str:
    """The id of the control that a link to `bound` should focus."""
    if isinstance(bound.field.widget, ChoiceWidget) and not isinstance(bound.field.widget, Select):
        return str(next((option.id_for_label for option in bound), bound.auto_id))
    return bound.id_for_label or f"{bound.auto_id}_0"


class Mistake(NamedTuple):
    """One line of the error summary; `target` is the id of the control and `label` its name, or empty."""

    target: str
    label: str
    text: str


def _forms(given: "Iterable[BaseForm | BaseFormSet[Any] | None]") -> Iterator[BaseForm]:
    for one in given:
        if isinstance(one, BaseFormSet):
            yield from one.forms
        elif one is not None:
            yield one


def _mistakes(form: BaseForm) -> Iterator[Mistake]:
    where = getattr(form, "where", "")  # which of several forms of a kind
    for name, errors in form.errors.items():
        bound = form[name] if name in form.fields else None
        target = _first_id(bound) if bound is not None and not bound.is_hidden else ""
        label = bound.label if target and bound is not None else ""
        label = f"{where}, {label}" if where and label else label
        yield from (Mistake(target, str(label), str(text)) for text in errors)


@register.inclusion_tag("ui/error_summary.html")
def error_summary(*forms: "BaseForm | BaseFormSet[Any] | None") -> dict[str, Any]:
    """What is wrong in `forms` and formsets, each line a link to its field; nothing when all is well."""
    mistakes = [
        Mistake("", "", str(text))
        for one in forms
        if isinstance(one, BaseFormSet)
        for text in one.non_form_errors()
    ]
    mistakes += [mistake for form in _forms(forms) for mistake in _mistakes(form)]
    return {"mistakes": mistakes}


# --- the page -------------------------------------------------------------------------------


@register.inclusion_tag("ui/crumbs.html")
def crumbs(*parts: object) -> dict[str, Any]:
    """Where the page is: `label url label url … last`."""
    return {"steps": list(zip(parts[:-1:2], parts[1::2], strict=False)), "last": parts[-1]}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the pages of a list that keep the other parameters of the address."""
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "links": [(number, address(number) if isinstance(number, int) else "") for number in numbers],
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
    }


class Bar(NamedTuple):
    """One drawn row: pixels down, per cent across."""

    label: object
    shown: object
    text_y: int
    bar_y: int
    percent: int


@register.inclusion_tag("ui/barchart.html")
def barchart(
    rows: Sequence[tuple[object, float | None, object]], title: str = "", most: float = 0
) -> dict[str, Any]:
    """A bar for each `(label, value, shown)`; a suppressed value is None and has no bar.

    The longest bar is `most`, or the largest value when 0.
    """
    most = most or max((value for _, value, _ in rows if value), default=0)
    bars = [
        Bar(label, shown, i * CHART_ROW + 16, i * CHART_ROW + 22, round(100 * (value or 0) / (most or 1)))
        for i, (label, value, shown) in enumerate(rows)
    ]
    return {"bars": bars, "title": title, "height": len(bars) * CHART_ROW}
