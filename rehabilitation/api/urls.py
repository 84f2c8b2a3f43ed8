"""Addresses of plans, services and stays in the API."""

from django.urls import path

from rehabilitation.api import extensions, goals, plans, services, stays

urlpatterns = [
    path("cases/<uuid:pk>/plans/", plans.Plans.as_view()),
    path("plans/", plans.Waiting.as_view()),
    path("plans/<uuid:pk>/", plans.PlanRow.as_view()),
    path("plans/<uuid:pk>/submit/", plans.Submit.as_view()),
    path("plans/<uuid:pk>/take-back/", plans.TakeBack.as_view()),
    path("plans/<uuid:pk>/discard/", plans.Discard.as_view()),
    path("plans/<uuid:pk>/end/", plans.End.as_view()),
    path("plans/<uuid:pk>/approve/", plans.Approve.as_view()),
    path("plans/<uuid:pk>/return/", plans.Return.as_view()),
    path("plans/<uuid:pk>/goals/", goals.Goals.as_view()),
    path("goals/<uuid:pk>/", goals.GoalRow.as_view()),
    path("goals/<uuid:pk>/drop/", goals.Drop.as_view()),
    path("goals/<uuid:pk>/progress/", goals.ProgressOf.as_view()),
    path("cases/<uuid:pk>/services/", services.Services.as_view()),
    path("cases/<uuid:pk>/services/book/", services.Bookings.as_view()),
    path("services/<uuid:pk>/", services.ServiceRow.as_view()),
    path("services/<uuid:pk>/deliver/", services.Deliver.as_view()),
    path("services/<uuid:pk>/move/", services.Move.as_view()),
    path("services/<uuid:pk>/not-given/", services.NotGiven.as_view()),
    path("services/<uuid:pk>/cancel-rest/", services.Rest.as_view()),
    path("services/<uuid:pk>/note/", services.WriteNote.as_view()),
    path("services/<uuid:pk>/strike/", services.Strike.as_view()),
    path("cases/<uuid:pk>/stays/", stays.Stays.as_view()),
    path("stays/<uuid:pk>/", stays.StayRow.as_view()),
    path("stays/<uuid:pk>/come/", stays.Come.as_view()),
    path("stays/<uuid:pk>/leave/", stays.Leave.as_view()),
    path("stays/<uuid:pk>/extensions/", extensions.Longer.as_view()),
    path("extensions/", extensions.Extensions.as_view()),
    path("extensions/<uuid:pk>/", extensions.ExtensionRow.as_view()),
    path("extensions/<uuid:pk>/decide/", extensions.Decide.as_view()),
]
