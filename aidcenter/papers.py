"""Papers as accessible PDF (PDF/UA-1), drawn by typst from data: what a person wrote is never markup.

A template of `templates/papers/` reads one JSON document. No name is in the file's metadata.
"""

import json
from typing import Any

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import override

FOLDER = settings.BASE_DIR / "templates" / "papers"


def pdf(template: str, data: dict[str, Any], language: str) -> bytes:
    """The paper `template` (a name without ending) filled with `data`, in `language`.

    Lazy translations in `data` come out in that language.
    """
    with override(language):
        centre = {"name": settings.CENTRE_NAMES[language], "phone": settings.CENTRE_PHONE}
        said = json.dumps({"language": language, "centre": centre, **data}, cls=DjangoJSONEncoder)
    return typst.compile(
        str(FOLDER / f"{template}.typ"),
        root=str(FOLDER),
        ignore_system_fonts=True,  # the same letters on every machine
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs={"data": said},
        timestamp=int(timezone.now().timestamp()),
    )  # type: ignore[return-value] # bytes, as no output is named
