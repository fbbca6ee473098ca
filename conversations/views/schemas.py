"""The editor of JSON schemas: what is wrong with one, while it is being written."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from conversations.response_format import typed_check
from conversations.views.answers import person_of


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Form: schema_name, schema_strict, schema. Answers with the problem (empty: none) and notes."""
    person_of(request)
    found = typed_check({name: str(typed) for name, typed in request.POST.items()})
    return JsonResponse({"problem": found.problem, "notes": found.notes})
