"""What the runs amount to, in numbers and in words."""

import pytest

from conversations.replays.report import Report, Result, report_of, variant_name
from conversations.replays.sentences import Seeds, found, meaning
from conversations.store.originals import Extent

SAME = Seeds(7, 7)


def report(texts: str, fingerprints: str = "", original: str = "f", extent: Extent = "whole") -> Report:
    """Runs by the letters of their texts, `o` the original's, `p` one that begins with it, and of their
    fingerprints, a space for none.
    """
    prints = (fingerprints or "f" * len(texts)).replace(" ", "\0")
    results = [
        Result(text, _matches(text, extent), print_.strip("\0"))
        for text, print_ in zip(texts, prints, strict=True)
    ]
    return report_of(results, original_hash="o", original_fingerprint=original, extent=extent)


def _matches(text: str, extent: Extent) -> bool | None:
    return None if extent == "nothing" else text in ("o", "p" if extent == "part" else "o")


@pytest.mark.parametrize(
    ("texts", "matching", "largest", "percent"),
    [("oooo", 4, 4, 100), ("oxxy", 1, 2, 25), ("xy", 0, 1, 0), ("", 0, 0, 0), ("oox", 2, 2, 66)],
)
def test_counts(texts: str, matching: int, largest: int, percent: int) -> None:
    made = report(texts)
    assert (made.matching, made.largest, made.percent, made.compared) == (
        matching,
        largest,
        percent,
        len(texts),
    )


def test_only_all_of_them_are_100_percent() -> None:
    assert report("o" * 49 + "x").percent == 98


def test_variants_are_named_by_size_and_a_is_the_original() -> None:
    assert report("yxxo").names == {"o": "A", "x": "B", "y": "C"}
    assert report("xx").names == {"o": "A", "x": "B"}


def test_every_variant_has_a_name_of_its_own() -> None:
    names = [variant_name(number) for number in range(60)]
    assert (names[0], names[25], names[26], names[52]) == ("A", "Z", "A2", "A3")
    assert len(set(names)) == 60


@pytest.mark.parametrize(
    ("fingerprints", "original", "overall"),
    [
        ("ff", "f", "same"),
        ("fg", "f", "changed"),
        ("f ", "f", "unknown"),
        ("ff", "", "unknown"),
        ("g ", "f", "changed"),
    ],
)
def test_fingerprints(fingerprints: str, original: str, overall: str) -> None:
    assert report("oo", fingerprints, original).fingerprints == overall


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ("", "No replay has come to its end"),
        ("o", "The replay gave the very text"),
        ("x", "The replay gave another text"),
        ("oo", "All 2 replays gave the very text"),
        ("xxy", "None of 3 replays gave the text of the original; the largest group with one and the same"),
        ("oxy", "1 of 3 replays gave the very text of the original; no two of them are the same."),
    ],
)
def test_the_numbers_as_a_sentence(texts: str, words: str) -> None:
    assert words in found(report(texts))


@pytest.mark.parametrize(
    ("texts", "fingerprints", "original", "seeds", "words"),
    [
        ("ox", "", "f", Seeds(None, None), "No seed was sent, so differences are to be expected."),
        ("oo", "", "f", Seeds(None, None), "need not do so again"),
        ("oo", "", "f", Seeds(7, None), "need not do so again"),
        ("ox", "", "f", Seeds(7, 8), "compared with each other"),
        ("ox", "", "f", Seeds(None, 8), "compared with each other"),
        ("oo", "", "f", SAME, "mostly the same, never certainly"),
        ("ox", "", "f", SAME, "and still the texts differ"),
        ("ox", "fg", "f", SAME, "another system than for the original, and then"),
        ("oo", "gg", "f", SAME, "It gave the same text all the same"),
        ("oo", "", "", SAME, "cannot be told whether its system is still"),
        ("ox", "  ", "f", SAME, "cannot be told whether its system has changed"),
        ("", "", "f", SAME, ""),
    ],
)
def test_what_the_numbers_mean(
    texts: str, fingerprints: str, original: str, seeds: Seeds, words: str
) -> None:
    assert words in meaning(report(texts, fingerprints, original), seeds)


@pytest.mark.parametrize(
    ("texts", "matching", "words"),
    [
        ("o", 1, "The replay is the same as the original, as far as that goes."),
        ("x", 0, "differs from the original before the place where that was cut short"),
        ("opp", 3, "All 3 replays are the same as the original, as far as that goes; to their ends, the"),
        (
            "xy",
            0,
            "None of 2 replays are the same as the original, as far as that goes; to their ends, no two",
        ),
        ("oxx", 1, "1 of 3 replays are the same as the original, as far as that goes; to their ends, the"),
    ],
)
def test_of_a_part(texts: str, matching: int, words: str) -> None:
    made = report(texts, extent="part")
    assert (made.matching, words in found(made)) == (matching, True)
    assert "o" not in texts or made.names["o"] in "AB", "no letter is the original's"
    assert report("xxo", extent="part").names == {"x": "A", "o": "B"}


@pytest.mark.parametrize(
    ("texts", "seeds", "words", "means"),
    [
        ("x", SAME, "The original has no text to compare with. The replay came to its end.", ""),
        ("xx", SAME, "All 2 replays gave one and the same text.", "mostly the same, never certainly"),
        ("xy", SAME, "Of 2 replays no two of them are the same.", "All had the same seed, and still"),
        ("xy", Seeds(7, 8), "Of 2 replays no two", "All had the same seed, and still"),
        ("xxy", Seeds(7, None), "Of 3 replays the largest group", "differences are to be expected"),
        ("xx", Seeds(None, None), "All 2 replays", "need not do so again"),
        ("", SAME, "No replay has come to its end yet", ""),
    ],
)
def test_with_nothing_to_compare_with(texts: str, seeds: Seeds, words: str, means: str) -> None:
    made = report(texts, extent="nothing")
    assert made.matching == 0 and words in found(made)
    assert means in meaning(made, seeds) and bool(meaning(made, seeds)) == bool(means)
