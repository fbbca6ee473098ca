"""Versions below which a package has a published hole that this site would have too."""

from importlib.metadata import version

import pytest

LOWEST = {
    "Django": (5, 2, 19),
    "daphne": (4, 2, 3),  # unbounded frames, header smuggling
    "autobahn": (26, 7, 1),  # compression around the size limits
    "Twisted": (26, 10, 0),  # bare CR and LF in headers
    "h11": (0, 16, 0),  # lenient chunk ends
    "nh3": (0, 3, 8),
}


@pytest.mark.parametrize("package", LOWEST)
def test_no_package_is_older_than_its_last_known_hole(package: str) -> None:
    installed = tuple(int(part) for part in version(package).split(".")[:3] if part.isdigit())
    assert installed >= LOWEST[package]


def test_http2_is_not_there() -> None:
    from twisted.web import http

    assert not http.H2_ENABLED
