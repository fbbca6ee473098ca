"""Texts that every JSON parser has an opinion about, in the spirit of Nicolas Seriot's "Parsing JSON is a
minefield": those that are JSON by RFC 8259, and those that are not.
"""

from __future__ import annotations

from itertools import product

_VALUES = ("null", "true", "false", "0", "-0", "1", "-1", "42", '""', '"a"', "[]", "{}", "[1]", '{"a":1}')
_NUMBERS = (
    "0", "-0", "10", "123456789012345678901234567890", "-1", "0.1", "1.0", "-0.0", "1e1", "1E1", "1e+1",
    "1e-1", "0e1", "0e+1", "1.5e3", "1e400", "-1e400", "1e-400", "123e65", "9" * 5000, "0." + "0" * 400 + "1",
    "20E1",
)  # fmt: skip
_NO_NUMBERS = (
    "+1", "01", "-01", "00", "1.", ".1", "-.1", "1.e1", "1e", "1e+", "1e-", "1eE1", "1e1.5", "-", "--1",
    "1-1", "1+1", "0x1", "1_000", "1,5,", "NaN", "-NaN", "Infinity", "-Infinity", "inf", "1f", "0e", "-2.",
    "2.e+3", "1 000", "１", "-１", "0.1.2", "1ea", "1a", "+Inf", "0.3e", "0.3e+", "9.e+", "-a",
    "-1x", "1.2a-3",
)  # fmt: skip
_STRINGS = (
    r'"\""', r'"\\"', r'"\/"', r'"\b\f\n\r\t"', r'"\u0041"', r'"\u0000"', r'"\ud83d\ude00"', r'"\ud83d"',
    r'"\ude00\ud83d"', r'"\uD800\u0061"', '"é"', '"日本"', '"😀"', '"\u2028\u2029"', '"\x7f"', '"\ufeff"',
    '"\uffff"', '" "', '"a/b"', '"/* no comment */"', '"{"', '"]"', r'"\\n"', r'"\uFFFF"',
    '"' + "x" * 10_000 + '"',
)  # fmt: skip
_NO_STRINGS = (
    '"', '"a', r'"\"', r'"\x41"', r'"\a"', r'"\u"', r'"\u0"', r'"\u00"', r'"\u004"', r'"\u00G0"', r'"\U0041"',
    r'"\ "', r'"\é"', r'"\😀"', '"\n"', '"\t"', '"\x00"', '"\x1f"', "'a'", "`a`", '"a""b"', "“a”", "a",
    r'"\0"', r'"\ud83d\u"', r'"\ud83d\ud"', r'"\{"', '"\r"', r"\u0022a\u0022", '"a\\', r'"\u004١"',
)  # fmt: skip
_NO_STRUCTURES = (
    "", " ", "\n", "\ufeff", "\ufeff{}", "[", "]", "{", "}", "[1", "1]", "[1,", "[,1]", "[,]", "[1,]",
    "[1,,2]", "[1 2]", "[1;2]", "[1:2]", "[1}", "{]", "[}", "[[]", "[]]", "[][]", "{}{}", "{} x", "1 2",
    '"a" "b"', "null null", '{"a"}', '{"a":}', '{"a":1,}', '{,"a":1}', '{,}', '{"a":1,,"b":2}', '{"a" 1}',
    '{"a":1 "b":2}', '{"a"::1}', '{a:1}', "{'a':1}", "{1:1}", "{null:1}", "{[]:1}", '{"a":1', '{"a":', '{"a"',
    '{"', '{"a":1}}', '{"a","b"}', '{"a"=1}', '{"a"=>1}', "{} // c", "{} /* c */", "/* c */ {}", "# c\n{}",
    "[1]#", "<null>", "*", "@", "\x00", "[]\x00", "[\x0c]", "[\x0b1]", "[\xa01]", "[\u20601]", "[\u2028]",
    "\xa0[]", "tru", "truE", "True", "TRUE", "truee", "nul", "nulll", "None", "undefined", "fals", "falsy",
    "[nul]", "[tru]", "[a]", "[1,\n1\n,1", "```json\n{}", "```json\n{}\n```", "Here it is: {}", "[" * 10_000,
    '{"a":' * 10_000, "[" * 500 + "]" * 499, "[" * 5 + "]" * 6, '{"a":1}#', "['a']", '["a",\n4\n,1,',
    '[1,{"b":[}]', "[*]", '{"x"::"b"}', '{"x", null}', '{"x":"y","x"}', "[{}", "﻿[]", "âªâ", "[⁠]", "2@",
    "{}}", '{"":', '{"a":/*c*/"b"}', '{"a":"b"}//', '[""', '["a', '["\\', "[\n1",
)  # fmt: skip
_STRUCTURES = (
    "[[]]", "[{}]", '{"a":{}}', '{"":0}', '{"a":1,"a":2}', '{"a":1,"b":2}', "[1,2]", "[null,1,\"1\",{}]",
    " [1] ", '{"\\u0061":1}', '{"\\"":1}', '{"a b":[{"c":[[]]}]}', "[" * 400 + "]" * 400,
    '{"a":' * 300 + "1" + "}" * 300, '{"min":-1.0e+28,"max":1.0e+28}', "[true,false,null]",
    '{"a":[1,{"b":2}],"c":""}', "[1\n]", '{"__proto__":1}',
)  # fmt: skip
_SPACES = ("", " ", "\t", "\n", "\r", "\r\n", " \t\n\r ")


def json_texts() -> list[str]:
    """What a parser must accept."""
    texts = [
        before + value + after for value in _VALUES for before, after in product(_SPACES[:3], _SPACES[2:5])
    ]
    scalars = [*_NUMBERS, *_STRINGS]
    texts += [
        form % scalar
        for scalar in scalars
        for form in ("%s", "[%s]", '{"a":%s}', " [ %s , %s ] ".replace("%s , ", ""))
    ]
    texts += [f"{{{space}{string}{space}:{space}1{space}}}" for string in _STRINGS for space in _SPACES[:2]]
    return list(dict.fromkeys([*texts, *_STRUCTURES]))


def other_texts() -> list[str]:
    """What it must not."""
    wrong = [*_NO_NUMBERS, *_NO_STRINGS]
    texts = [form % text for text in wrong for form in ("%s", "[%s]", '{"a":%s}')]
    texts += [f"{{{text}:1}}" for text in _NO_STRINGS]
    return list(dict.fromkeys([*texts, *_NO_STRUCTURES]))
