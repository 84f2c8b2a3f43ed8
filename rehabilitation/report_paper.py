"""A report that was sent, as paper: what leaves the centre has small figures suppressed, unless by right."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import papers
from aidcenter.templatetags.ui import dmy
from rehabilitation import reports
from rehabilitation.models import Report


def pdf(report: Report, language: str) -> bytes:
    """The report in `language` (az, ru or en): each figure with its definition, number and mark."""
    with override(language):
        title = _("Report on the help given to victims of human trafficking")
        head = [
            (_("Report"), report.number),
            (_("Period"), reports.period_of(report).words),
            (_("Sent to"), f"{report.sent_to}, {dmy(report.sent_at)}"),
        ]
        if not reports.leaves_exact(report):
            head.append((_("Figures"), _("small ones are suppressed, so that nobody can be recognised")))
        parts = reports.sections(report.content, exact=reports.leaves_exact(report))
        data = {
            "title": title,
            "foot": f"{title} · {report.number}",
            "head": head,
            "parts": [
                {"title": part.title, "definition": part.definition, "columns": part.columns,
                 "lines": [[line.label, *line.figures] for line in part.lines]}
                for part in parts
            ],
            "nothing": _("Nothing in this period."),
            "mark": (_("Mark of these figures (SHA-256)"), report.mark),
        }  # fmt: skip
        return papers.pdf("report", data, language)
