"""Addresses of the API that belong to no domain app."""

from django.urls import path

from aidcenter.api import described, lists

urlpatterns = [
    path("openapi.json", described.Description.as_view()),
    path("me/", lists.Me.as_view()),
    path("code-lists/", lists.CodeLists.as_view()),
    path("code-lists/<slug:name>/", lists.CodeList.as_view()),
    path("people/", lists.People.as_view()),
    path("people/<int:pk>/", lists.Person.as_view()),
    path("teams/", lists.Teams.as_view()),
    path("audit/", lists.AuditEvents.as_view()),
    path("statistics/", lists.Statistics.as_view()),
]
