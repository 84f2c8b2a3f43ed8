"""Addresses of one's own programs that are told of events."""

from django.urls import path

from cases import hook_views

app_name = "hooks"
urlpatterns = [
    path("", hook_views.mine, name="mine"),
    path("new/", hook_views.new, name="new"),
    path("<uuid:pk>/ping/", hook_views.ping, name="ping"),
    path("<uuid:pk>/revoke/", hook_views.revoke, name="revoke"),
]
