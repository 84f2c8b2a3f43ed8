"""Addresses of notifications."""

from django.urls import path

from referrals import answer_views, body_views, call_views, letter_views, views

app_name = "referrals"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("held/", views.held, name="held"),
    path("case/<uuid:pk>/letter/", answer_views.letter, name="letter"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<uuid:pk>/open/", body_views.open_letters, name="open"),
    path("<uuid:pk>/decide/", views.decide, name="decide"),
    path("<uuid:pk>/call/", call_views.call, name="call"),
    path("<uuid:pk>/letter/", letter_views.paper, name="letter_paper"),
    path("<uuid:pk>/ask/", body_views.ask, name="ask"),
    path("<uuid:pk>/aside/", body_views.step_aside, name="aside"),
    path("<uuid:pk>/document/", body_views.document, name="document"),
    path("<uuid:pk>/paper/", answer_views.paper, name="paper"),
    path("<uuid:pk>/guardian/", answer_views.guardian, name="guardian"),
    path("<uuid:pk>/aside/<uuid:recusal>/seen/", answer_views.aside_seen, name="aside_seen"),
    path("<uuid:pk>/words/<uuid:word>/answer/", answer_views.answer, name="answer"),
    path("<uuid:pk>/words/<uuid:word>/propose/", answer_views.propose, name="propose"),
    path("<uuid:pk>/words/<uuid:word>/approve/", answer_views.approve, name="approve"),
    path("<uuid:pk>/words/<uuid:word>/refuse/", answer_views.refuse, name="refuse"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
]
