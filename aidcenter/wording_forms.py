"""The form of what a code is called, or of what a sentence of a letter says, in three languages."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter import codelists, wording
from aidcenter.codelists import LANGUAGES, Said
from aidcenter.forms import Text

IN_LANGUAGE = {
    "az": gettext_lazy("In Azerbaijani"),
    "ru": gettext_lazy("In Russian"),
    "en": gettext_lazy("In English"),
}


class FindForm(forms.Form):
    """Some words, to find the code that says them."""

    q = Text(
        label=gettext_lazy("Find a word"), max_length=100,
        help_text=gettext_lazy(
            "What the program calls something, or a letter says, in any of the three languages."
        ),
    )  # fmt: skip


class CodeTextForm(forms.Form):
    """The three languages, whether forms offer the code, and why; `code` is None for a new one."""

    offered = forms.BooleanField(
        label=gettext_lazy("Offered in forms"), required=False, initial=True,
        help_text=gettext_lazy("What was recorded with this code keeps it in any case."),
    )  # fmt: skip
    reason = Text(label=gettext_lazy("Reason"), max_length=300, required=True)
    replaces = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, code_list: str, code: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code_list, self.code = code_list, code
        long = codelists.has_texts(code_list)
        for language, label in IN_LANGUAGE.items():
            control: Any = forms.Textarea({"rows": 3}) if long else forms.TextInput()
            control.attrs["lang"] = language
            most = wording.LONGEST_TEXT if long else wording.LONGEST
            self.fields[language] = Text(label=label, max_length=most, required=True, widget=control)
            words = wording.blanks(codelists.words_in_file(code_list, code).get(language, "")) if code else ()
            if words:
                self.fields[language].help_text = _("Filled in by the program: %(words)s.") % {
                    "words": wording.in_braces(words)
                }
        if code is None or not codelists.grows(code_list):
            del self.fields["offered"]
        self.order_fields([*LANGUAGES, "offered", "reason", "replaces"])

    def clean(self) -> dict[str, Any]:
        """Said before it is shown: what does not fit is never in a preview."""
        said = super().clean() or {}
        if not self.errors:
            code = self.code or wording.code_for(self.code_list, said["en"])
            wording.check(self.code_list, code, self.said)
        return said

    @property
    def said(self) -> Said:
        """What the code is to be called."""
        clean = self.cleaned_data
        return Said({language: clean[language] for language in LANGUAGES}, clean.get("offered", True))
