"""Each reader of the environment, and each way it refuses: in one line, with the name and the rule."""

from decimal import Decimal
from pathlib import Path

import pytest

from chatsite.database import database_settings
from chatsite.env import BadSetting, Env
from chatsite.limits import Limits


def refusal(variables: dict[str, str], reader: str, *arguments: object, **options: object) -> str:
    with pytest.raises(BadSetting) as caught:
        getattr(Env(variables), reader)(*arguments, **options)
    text = str(caught.value)
    assert text.isprintable(), "a refusal is one line"
    return text


@pytest.mark.parametrize("word", ["1", "true", "YES", "On"])
def test_flag_says_yes(word: str) -> None:
    assert Env({"A": word}).flag("A") is True


@pytest.mark.parametrize("word", ["0", "false", "No", "off"])
def test_flag_says_no(word: str) -> None:
    assert Env({"A": word}).flag("A", default=True) is False


@pytest.mark.parametrize("empty", [{}, {"A": ""}, {"A": "  "}])
def test_an_empty_variable_is_one_that_is_not_set(empty: dict[str, str]) -> None:
    env = Env(empty)
    assert env.flag("A", default=True) is True
    assert env.integer("A", 7) == 7
    assert env.seconds("A", 1.5) == 1.5
    assert env.text("A", "x") == "x"
    assert env.words("A", ("y",)) == ("y",)
    assert env.url("A", "http://z") == "http://z"
    assert env.choice("A", ("p", "q"), "q") == "q"
    assert env.secret("A") == ""
    assert env.prices("A") == {}


def test_readers_read() -> None:
    env = Env(
        {
            "I": "1_000",
            "S": "0.5",
            "C": "q",
            "L": "a, b",
            "U": "https://name.example/v1/",
            "P": "llama3.2:1b=0/0, a=b/c = 0.5 / 999999.999999",
        }
    )
    assert env.integer("I", 0) == 1000
    assert env.seconds("S", 0) == 0.5
    assert env.choice("C", ("p", "q"), "p") == "q"
    assert env.words("L", ()) == ("a", "b")
    assert env.prices("P") == {
        "llama3.2:1b": (Decimal(0), Decimal(0)),
        "a=b/c": (Decimal("0.5"), Decimal("999999.999999")),
    }
    assert env.url("U") == "https://name.example/v1"


@pytest.mark.parametrize(
    ("reader", "value", "arguments", "says"),
    [
        ("flag", "maybe", (), "A is 'maybe', but it must be one of 1, true"),
        ("integer", "ten", (1,), "A is 'ten', but it must be a whole number"),
        ("integer", "-1", (1,), "a whole number from 0"),
        ("integer", "1.5", (1,), "a whole number"),
        ("integer", "٣", (1,), "a whole number"),
        ("integer", "9" * 5000, (1,), "a whole number"),
        ("integer", "11", (1, 0, 10), "from 0 to 10"),
        ("seconds", "soon", (1,), "a number of seconds"),
        ("seconds", "nan", (1,), "a number of seconds"),
        ("seconds", "inf", (1,), "a number of seconds"),
        ("seconds", "0", (1,), "a number of seconds from 0.001"),
        ("choice", "r", (("p", "q"), "p"), "A is 'r', but it must be one of p, q"),
        ("words", "a,,b", ((),), "no entry empty or twice"),
        ("words", "a,a", ((),), "no entry empty or twice"),
        ("prices", "m", (), "a list like model=10/30"),
        ("prices", "m=1", (), "a list like"),
        ("prices", "=1/2", (), "a list like"),
        ("prices", "m=-1/2", (), "a list like"),
        ("prices", "m=1e9/2", (), "a list like"),
        ("prices", "m=1000000000/2", (), "a list like"),
        ("prices", "m=1/2,m=1/2", (), "no model twice"),
        ("prices", "m=1/2,", (), "a list like"),
        ("url", "name.example", (), "an address like https://name.example"),
        ("url", "ftp://name.example", (), "an address like"),
        ("url", "http://", (), "an address like"),
        ("url", "http://name.example:0", (), "an address like"),
        ("url", "http://name.example:99999", (), "an address like"),
        ("url", "http://name.example/?q", (), "an address like"),
        ("url", "http://name.example/a b", (), "an address like"),
        ("url", "http://[::1", (), "an address like"),
        ("text", "a\nb", (), r"A is 'a\nb', but it must be one line"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(
    reader: str, value: str, arguments: tuple[object], says: str
) -> None:
    assert says in refusal({"A": value}, reader, "A", *arguments)


def test_a_password_in_an_address_is_not_shown() -> None:
    assert "hunter2" not in refusal({"A": "https://me:hunter2@name.example"}, "url", "A")


def test_a_long_value_is_cut() -> None:
    assert len(refusal({"A": "x" * 10_000}, "flag", "A")) < 200


class TestSecrets:
    def test_the_first_name_that_is_set_counts(self) -> None:
        assert Env({"B": "two", "A": "one"}).secret("A", "B") == "one"
        assert Env({"B": "two"}).secret("A", "B") == "two"

    def test_a_file_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "key").write_text("from-a-file\n")
        assert Env({"A_FILE": str(tmp_path / "key")}).secret("A") == "from-a-file"

    def test_both_ways_at_once_are_refused(self, tmp_path: Path) -> None:
        assert "both set" in refusal({"A": "one", "A_FILE": str(tmp_path)}, "secret", "A")

    def test_a_file_that_cannot_be_read_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "none"
        assert f"A_FILE is '{path}'" in refusal({"A_FILE": str(path)}, "secret", "A")
        assert "Is a directory" in refusal({"A_FILE": str(tmp_path)}, "secret", "A")
        path.write_text(" \n")
        assert "empty" in refusal({"A_FILE": str(path)}, "secret", "A")
        path.write_bytes(b"\xff\xfe")
        assert "not text" in refusal({"A_FILE": str(path)}, "secret", "A")

    @pytest.mark.parametrize("value", ["two words", "caf\u00e9-key", "a\r\nX-Header: b"])
    def test_a_value_unfit_for_a_header_is_refused_and_not_shown(self, value: str) -> None:
        text = refusal({"A": value}, "secret", "A")
        assert "printable ASCII" in text
        assert value not in text


class TestMisspelt:
    def test_an_unknown_name_with_our_prefix_is_refused_with_a_suggestion(self) -> None:
        env = Env({"COMPLETIONS_API_KY": "secret", "PATH": "/bin"})
        env.secret("COMPLETIONS_API_KEY")
        with pytest.raises(BadSetting, match=r"Did you mean COMPLETIONS_API_KEY\?") as caught:
            env.refuse_misspelt("COMPLETIONS_")
        assert "secret" not in str(caught.value)

    def test_known_names_and_other_prefixes_pass(self) -> None:
        env = Env({"COMPLETIONS_API_KEY": "k", "CHATSITE_OTHER": "x"})
        env.secret("COMPLETIONS_API_KEY")
        env.refuse_misspelt("COMPLETIONS_")
        env.refuse_misspelt("CHATSITE_", known=["CHATSITE_OTHER"])


class TestLimits:
    def test_each_limit_is_read_from_its_variable(self) -> None:
        limits = Limits.from_env(Env({"CHATSITE_RUNNING_PER_USER": "5", "CHATSITE_QUEUE_SECONDS": "1.5"}))
        assert (limits.running_per_user, limits.queue_seconds) == (5, 1.5)
        assert limits.message_characters == Limits().message_characters

    @pytest.mark.parametrize(
        ("variables", "says"),
        [
            ({"CHATSITE_RUNNING_TOTAL": "0"}, "CHATSITE_RUNNING_TOTAL is '0'"),
            ({"CHATSITE_MESSAGE_CHARACTERS": "1000000"}, "CHATSITE_FRAME_BYTES is 1048576"),
            ({"CHATSITE_LEASE_SECONDS": "9"}, "at least twice CHATSITE_HEARTBEAT_SECONDS"),
        ],
    )
    def test_contradictions_are_refused(self, variables: dict[str, str], says: str) -> None:
        with pytest.raises(BadSetting, match=says):
            Limits.from_env(Env(variables))


class TestDatabase:
    def test_sqlite_is_the_default_and_waits_for_its_turn(self, tmp_path: Path) -> None:
        settings = database_settings(Env({}), tmp_path)
        assert settings["NAME"] == tmp_path / "chatsite.sqlite3"
        assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        assert settings["OPTIONS"]["timeout"] == 10

    def test_a_sqlite_path_can_be_given(self, tmp_path: Path) -> None:
        assert database_settings(Env({"DATABASE_URL": "sqlite:////srv/a%20b.db"}), tmp_path)["NAME"] == Path(
            "/srv/a b.db"
        )

    def test_a_postgres_address_is_taken_apart(self, tmp_path: Path) -> None:
        url = "postgres://me:p%40ss@[::1]:5433/chat?sslmode=require"
        settings = database_settings(Env({"DATABASE_URL": url, "DATABASE_POOL_MAX": "7"}), tmp_path)
        wanted = {"NAME": "chat", "USER": "me", "PASSWORD": "p@ss", "HOST": "::1", "PORT": "5433"}
        assert wanted.items() <= settings.items()
        assert settings["CONN_MAX_AGE"] == 0
        assert settings["OPTIONS"]["sslmode"] == "require"
        assert settings["OPTIONS"]["pool"] == {"min_size": 2, "max_size": 7, "timeout": 5}

    @pytest.mark.parametrize(
        "url", ["mysql://u:hunter2@h/n", "postgres://u:hunter2@h", "postgres://u:hunter2@h:x/n", "sqlite://"]
    )
    def test_other_addresses_are_refused_without_showing_them(self, url: str, tmp_path: Path) -> None:
        with pytest.raises(BadSetting, match="DATABASE_URL") as caught:
            database_settings(Env({"DATABASE_URL": url}), tmp_path)
        assert "hunter2" not in str(caught.value)

    def test_a_pool_with_more_at_rest_than_at_most_is_refused(self, tmp_path: Path) -> None:
        variables = {"DATABASE_URL": "postgres:///n", "DATABASE_POOL_MIN": "9", "DATABASE_POOL_MAX": "3"}
        with pytest.raises(BadSetting, match="DATABASE_POOL_MIN"):
            database_settings(Env(variables), tmp_path)
