"""Addresses of services."""

from django.urls import path

from rehabilitation import views

app_name = "rehabilitation"
urlpatterns = [path("case/<uuid:pk>/", views.record, name="record")]
