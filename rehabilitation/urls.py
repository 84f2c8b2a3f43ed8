"""Addresses of services."""

from django.urls import path

from rehabilitation import booking_views, catalogue_views, done_views, figure_views, views

app_name = "rehabilitation"
urlpatterns = [
    path("catalogue/", catalogue_views.edit, name="catalogue"),
    path("figures/", figure_views.tables, name="figures"),
    path("figures/list/", figure_views.behind, name="behind"),
    path("figures/export/", figure_views.export, name="export"),
    path("done/<uuid:pk>/", done_views.done, name="done"),
    path("done/<uuid:pk>/paper/<slug:language>/", done_views.paper, name="done_paper"),
    path("group/", booking_views.group, name="group"),
    path("group/book/", booking_views.book_group, name="book_group"),
    path("case/<uuid:pk>/", views.record, name="record"),
    path("case/<uuid:pk>/book/", booking_views.book, name="book"),
    path("of/<uuid:pk>/", views.of_case, name="of_case"),
    path("<uuid:pk>/", views.service, name="service"),
]
