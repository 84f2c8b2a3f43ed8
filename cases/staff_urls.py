"""Addresses of the people of the centre."""

from django.urls import path

from cases import centre_views, staff_views, team_views

app_name = "staff"
urlpatterns = [
    path("", staff_views.people, name="people"),
    path("new/", staff_views.new, name="new"),
    path("<int:pk>/", staff_views.person, name="person"),
    path("<int:pk>/change/", staff_views.change, name="change"),
    path("<int:pk>/leave/", staff_views.leave, name="leave"),
    path("changes/<uuid:pk>/", staff_views.decide, name="decide"),
    path("changes/<uuid:pk>/withdraw/", staff_views.withdraw, name="withdraw"),
    path("teams/", team_views.teams, name="teams"),
    path("teams/new/", team_views.team, name="new_team"),
    path("teams/<int:pk>/", team_views.team, name="team"),
    path("roles/", team_views.roles, name="roles"),
    path("settings/", centre_views.settings_page, name="settings"),
    path("settings/<slug:key>/", centre_views.one, name="setting"),
]
