"""What is written into a case: notes, decisions on the status, assessments, documents."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from aidcenter import audit, crypto
from aidcenter.access import reached_or_404
from aidcenter.api.parsing import WITH_FILE
from aidcenter.api.said import Said, String, Whole, body_of
from aidcenter.api.shown import Shown
from aidcenter.api.views import Endpoint, Row, Rows
from aidcenter.clock import baku_today
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import assessments, documents, identification, notes
from cases.api.reached import held
from cases.case_forms import AssessmentForm, DecisionForm, DocumentForm, NoteForm
from cases.document_views import ENDINGS, handed_out
from cases.models import Assessment, Case, Document, Note, StatusDecision
from cases.reached import readable


class OfCase(Rows):
    """Rows of one case; `look` is the act that is put on record."""

    look = "case.view"
    shows: Any  # a Shown

    @property
    def case(self) -> Case:
        """The case of the address, if the person may read it."""
        if not hasattr(self, "_case"):
            self._case: Case = readable(self.request, self.kwargs["pk"])
        return self._case

    def rows(self, pk: uuid.UUID) -> "QuerySet[Any]":
        """Those that the person reads, by case and by section."""
        return self.shows.Meta.model.objects.visible_to(self.person).filter(case=self.case)

    def opened(self, rows: list[Any]) -> list[Any]:
        """With the keys of the person, in one question."""
        for row in rows:
            row.victim = self.case.victim
        crypto.load_keys(rows)
        return rows

    def looked(self, rows: list[Any], pk: uuid.UUID) -> None:
        """The ids shown are on record."""
        audit.record(self.look, by=self.person, case=pk, ids=[row.pk for row in rows])


class NoteShown(Shown):
    """A note; `section` is empty where everybody who reads the case reads it."""

    class Meta:
        model = Note
        fields = ("id", "case", "section", "kind", "text", "author", "written_at", "corrects", "line_of")


class Notes(OfCase):
    """The notes of a case that the person reads, the newest first; with POST, a new one."""

    verbs = {"GET": Verb.VIEW_CASE, "POST": Verb.ADD_NOTE}
    takes = {"POST": NoteForm}
    shows = NoteShown
    address = "{here}"  # read in the list
    order = ("-written_at", "pk")

    def made(self, pk: uuid.UUID) -> Note:
        """As on the screen."""
        said = self.form(sections=notes.sections_of(self.case, self.person)).cleaned_data
        return notes.add(self.case, notes.Written(**said), by=self.person)


class DecisionShown(Shown):
    """A decision on whether the person is a victim."""

    class Meta:
        model = StatusDecision
        fields = (
            "id", "case", "status", "decided_by", "document_number", "decided_on", "basis", "entered_by",
            "entered_at",
        )  # fmt: skip


class Identifications(OfCase):
    """The decisions on the person's status, the last one first; with POST, a new one."""

    verbs = {"GET": Verb.VIEW_CASE, "POST": Verb.CHANGE_CASE}
    takes = {"POST": DecisionForm}
    shows = DecisionShown
    address = "{here}"
    order = ("-entered_at", "pk")

    def made(self, pk: uuid.UUID) -> StatusDecision:
        """As on the screen."""
        case = held(self.request, pk)
        said = self.form(case=case).cleaned_data
        then = said.pop("then") or "closed_referred"
        return identification.decide_status(case, said, then=then, today=baku_today(), by=self.person)


class AnswerShown(serializers.Serializer):
    """The score of one question, 0 no need to 4 acute, and a note."""

    score = serializers.IntegerField(min_value=0, max_value=4)
    note = serializers.CharField(allow_blank=True)


class AssessmentShown(Shown):
    """An assessment; `answers` are by the id of the question."""

    answers = serializers.DictField(child=AnswerShown(), read_only=True)

    class Meta:
        model = Assessment
        fields = (
            "id", "case", "questionnaire", "kind", "assessed_on", "answers", "individual_risk",
            "household_risk", "community_risk", "needs", "risk_level", "why_risk", "author", "written_at",
        )  # fmt: skip


class AnswerSaid(Said):
    """The score of one question, 0 no need to 4 acute, and a note."""

    score = Whole(min_value=0, max_value=4)
    note = String(required=False, allow_blank=True, max_length=2000)


class AssessmentSaid(body_of(AssessmentForm)):  # type: ignore[misc] # made from the form
    """The answers to all questions that are asked now, by their id; the risks; what is needed at once."""

    answers = serializers.DictField(child=AnswerSaid())


class Assessments(OfCase):
    """The assessments of a case, the newest first; with POST, a new one."""

    verbs = {"GET": Verb.VIEW_CASE, "POST": Verb.CHANGE_CASE}
    takes = {"POST": AssessmentForm}
    bodies = {"POST": AssessmentSaid}
    shows = AssessmentShown
    address = "{here}"
    order = ("-assessed_on", "-written_at")
    look = "assessment.view"

    def typed(self, said: dict[str, Any]) -> dict[str, Any]:
        """The answers as the form asks for them."""
        answers = said.pop("answers", {})
        for question, answer in answers.items():
            said |= {f"score-{question}": answer["score"], f"note-{question}": answer.get("note", "")}
        return said

    def made(self, pk: uuid.UUID) -> Assessment:
        """As on the screen."""
        case = held(self.request, pk)
        form = self.form(questions=assessments.asked_now())
        return assessments.assess(case, form.general, form.answers, by=self.person)


class QuestionShown(serializers.Serializer):
    """A question of the newest questionnaire, in the caller's language."""

    id = serializers.IntegerField()
    domain = serializers.CharField()
    text = serializers.CharField()


class QuestionsShown(serializers.Serializer):
    """What is asked now."""

    questions = QuestionShown(many=True)


class Questions(Endpoint):
    """What an assessment asks now."""

    verbs = {"GET": Verb.VIEW_CASE}
    shows = QuestionsShown

    def get(self, request: Request) -> Any:
        """The newest questionnaire."""
        self.check_query()
        return self.shown({"questions": assessments.asked_now()})


class DocumentShown(Shown):
    """A document, without its bytes."""

    class Meta:
        model = Document
        fields = (
            "id", "case", "section", "kind", "title", "type", "size", "sha256", "replaces", "author",
            "written_at",
        )  # fmt: skip


class Documents(OfCase):
    """The documents of a case that the person reads; with POST, a new one, its file in base64."""

    verbs = {"GET": Verb.VIEW_CASE, "POST": Verb.ADD_NOTE}
    takes = {"POST": DocumentForm}
    shows = DocumentShown
    address = "/api/v1/documents/{pk}/"
    order = ("-written_at", "pk")
    look = "document.list"
    most_bytes = WITH_FILE

    def made(self, pk: uuid.UUID) -> Document:
        """As on the screen."""
        rows = self.opened(list(documents.of_case(self.case, self.person)))
        replaced = {row.replaces_id for row in rows}
        sections = notes.sections_of(self.case, self.person)
        said = self.form(sections=sections, rows=[row for row in rows if row.pk not in replaced]).cleaned_data
        before = next((row for row in rows if str(row.pk) == said.get("replaces")), None)
        section = before.section if before else said.get("section", "")
        upload = documents.Upload(said["kind"], said["file"].read(), said["title"], section)
        return documents.add(self.case, upload, replaces=before, by=self.person)


def _document(person: Staff, pk: uuid.UUID) -> Document:
    return reached_or_404(Document.objects.visible_to(person).select_related("victim", "case"), pk=pk)


class DocumentRow(Row):
    """A document, without its bytes."""

    verbs = {"GET": Verb.VIEW_CASE}
    shows = DocumentShown

    def row(self, pk: uuid.UUID) -> Document:
        """The document."""
        return _document(self.person, pk)

    def looked(self, row: Document) -> None:
        """The look is on record."""
        audit.record("document.list", by=self.person, case=row.case_id, ids=[row.pk])


class DocumentContent(Endpoint):
    """The bytes of a document, harmless since it was kept."""

    verbs = {"GET": Verb.VIEW_CASE}
    hands_out = tuple(ENDINGS)

    def get(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """PDF, JPEG or PNG; opening it is on record."""
        self.check_query()
        row = _document(self.person, pk)
        return handed_out(documents.content_of(row, by=self.person), row.type, "attachment")
