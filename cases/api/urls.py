"""Addresses of cases in the API."""

from django.urls import path

from cases.api import cases, consent, hooks, incidents, records, written

urlpatterns = [
    path("cases/", cases.Cases.as_view()),
    path("cases/<uuid:pk>/", cases.CaseRow.as_view()),
    path("cases/<uuid:pk>/age/", cases.Age.as_view()),
    path("cases/<uuid:pk>/district/", cases.District.as_view()),
    path("cases/<uuid:pk>/home/", cases.HomeConfirmed.as_view()),
    path("cases/<uuid:pk>/state/", cases.State.as_view()),
    path("cases/<uuid:pk>/close/", cases.Close.as_view()),
    path("cases/<uuid:pk>/consent/", consent.CaseConsent.as_view()),
    path("cases/<uuid:pk>/consent/sheet/", consent.Sheet.as_view()),
    path("cases/<uuid:pk>/identifications/", written.Identifications.as_view()),
    path("cases/<uuid:pk>/assessments/", written.Assessments.as_view()),
    path("cases/<uuid:pk>/notes/", written.Notes.as_view()),
    path("cases/<uuid:pk>/documents/", written.Documents.as_view()),
    path("cases/<uuid:pk>/incidents/", incidents.CaseIncidents.as_view()),
    path("incidents/", incidents.Serious.as_view()),
    path("incidents/<uuid:pk>/", incidents.IncidentRow.as_view()),
    path("incidents/<uuid:pk>/step/", incidents.Step.as_view()),
    path("incidents/<uuid:pk>/end/", incidents.End.as_view()),
    *records.addresses(),
    path("records/consent/<uuid:pk>/scan/", consent.Scan.as_view()),
    path("records/consent/<uuid:pk>/withdraw/", consent.Withdraw.as_view()),
    path("consent-texts/", consent.Texts.as_view()),
    path("documents/<uuid:pk>/", written.DocumentRow.as_view()),
    path("documents/<uuid:pk>/content/", written.DocumentContent.as_view()),
    path("questions/", written.Questions.as_view()),
    path("victims/", cases.Persons.as_view()),
    path("victims/<uuid:pk>/", cases.PersonRow.as_view()),
    path("webhooks/", hooks.Hooks.as_view()),
    path("webhooks/<uuid:pk>/revoke/", hooks.HookEnd.as_view()),
]
