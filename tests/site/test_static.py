"""Static files as they are served for real: hashed names, kept for long, compressed, imports rewritten."""

import gzip
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.servers import prepare, serve

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    prepare(data)
    with serve(data) as serving:
        yield serving.address()


def fetch(url: str, **headers: str) -> tuple[dict[str, str], bytes]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as response:
        return {name.lower(): value for name, value in response.headers.items()}, response.read()


def linked(site: str, ending: str) -> list[str]:
    """The files of ours that the sign-in page names."""
    page = fetch(f"{site}/accounts/login/")[1].decode()
    return re.findall(rf'(?:href|src)="(/static/[^"]+\.{ending})"', page)


def test_a_hashed_file_is_kept_for_years_and_sent_compressed(site: str) -> None:
    paths = linked(site, "css")
    assert paths
    for path in paths:
        assert re.search(r"\.[0-9a-f]{12}\.css$", path), path
        headers, body = fetch(site + path, **{"Accept-Encoding": "gzip"})
        assert "immutable" in headers["cache-control"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-type"].startswith("text/css")
        assert "access-control-allow-origin" not in headers
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        assert body == fetch(site + path)[1]


def test_a_module_imports_its_neighbours_by_their_hashed_names(site: str) -> None:
    importing = re.compile(r"""^\s*import\b[^;]*?["'](\./[^"']+)["']""", re.M)
    modules = [path for path in (ROOT / "static" / "js").rglob("*.js") if importing.search(path.read_text())]
    names = json.loads((ROOT / "staticfiles" / "staticfiles.json").read_text())["paths"]
    for module in modules:
        hashed = names[module.relative_to(ROOT / "static").as_posix()]
        text = fetch(f"{site}/static/{hashed}")[1].decode()
        targets = importing.findall(text)
        assert targets
        for target in targets:
            assert re.search(r"\.[0-9a-f]{12}\.js$", target), (module, target)
    assert modules or not list((ROOT / "static" / "js").glob("*.js"))


@pytest.mark.parametrize("path", ["../manage.py", "%2e%2e/manage.py", "..%2fmanage.py", "staticfiles.json/"])
def test_nothing_outside_the_folder_is_served(site: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(f"{site}/static/{path}")
    assert refused.value.code == 404
