"""Addresses of the ministry's report."""

from django.urls import path

from rehabilitation import report_views

app_name = "reports"
urlpatterns = [
    path("", report_views.index, name="index"),
    path("people/", report_views.people, name="people"),
    path("<uuid:pk>/", report_views.detail, name="detail"),
    path("<uuid:pk>/paper/<slug:language>/", report_views.paper, name="paper"),
]
