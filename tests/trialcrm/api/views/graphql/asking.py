"""Asking GraphQL as one of the cast."""

from typing import Any

from django.http import HttpResponse

from tests.support.api import Caller

ADDRESS = "/graphql"


class Asker(Caller):
    """One person's program."""

    def send(self, query: str, **variables: Any) -> HttpResponse:
        return self.post(ADDRESS, {"query": query, "variables": variables})

    def ask(self, query: str, **variables: Any) -> Any:
        """What comes of a query without errors."""
        answer = self.send(query, **variables)
        assert answer.status_code == 200, answer.content
        assert "errors" not in answer.json(), answer.json()
        return answer.json()["data"]

    def fails(self, query: str, **variables: Any) -> dict[str, Any]:
        """What the one error of a query says to a program; something else may have been answered."""
        (error,) = self.send(query, **variables).json()["errors"]
        return error["extensions"]
