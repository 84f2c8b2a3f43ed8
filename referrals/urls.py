"""Addresses of notifications."""

from django.urls import path

from referrals import call_views, letter_views, views

app_name = "referrals"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("held/", views.held, name="held"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<uuid:pk>/decide/", views.decide, name="decide"),
    path("<uuid:pk>/call/", call_views.call, name="call"),
    path("<uuid:pk>/letter/", letter_views.paper, name="letter"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
]
