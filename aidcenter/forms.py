"""Form fields that every app uses: clean text, and choices from the code lists."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists, folding


class Text(forms.CharField):
    """Text in one Unicode form, without invisible characters; optional unless said otherwise."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> str:
        """Cleaned text, in its lines where it may have several; unreadable bytes are asked again."""
        text, several = super().to_python(value) or "", isinstance(self.widget, forms.Textarea)
        lines = text.splitlines() if several else [text]
        text = "\n".join(folding.clean(line) for line in lines).strip()
        if folding.UNREADABLE in text:
            raise forms.ValidationError(gettext("Part of this text could not be read; please type it again."))
        return text


def typed(request: HttpRequest, name: str, longest: int) -> str:
    """Clean text of a field that stands in the page without a form; raises ValidationError."""
    return str(Text(max_length=longest).clean(request.POST.get(name, "")))


def day(**kwargs: Any) -> forms.DateField:
    """A day, from the browser's calendar or typed as in 24.11.2026."""
    widget = forms.DateInput({"type": "date", "class": "in-10"}, format="%Y-%m-%d")
    return forms.DateField(input_formats=["%Y-%m-%d", "%d.%m.%Y"], widget=widget, **kwargs)


class Money(forms.DecimalField):
    """An amount in AZN, with a comma or a point before the qəpik."""

    widget = forms.TextInput({"inputmode": "decimal", "class": "in-10", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=10, decimal_places=2, min_value=Decimal("0.01"), **kwargs)

    def to_python(self, value: Any) -> Any:
        """The amount; blanks between the digits are nothing."""
        return super().to_python("".join(str(value or "").split()).replace(",", "."))


MINUTE = "%Y-%m-%dT%H:%M"
FIRST_MOMENT = 1925  # before, Baku's clocks were no whole minutes from UTC, and nobody's case is so old


def _of_our_time(value: datetime) -> None:
    if value.year < FIRST_MOMENT:
        raise ValidationError(gettext("This is too long ago."))


def moment(**kwargs: Any) -> forms.DateTimeField:
    """A day and a time, from the browser's calendar or typed as in 24.11.2026 14:30."""
    widget = forms.DateTimeInput({"type": "datetime-local", "class": "in-20"}, format=MINUTE)
    formats = [MINUTE, "%d.%m.%Y %H:%M"]
    return forms.DateTimeField(input_formats=formats, widget=widget, validators=[_of_our_time], **kwargs)


class _Offered:
    """A control that leaves out what the centre no longer offers, unless the row has it already."""

    code_list = ""

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        """Without these."""
        groups = super().optgroups(name, value, attrs)  # type: ignore[misc] # of the control beneath
        shown = [
            (label, [one for one in options if self._shows(one)], index) for label, options, index in groups
        ]
        return [group for group in shown if group[1]]

    def _shows(self, option: dict[str, Any]) -> bool:
        return option["selected"] or codelists.offered(self.code_list, str(option["value"]))


class _Select(_Offered, forms.Select):
    pass


class _Radio(_Offered, forms.RadioSelect):
    pass


class _Boxes(_Offered, forms.CheckboxSelectMultiple):
    pass


class _SelectMany(_Offered, forms.SelectMultiple):
    pass


def pick(code_list: str, *, radio: bool = False, **kwargs: Any) -> forms.ChoiceField:
    """One code of a code list, as a list to choose from or as radio buttons."""
    first = [] if radio else [("", _("Choose…"))]
    widget = _Radio() if radio else _Select()
    widget.code_list = code_list
    return forms.ChoiceField(choices=_asked(code_list, *first), widget=widget, **kwargs)


def _asked(code_list: str, *first: Any) -> Any:
    """The choices, made when they are asked for: a form copies its fields, and should not copy the world."""
    return lambda: [*first, *codelists.choices_in_order(code_list)]


class PickMany(forms.MultipleChoiceField):
    """Several codes of a code list, as boxes or as a list."""

    def __init__(self, code_list: str, *, boxes: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        widget = _Boxes() if boxes else _SelectMany(attrs={"size": 4})
        widget.code_list = code_list
        super().__init__(choices=_asked(code_list), widget=widget, **kwargs)


def sent(form: forms.BaseForm, act: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the form was sent, is in order, and `act` was done with what it says."""
    return form.is_bound and form.is_valid() and tried(form, lambda: act(form.cleaned_data))


def tried(form: forms.BaseForm, act: Callable[[], object]) -> bool:
    """Whether `act` was done; what it refuses is told in the form, by field where there is one."""
    try:
        act()
    except ValidationError as refusal:
        by_field: Any = refusal.error_dict if hasattr(refusal, "error_dict") else {None: refusal.error_list}
        for name, errors in by_field.items():
            form.add_error(name if name in form.fields else None, errors)
        return False
    return True
