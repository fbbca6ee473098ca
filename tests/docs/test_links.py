"""What the documents point at exists: files of this repository, sections, commands."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
FOLDERS = ("chatsite", "conversations", "templates", "static", "tests", "docs", "script", "benchmarks", ".ci")
MENTIONED = re.compile(rf"`((?:{'|'.join(map(re.escape, FOLDERS))})/[^`\s]*)`")
MODULE = re.compile(r"`((?:chatsite|conversations|benchmarks)(?:\.[a-z_]+)+)`")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def anchors(document: Path) -> set[str]:
    """The sections of a document as links name them."""
    text = FENCE.sub("", document.read_text("utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.fixture(params=DOCUMENTS, ids=name_of)
def document(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_links_lead_somewhere(document: Path) -> None:
    text = FENCE.sub("", document.read_text("utf-8"))
    for target in (first or second for first, second in LINK.findall(text)):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def test_files_and_modules_that_are_named_exist(document: Path) -> None:
    text = document.read_text("utf-8")
    for mentioned in MENTIONED.findall(text):
        assert any(ROOT.glob(mentioned.rstrip("/"))), mentioned
    for module in MODULE.findall(text):
        path = ROOT / module.replace(".", "/")
        found = [path, path.with_suffix(".py"), path.parent.with_suffix(".py"), path.parent / "__init__.py"]
        assert any(each.exists() for each in found), module


def test_commands_that_are_named_exist(document: Path) -> None:
    for command in COMMAND.findall(document.read_text("utf-8")):
        assert command in get_commands(), command


def test_no_document_names_a_path_of_one_machine(document: Path) -> None:
    assert not re.search(r"/home/|/root/", document.read_text("utf-8"))
