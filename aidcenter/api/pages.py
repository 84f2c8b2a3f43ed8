"""Rows come in pages, by cursor: a row added meanwhile shows none of them twice."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination

PAGE, LARGEST = 25, 100


class Pages(CursorPagination):
    """25 rows, or as many as `limit` says up to 100, in an order that is given here."""

    page_size = PAGE
    page_size_query_param = "limit"
    max_page_size = LARGEST

    def __init__(self, order: str | Sequence[str]) -> None:
        self.ordering = (order,) if isinstance(order, str) else tuple(order)

    def get_page_size(self, request: Any) -> int:
        """How many; what is no number from 1 to 100 is refused."""
        said = request.query_params.get("limit", str(PAGE))
        if not (said.isascii() and said.isdigit() and len(said) <= 3 and 1 <= int(said) <= LARGEST):
            raise ValidationError({"limit": [_("From 1 to %(most)s.") % {"most": LARGEST}]})
        return int(said)

    def decode_cursor(self, request: Any) -> Any:
        """Where the page begins; a cursor that is none of ours is refused."""
        try:
            return super().decode_cursor(request)
        except (NotFound, ValueError):
            raise self.nowhere() from None

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        """The rows of the page; a cursor of another order is refused."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (Refused, ValueError):
            raise self.nowhere() from None

    def nowhere(self) -> Refused:
        """What is said of a cursor that leads to no place: any text fits the description."""
        return Refused({"cursor": [_("This is no place in the list.")]})
