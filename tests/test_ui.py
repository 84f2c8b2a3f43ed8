"""The words of the templates: escaping, masking, what ties a label to its control."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override
from lucide import IconDoesNotExist

from aidcenter.templatetags.ui import dmy, dmyhm, personal

SCRIPT = "<script>alert(1)</script>"


class PersonForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label="Name", help_text="Any script.", widget=forms.TextInput(attrs={"class": "in-20"})
    )
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    district = forms.ChoiceField(label="District", choices=[("", "Choose…"), ("1", "Nəsimi")], required=False)
    agreed = forms.BooleanField(label="Agreed")
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def render(source: str, **context: object) -> str:
    """The text of a template, in English."""
    with override("en"):
        return Template(source).render(Context(context)).strip()


def test_an_icon_is_hidden_from_screen_readers_and_holds_no_style() -> None:
    """The words beside it speak; the content policy forbids inline style."""
    svg = render('{% icon "sun" %}')
    assert svg.startswith("<svg ")
    assert 'aria-hidden="true"' in svg
    assert "style=" not in svg
    with pytest.raises(IconDoesNotExist):
        render('{% icon "no-such-icon" %}')


def test_a_tag_escapes_its_text_and_knows_its_kinds() -> None:
    """A kind that has no colour is a mistake of the template."""
    assert render('{% tag text "late" %}', text="<b>") == '<span class="tag late">&lt;b&gt;</span>'
    assert render("{% tag text %}", text="x") == '<span class="tag">x</span>'
    with pytest.raises(TemplateSyntaxError):
        render('{% tag "x" "red" %}')


@pytest.mark.parametrize("value", [SCRIPT, mark_safe(SCRIPT)])  # noqa: S308 - the attack
def test_a_personal_value_is_escaped_even_when_marked_safe(value: str) -> None:
    """A name is somebody's input, whoever vouched for it."""
    assert personal(value, True) == "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"
    assert isinstance(personal(value, True), SafeString)
    assert personal(value) == '<span class="masked">&lt;•••</span>'


def test_a_personal_value_is_masked_unless_shown_on_purpose() -> None:
    """Initials only, and no hint of the length."""
    assert personal("Leyla Quliyeva") == '<span class="masked">L••• Q•••</span>'
    assert personal("Əli") == '<span class="masked">Ə•••</span>'
    assert personal("Leyla", "") == '<span class="masked">L•••</span>'
    assert [personal(None), personal("  "), personal("", True)] == ["", "", ""]


def test_days_and_moments_are_those_of_baku() -> None:
    """Half past nine in the evening UTC is the next day there."""
    moment = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
    assert [dmy(moment), dmyhm(moment)] == ["23.11.2026", "23.11.2026 01:30"]
    assert [dmy(date(2010, 4, 3)), dmy(None), dmyhm(None)] == ["03.04.2010", "", ""]


def test_a_field_ties_label_hint_and_error_to_its_control() -> None:
    """What a screen reader says with the control."""
    form = PersonForm({})
    html = render("{% field form.name %}", form=form)
    assert '<label for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="form-control in-20"' in html


def test_a_group_of_choices_has_a_legend_and_a_label_for_each() -> None:
    """Radios are one question."""
    html = render("{% field form.kind %}", form=PersonForm())
    assert "<legend>Kind</legend>" in html
    assert html.count('type="radio"') == 2
    assert '<label class="form-check-label" for="id_kind_1">B</label>' in html


def test_other_controls() -> None:
    """A select, a checkbox and a hidden value."""
    form = PersonForm()
    assert 'class="form-select"' in render("{% field form.district %}", form=form)
    assert 'type="checkbox"' in render("{% field form.agreed %}", form=form)
    assert render("{% field form.key %}", form=form).startswith("<input type=")


def test_the_error_summary_links_to_each_control() -> None:
    """To the first radio of a group; nothing at all while all is well."""
    html = render("{% error_summary form %}", form=PersonForm({}))
    assert 'role="alert" tabindex="-1"' in html
    assert '<a href="#id_name">Name: This field is required.</a>' in html
    assert '<a href="#id_kind_0">Kind: ' in html
    assert '<a href="#id_agreed">Agreed: ' in html
    assert render("{% error_summary form %}", form=PersonForm()) == ""


def test_the_error_summary_speaks_for_a_form_as_a_whole_and_for_formsets() -> None:
    """What belongs to no field has no link."""
    form = PersonForm({"name": "x", "kind": "a", "agreed": "on"})
    form.add_error(None, SCRIPT)
    assert "<li>&lt;script&gt;alert(1)&lt;/script&gt;</li>" in render("{% error_summary form %}", form=form)
    formset = forms.formset_factory(PersonForm, min_num=1)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}
    )
    assert '<a href="#id_form-0-name">' in render("{% error_summary None formset %}", formset=formset)


def test_pages_keep_the_other_parameters() -> None:
    """A filter is not lost by turning the page."""
    request = RequestFactory().get("/cases/", {"state": "open", "page": "2"})
    page = Paginator(range(60), 10).page(2)
    html = render("{% pagination page %}", page=page, request=request)
    assert 'href="?state=open&amp;page=3"' in html
    assert 'aria-current="page">2</a>' in html
    assert render("{% pagination page %}", page=Paginator([1], 10).page(1), request=request) == ""


def test_crumbs_end_with_the_page_itself() -> None:
    """Pairs of label and address, then a label alone."""
    html = render('{% crumbs "Cases" "/cases/" number %}', number="AC-2026-0001")
    assert '<li><a href="/cases/">Cases</a></li><li aria-current="page">AC-2026-0001</li>' in html


def test_a_bar_chart_is_drawn_without_style() -> None:
    """The longest bar is full; a suppressed figure has none and says so."""
    html = render(
        '{% barchart rows "Cases" %}', rows=[("<A>", 4, "4"), ("B", 2, "2"), ("C", None, "fewer than 11")]
    )
    assert 'role="img" aria-label="Cases"' in html
    assert [html.count(f'width="{width}"') for width in ("100%", "50%", "0%")] == [5, 1, 0]
    assert "&lt;A&gt;" in html
    assert "fewer than 11" in html
    assert "style=" not in html
    assert render("{% barchart rows %}", rows=[]) == ""


def test_progress() -> None:
    """The figure is readable without the bar."""
    expected = '<progress class="bar" value="3" max="10" aria-label="Goals">3 / 10</progress>'
    assert render('{% progress 3 10 "Goals" %}') == expected
