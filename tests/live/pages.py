"""A browser without scripts: the cookies of one person, pages, and forms with their token."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx

from tests.live.site import PASSWORD, Person, Site

STRANGER = Person(0, "", "")
TOKEN = re.compile(r'(?:data-csrf|name="csrfmiddlewaretoken" value)="([^"]+)"')


@dataclass
class Visitor:
    """Somebody who visits pages, as `person` or as nobody. To be used as a context."""

    site: Site
    person: Person = STRANGER
    answers: list[httpx.Response] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        cookies = {"chatsite_session": self.person.session} if self.person.session else {}
        self._client = httpx.AsyncClient(
            base_url=self.site.address, cookies=cookies, timeout=30, trust_env=False
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def gets(self, path: str) -> httpx.Response:
        return await self._client.get(path)

    async def token(self) -> str:
        """A token from a page that this visitor may see; the cookie that belongs to it is kept."""
        page = await self.gets("/")
        if page.is_redirect:
            page = await self.gets("/accounts/login/")
        found = TOKEN.search(page.text)
        assert found, page.text[:500]
        return found[1]

    async def posts(self, path: str, **form: Any) -> httpx.Response:
        """Post a form with its token."""
        headers = {"X-CSRFToken": await self.token(), **self._origin()}
        return await self._client.post(path, data=form, headers=headers)

    async def sends_with_token(self, method: str, path: str, **form: Any) -> httpx.Response:
        """GET, or POST of a form with its token."""
        return await (self.posts(path, **form) if method == "POST" else self.gets(path))

    async def posts_without_token(self, path: str, **headers: str) -> httpx.Response:
        return await self._client.post(path, headers={**self._origin(), **headers})

    async def signs_in(self, email: str) -> Person:
        """By the form; returns the person with their new session."""
        answer = await self.posts("/accounts/login/", login=email, password=PASSWORD)
        assert answer.status_code == 302, answer.text
        pk = self.site.one("SELECT id FROM accounts_user WHERE email = ?", email)
        return Person(pk, email, self._client.cookies["chatsite_session"])

    def _origin(self) -> dict[str, str]:
        return {"Origin": self.site.address}
