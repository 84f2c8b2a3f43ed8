"""Addresses of the calendar."""

from django.urls import path

from rehabilitation import calendar_views, feed_views

app_name = "calendar"
urlpatterns = [
    path("", calendar_views.calendar, name="calendar"),
    path("rooms/", calendar_views.edit_rooms, name="rooms"),
    path("own/", feed_views.own, name="own"),
]
