"""The scan of a paper in a form: one field, refused in words before anything is kept."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aidcenter.access import StaffRequest
from cases import documents


def scan(**kwargs: Any) -> forms.FileField:
    """The field of a scan; what is no PDF and no picture is refused when it is kept."""
    widget = forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png,.webp", "class": "form-control"})
    return forms.FileField(
        label=_("Scan or photograph"), allow_empty_file=True, widget=widget,
        help_text=_("PDF, JPEG, PNG or WebP."), **kwargs,
    )  # fmt: skip


def checked(request: StaffRequest, form: forms.Form) -> forms.Form:
    """`form`, with what is wrong when the file was too large to be read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.UPLOAD_BYTES:
        form.add_error("file", documents.too_large())
    return form
