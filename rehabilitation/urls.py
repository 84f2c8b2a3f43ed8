"""Addresses of services."""

from django.urls import path

from rehabilitation import booking_views, catalogue_views, views

app_name = "rehabilitation"
urlpatterns = [
    path("catalogue/", catalogue_views.edit, name="catalogue"),
    path("group/", booking_views.group, name="group"),
    path("case/<uuid:pk>/", views.record, name="record"),
    path("case/<uuid:pk>/book/", booking_views.book, name="book"),
    path("of/<uuid:pk>/", views.of_case, name="of_case"),
    path("<uuid:pk>/", views.service, name="service"),
]
