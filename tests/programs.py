"""Asking the API with a key, as a program of somebody of the cast does."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aidcenter.api import tokens
from aidcenter.context import acting_as
from aidcenter.models import Staff
from aidcenter.roles import MATRIX, Verb

ROOT = "/api/v1/"


class Program:
    """A program with a key of `person`, for the verbs of the whole role or for those given."""

    def __init__(self, person: Staff, *verbs: Verb) -> None:
        with acting_as(person.pk):
            self.key = tokens.make(
                purpose="test", verbs=list(verbs or MATRIX[person.role]), days=1, by=person
            )
        self.client = Client(raise_request_exception=True)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """An answer; `body` is sent as JSON, bytes as they are."""
        said = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        sent = {"Authorization": f"Bearer {self.key}", "Accept-Language": "en", **headers}
        return self.client.generic(
            method, f"{ROOT}{path}", said if method != "GET" else b"", headers=sent,
            content_type="application/json",
        )  # fmt: skip

    def get(self, path: str, **headers: str) -> Any:
        """Read."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Make or do."""
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """Change."""
        return self.ask("PATCH", path, body, **headers)


@pytest.fixture
def program() -> Callable[..., Program]:
    """`program(person, *verbs)` asks the API in their name."""
    return Program
