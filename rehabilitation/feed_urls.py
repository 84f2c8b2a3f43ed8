"""The address at which other programs read somebody's calendar; it is asked without a session."""

from django.urls import path

from rehabilitation import feed_views

urlpatterns = [path("", feed_views.feed, name="feed")]
