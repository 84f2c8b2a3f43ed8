"""Addresses of plans."""

from django.urls import path

from rehabilitation import goal_views, plan_views, review_views

app_name = "plans"
urlpatterns = [
    path("review/", review_views.queue, name="queue"),
    path("figures/", review_views.figures, name="figures"),
    path("templates/", goal_views.templates, name="templates"),
    path("case/<uuid:pk>/", plan_views.of_case, name="of_case"),
    path("case/<uuid:pk>/draft/", plan_views.draft, name="draft"),
    path("<uuid:pk>/", plan_views.version, name="version"),
    path("<uuid:pk>/write/", plan_views.write, name="write"),
    path("<uuid:pk>/submit/", plan_views.submit, name="submit"),
    path("<uuid:pk>/take-back/", plan_views.take_back, name="take_back"),
    path("<uuid:pk>/discard/", plan_views.discard, name="discard"),
    path("<uuid:pk>/goals/new/", goal_views.add, name="add_goal"),
    path("goals/<uuid:pk>/", goal_views.change, name="change_goal"),
    path("goals/<uuid:pk>/drop/", goal_views.drop, name="drop_goal"),
    path("goals/<uuid:pk>/progress/", goal_views.progress, name="progress"),
    path("<uuid:pk>/decide/", review_views.decide, name="decide"),
    path("<uuid:pk>/reviews/new/", review_views.review, name="review"),
    path("<uuid:pk>/sign/", review_views.sign, name="sign"),
    path("<uuid:pk>/end/", review_views.end, name="end"),
    path("<uuid:pk>/paper/<slug:language>/", review_views.paper, name="paper"),
]
