from __future__ import annotations

import pickle
import shlex
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth import ConfigurationError, CredentialsUnavailable, EnvFileSource
from zeebe_auth.sources.env_file import parse_env_file

CONSOLE = """\
export ZEEBE_ADDRESS='c1.bru-2.zeebe.camunda.io:443'
export ZEEBE_CLIENT_ID='id~._-'
export ZEEBE_CLIENT_SECRET='s3cr3t~._-'
export ZEEBE_AUTHORIZATION_SERVER_URL='https://login.cloud.camunda.io/oauth/token'
export ZEEBE_TOKEN_AUDIENCE='zeebe.camunda.io'
export CAMUNDA_CLUSTER_ID='c1'
export CAMUNDA_CLUSTER_REGION='bru-2'
export CAMUNDA_CREDENTIALS_SCOPES='Zeebe,Tasklist'
export CAMUNDA_OAUTH_URL='https://login.cloud.camunda.io/oauth/token'
export CAMUNDA_CLIENT_ID='id~._-'
export CAMUNDA_CLIENT_SECRET='s3cr3t~._-'
export ZEEBE_REST_ADDRESS='https://bru-2.zeebe.camunda.io/c1'
export ZEEBE_GRPC_ADDRESS='grpcs://c1.bru-2.zeebe.camunda.io:443'
"""

IDS = st.text("abcXYZ019~._-", min_size=1, max_size=40)
ODD = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40)


@pytest.fixture
def write(tmp_path):
    def write_file(content: str | bytes) -> EnvFileSource:
        path = tmp_path / "camunda.env"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return EnvFileSource(path)

    return write_file


@pytest.mark.parametrize(
    "variant",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("export ", ""),
        lambda text: text.replace("'", '"'),
        lambda text: text.replace("'", ""),
        lambda text: "# from the Console\n\n  " + text.replace("\n", "  # a note\n\n"),
        lambda text: text.rstrip("\n"),
    ],
    ids=["as is", "CRLF", "BOM", "docker", "double quotes", "no quotes", "comments", "no end"],
)
def test_console_file_in_its_forms(write, variant):
    """The Console's file is understood however an editor or docker left it."""
    source = write(variant(CONSOLE))
    credentials = source.load()
    assert credentials.client_id == "id~._-"
    assert credentials.authentication.secret.reveal() == "s3cr3t~._-"
    assert credentials.token_url == "https://login.cloud.camunda.io/oauth/token"
    assert credentials.audience == "zeebe.camunda.io"
    assert source.settings() == {
        "address": "grpcs://c1.bru-2.zeebe.camunda.io:443",
        "cluster_id": "c1",
        "region": "bru-2",
        "rest_address": "https://bru-2.zeebe.camunda.io/c1",
    }


@given(IDS)
def test_ids_and_secrets_in_every_quoting(value):
    """Ids and secrets as Camunda makes them arrive unchanged, quoted or not.

    Without quotes a tilde at the beginning may mean a home directory, as in a shell.
    """
    unquoted = [] if value.startswith("~") else [value]
    for written in (*unquoted, f"'{value}'", f'"{value}"'):
        assert parse_env_file(f"export A={written}\n", "file") == {"A": value}


@given(ODD, ODD)
def test_odd_strings_quoted_for_a_shell(value, other):
    """A string that a shell has quoted is read back unchanged."""
    text = f"export A={shlex.quote(value)}\nB={shlex.quote(other)} # note\n"
    assert parse_env_file(text, "file") == {"A": value, "B": other}


@given(ODD)
def test_odd_strings_in_double_quotes(value):
    """Double quotes are read with the escapes that a shell knows inside them."""
    escaped = "".join(f"\\{c}" if c in '"\\$`' else c for c in value)
    assert parse_env_file(f'A="{escaped}"', "file") == {"A": value}


@given(st.text(max_size=60))
def test_any_string_is_parsed_or_refused(text):
    """For any string the parser either returns variables or refuses it."""
    try:
        variables = parse_env_file(text, "file")
    except ConfigurationError:
        return
    assert all(name.isidentifier() for name in variables)


@pytest.mark.parametrize(
    "line",
    [
        "export A=$(s3cr3t)",
        'export A="$(s3cr3t)"',
        "export A=`s3cr3t`",
        'A="`s3cr3t`"',
        "A=$s3cr3t",
        "A=${s3cr3t}",
        'A="x$s3cr3t"',
        "A=x; s3cr3t",
        "A=x;s3cr3t",
        "A=x | s3cr3t",
        "A=x|s3cr3t",
        "A=x && s3cr3t",
        "A=x&s3cr3t",
        "A=x > s3cr3t",
        "A=<(s3cr3t)",
        "A=(s3cr3t x)",
        "A=x s3cr3t",
        "export A=x B=s3cr3t",
        "export s3cr3t",
        "s3cr3t --flag",
        "source s3cr3t",
        ". s3cr3t",
        "eval A=s3cr3t",
        "export -n A=s3cr3t",
        "A+=s3cr3t",
        "A =s3cr3t",
        "1A=s3cr3t",
        "A='s3cr3t",
        'A="s3cr3t',
        "A=s3cr3t\\",
        "A='s3cr3t\x00'",
        "A=s3cr3t\x1b[0m",
        "=s3cr3t",
        "$(s3cr3t)",
    ],
)
def test_what_a_shell_would_do_is_refused(write, line):
    """A line that is no plain assignment is refused by number, and its content isn't shown."""
    source = write(f"# note\nexport ZEEBE_CLIENT_ID='id'\n{line}\n")
    with pytest.raises(ConfigurationError, match=r"^Line 3 of the env file ") as caught:
        source.load()
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_command_is_not_run(write, tmp_path):
    """A refused command was not run."""
    trace = tmp_path / "trace"
    source = write(f"export ZEEBE_CLIENT_ID=$(touch {trace})\n")
    with pytest.raises(ConfigurationError, match="never run"):
        source.load()
    assert not trace.exists()


def test_substitution_in_single_quotes_is_text():
    """A shell expands nothing in single quotes, and nothing is refused there."""
    assert parse_env_file("A='$(x) `y` $Z; | &'", "file") == {"A": "$(x) `y` $Z; | &"}


def test_escapes_outside_quotes():
    """A backslash makes the next character plain text, as in a shell."""
    assert parse_env_file(r"A=a\$b\ c\\\'d", "file") == {"A": r"a$b c\'d"}


SHELL_WORDS = {
    "~": "HOME",
    "~/x": "HOME/x",
    "x:~/y": "x:HOME/y",
    "~:~": "HOME:HOME",
    "~/'x y'": "HOME/x y",
    '~/"x y"': "HOME/x y",
    '"x":~': "x:HOME",
    "~no-such-user-here/x": "~no-such-user-here/x",
    "~-abc": "~-abc",
    "~9": "~9",
    '"~"': "~",
    "'~'": "~",
    r"\~": "~",
    '~"/x"': "~/x",
    "~''/x": "~/x",
    r"~r\oot": "~root",
    "a~": "a~",
    "x=~": "x=~",
    'x":"~': "x:~",
    r"x\:~": "x:~",
    '""~': "~",
    "~~": "~~",
    "~.": "~.",
    "https://host.example/~user": "https://host.example/~user",
    '"one\ntwo"': "one\ntwo",
    "'one\n\ntwo\n'": "one\n\ntwo\n",
    '"one\\\ntwo"': "onetwo",
    r'"one\ntwo"': r"one\ntwo",
    "'one'\"\ntwo\"": "one\ntwo",
    "'one # two\n# three'": "one # two\n# three",
}


@pytest.mark.parametrize(("word", "meaning"), SHELL_WORDS.items())
def test_a_tilde_and_several_lines_mean_what_they_mean_to_a_shell(monkeypatch, word, meaning):
    """A tilde is a home directory only where a shell expands it; new lines are kept inside
    quotes."""
    monkeypatch.setenv("HOME", "/home/ann")
    for line in (f"A={word}", f"export A={word} # note"):
        variables = parse_env_file(f"{line}\nB=after\n", "file")
        assert variables == {"A": meaning.replace("HOME", "/home/ann"), "B": "after"}


@pytest.mark.skipif(sys.platform == "win32", reason="it has no shell of that kind")
def test_a_shell_agrees(tmp_path):
    """The system's own shell returns what the test above expects."""
    lines = [f"A{number}={word}" for number, word in enumerate(SHELL_WORDS)]
    names = " ".join(f'"$A{number}"' for number in range(len(SHELL_WORDS)))
    (tmp_path / "file").write_text("\n".join([*lines, f"printf '%s\\0' {names}"]))
    told = subprocess.run(
        ["sh", tmp_path / "file"], env={"HOME": "HOME"}, capture_output=True, text=True, check=True
    )
    assert dict(zip(SHELL_WORDS, told.stdout.split("\0"), strict=False)) == SHELL_WORDS


def test_the_files_own_home_counts(monkeypatch):
    """As in a shell, a HOME that the file sets is that of the lines after it."""
    monkeypatch.setenv("HOME", "/home/ann")
    text = "A=~\nHOME=/srv\nB=~/x\nHOME=\nC=~"
    variables = parse_env_file(text, "file")
    assert (variables["A"], variables["B"], variables["C"]) == ("/home/ann", "/srv/x", "")


@pytest.mark.parametrize("word", ["~+", "~-", "~0", "~+0/x", "x:~-"])
def test_a_tilde_that_shells_expand_differently_is_refused(word):
    """bash expands these to directories, other shells don't."""
    with pytest.raises(ConfigurationError, match="Line 1 of the file has a tilde"):
        parse_env_file(f"A={word}", "file")


def test_an_unknown_home_is_refused(monkeypatch):
    """A user without a home directory gets no file called "~"."""
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    with pytest.raises(ConfigurationError, match="home directory that is not known"):
        parse_env_file("A=~/ca.pem", "file")


def test_printf_q_is_understood():
    """bash writes new lines, tabs and quotes so; other escapes are refused."""
    written = r"A=$'one\ntwo\r\t\'\"\\'"
    assert parse_env_file(written, "file") == {"A": "one\ntwo\r\t'\"\\"}
    with pytest.raises(ConfigurationError, match="escape"):
        parse_env_file(r"A=$'\x41'", "file")
    with pytest.raises(ConfigurationError, match="closed"):
        parse_env_file(r"A=$'\'", "file")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_are_counted_beyond_a_value_of_several(end):
    """The number in an error is the line in an editor where the assignment begins."""
    text = end.join(["A='one", "two'", "", "# note", 'B="', "$(s3cr3t)", '"'])
    with pytest.raises(ConfigurationError, match=r"^Line 5 of the file"):
        parse_env_file(text, "file")


def test_a_quote_that_is_never_closed_is_refused():
    """The error names the line where it begins, however many lines the file has."""
    with pytest.raises(ConfigurationError, match="Line 1 of the file has a quote"):
        parse_env_file('A="' + "x\n" * 500_000, "file")


@pytest.mark.parametrize(
    "lines",
    [
        ["A=it's", "B=it's"],
        ["A=don't", "B=x", "C=can't", "D=y"],
        ['A=5"', "B=x", 'C=6"'],
        ["A=x'", "B=y'z"],
        ["A='x", "B='y'", "C='z"],
        ["A=~/'x", "y'"],
    ],
)
def test_two_stray_quotes_hide_no_lines(lines):
    """Files for Docker and Compose have apostrophes in bare values: the lines between two of them
    are not silently part of the first value, although a shell would read them so."""
    with pytest.raises(ConfigurationError, match="Line 1 of the file has a quote"):
        parse_env_file("\n".join(lines), "file")


def test_a_value_quoted_in_parts_may_have_lines():
    """Tools quote an apostrophe like this."""
    written = "A='it'\\''s\nhere'\nB='it'\"'\"'s\nthere' # note\n"
    assert parse_env_file(written, "file") == {"A": "it's\nhere", "B": "it's\nthere"}


def test_later_line_outweighs():
    """The last assignment of a name counts, as in a shell."""
    assert parse_env_file("A=1\nA=2\n", "file") == {"A": "2"}


def test_no_such_file(tmp_path):
    """A missing file has nothing to offer; a chain goes on."""
    with pytest.raises(CredentialsUnavailable, match=r"camunda\.env"):
        EnvFileSource(tmp_path / "camunda.env").load()


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"A=\xff", "UTF-8"), (b"#" * (1024 * 1024 + 1), "larger than 1 MiB")],
)
def test_unreadable_content(write, content, problem):
    """A file that isn't text, or is far too large, is a clear error without its content."""
    with pytest.raises(ConfigurationError, match=problem) as caught:
        write(content).load()
    assert caught.value.__cause__ is None


def test_a_directory_in_its_place(tmp_path):
    """A path that can't be read is an error that names it."""
    with pytest.raises(ConfigurationError, match="can't be read"):
        EnvFileSource(tmp_path).load()


def test_file_without_credentials_is_passed_over(write):
    """A file without any credential variable has no identity to offer."""
    source = write("export EDITOR=vi\n")
    with pytest.raises(CredentialsUnavailable, match="holds no credentials"):
        source.load()
    assert [finding.outcome for finding in source.explain()] == ["passed over"]


def test_partial_and_conflicting_file(write):
    """The same rules hold as for the environment, and the file is named."""
    with pytest.raises(ConfigurationError, match=r"No client secret.*camunda\.env"):
        write("CAMUNDA_CLUSTER_ID=c\nZEEBE_CLIENT_ID=id").load()
    with pytest.raises(
        ConfigurationError, match=r"CAMUNDA_CLIENT_ID and ZEEBE_CLIENT_ID.*disagree"
    ):
        write("CAMUNDA_CLIENT_ID=a\nZEEBE_CLIENT_ID=b").load()


def test_is_its_path(write):
    """A source pickles, compares and prints by its path."""
    source = write(CONSOLE)
    assert pickle.loads(pickle.dumps(source)) == source == EnvFileSource(str(source.path))
    assert hash(source) == hash(EnvFileSource(source.path))
    assert str(source.path) in repr(source)
    assert "s3cr3t" not in repr(source)
