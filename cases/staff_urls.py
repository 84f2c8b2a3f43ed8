"""Addresses of the people of the centre."""

from django.urls import path

from cases import staff_views

app_name = "staff"
urlpatterns = [
    path("", staff_views.people, name="people"),
    path("<int:pk>/leave/", staff_views.leave, name="leave"),
]
