"""Addresses of cases; they carry ids, never names or numbers."""

from django.urls import path

from cases import absence_views, incident_views, note_views, safety_views, sharing_views, views

app_name = "cases"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("opened/", views.opened, name="opened"),
    path("absence/", absence_views.absences, name="absence"),
    path("absence/<int:pk>/end/", absence_views.end, name="end_absence"),
    path("find/", views.find, name="find"),
    path("new/", views.register, name="register"),
    path("new/child/", views.child_check, name="child_check"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/details/", views.details, name="details"),
    path("<uuid:pk>/age/", views.correct_age, name="age"),
    path("<uuid:pk>/home/", views.confirm_home, name="confirm_home"),
    path("urgent/", sharing_views.urgent, name="urgent"),
    path("urgent/<uuid:pk>/", sharing_views.review, name="review"),
    path("matches/<uuid:pk>/", sharing_views.match, name="match"),
    path("offers/<uuid:pk>/", sharing_views.answer, name="answer"),
    path("<uuid:pk>/access/", sharing_views.who_sees, name="access"),
    path("<uuid:pk>/access/share/", sharing_views.share, name="share"),
    path("<uuid:pk>/access/care-team/", sharing_views.choose_care_team, name="choose_care_team"),
    path("<uuid:pk>/access/care-team/extend/", sharing_views.extend_care_team, name="extend_care_team"),
    path("<uuid:pk>/access/end/", sharing_views.end_share, name="end_share"),
    path("<uuid:pk>/access/hand-on/", sharing_views.hand_on, name="hand_on"),
    path("<uuid:pk>/incidents/new/", incident_views.report, name="report_incident"),
    path("incidents/<uuid:pk>/", incident_views.detail, name="incident"),
    path("incidents/<uuid:pk>/step/", incident_views.step, name="incident_step"),
    path("incidents/<uuid:pk>/end/", incident_views.end, name="end_incident"),
    path("<uuid:pk>/safety/", safety_views.write, name="safety"),
    path("<uuid:pk>/notes/new/", note_views.add, name="add_note"),
    path("<uuid:pk>/drafts/<slug:form>/", note_views.save_draft, name="save_draft"),
    path("<uuid:pk>/move/", views.move, name="move"),
]
