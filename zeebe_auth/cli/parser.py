"""How both command lines read their arguments, and what their help looks like."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn, Protocol

from zeebe_auth.cli.terminal import (
    COLOR_CHOICES,
    ColorOption,
    Look,
    paragraph_lines,
    styled,
    terminal_columns,
    wrapped,
)

_WRONG_USAGE = 2
# Longer lines are hard to read, however wide the terminal is.
_MAX_COLUMNS = 100
_MIN_COLUMNS = 22
_INDENT = 2

_PROFILE = ("-p", "--profile")
_OUTPUT = ("-o", "--output")
_COLOR = "--color"
_SHARED = {"profile": _PROFILE, "output": _OUTPUT}
_OUTPUT_FORMATS = ("text", "json")
_BEFORE_COMMAND = "{}_before_command"

_EXIT_CODES = """\
exit codes:
    0  success
    1  any other failure
    2  wrong usage or configuration
    3  credentials rejected
    4  endpoint unreachable
  130  interrupted by Ctrl-C
"""

# The patterns are compiled when they are needed, which is seldom.
# An option as people write one. Anything else might be a value, which is not repeated.
_OPTION = r"-[A-Za-z]|--[A-Za-z][A-Za-z0-9-]*"
_COMMAND = r"[\w.-]{1,40}"
_HEADING = r"[a-z][^:]{2,40}:"
# A word of a shell command, with the spaces inside its quotes.
_SHELL_WORD = r"""(?:[^\s'"]|'[^']*'|"[^"]*")+"""

_CONTINUED = " \\"

# What argparse says, and what is said instead.
_PLAINER = (
    # The value is left out: it may be a secret ("--secret-stdin=…").
    (r"(?s)argument (.*): ignored explicit argument .*", r"\1 takes no value"),
    (r"argument (.*): expected (one|at least one) argument", r"\1 needs a value"),
    # The type that argparse names is a function of ours.
    (r"argument (\S+): invalid \w+ value: (.*)", r"\1: \2 is not a valid value"),
    (r"argument (\S+): ", r"\1: "),
    (r"the following arguments are required: (.*)", r"\1 is missing"),
)


class Command(Protocol):
    """What the module of a command has."""

    def add_parser(self, subparsers: Any, /) -> None:
        """Add the command's parser to those of its program.

        Its default ``complaint``, if it has one, is a function that returns what is wrong with the
        arguments together, or None.
        """

    def run(self, args: argparse.Namespace, /) -> int:
        """Run the command and return its exit code."""


class CommandParser(argparse.ArgumentParser):
    """A parser with our help and our error messages.

    Options are never abbreviated: a script that abbreviates one breaks when another one is added,
    and argparse's errors about abbreviations repeat the value.

    Args:
        usage: The first line of the help after "usage:"; ``%(prog)s`` is the command's name.
        options: argparse's own.
    """

    def __init__(self, *, usage: str = "%(prog)s [OPTIONS]", **options: Any) -> None:
        super().__init__(usage=usage, formatter_class=_formatter(), allow_abbrev=False, **options)
        self._positionals.title = "arguments"
        # Newer Pythons have colours and advice of their own, which know nothing of ours.
        self.color = self.suggest_on_error = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Parse what is known. The rest is a usage error, told by the parser of the command."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self._refuse(unknown)
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Print one line about wrong usage, with a pointer to the help, and exit with 2."""
        for pattern, plainer in _PLAINER:
            message, changes = re.subn(pattern, plainer, message, count=1)
            if changes:
                break
        end = "" if message.endswith((".", "?")) else "."
        program = self.prog.partition(" ")[0]
        lines = message_lines(program, f'{message}{end} See "{self.prog} --help".')
        self.exit(_WRONG_USAGE, "\n".join(lines) + "\n")

    def print_help(self, file: Any = None) -> None:
        """Print the help, its headings in bold where that is shown."""
        file = file or sys.stdout
        lines = [
            styled(line, Look.HEADING, file) if re.fullmatch(_HEADING, line) else line
            for line in self.format_help().splitlines()
        ]
        self._print_message("\n".join(lines) + "\n", file)

    def _refuse(self, words: Sequence[str]) -> NoReturn:
        # Without their values: a secret may have been given where none is taken.
        names = [name for word in words if re.fullmatch(_OPTION, name := word.partition("=")[0])]
        if not names:
            s = "" if len(words) == 1 else "s"
            self.error(f"{len(words)} argument{s} more than this command takes")
        if len(names) > 1:
            self.error(f"There are no options {', '.join(names)}")
        self.error(f"There is no option {names[0]}.{_suggestion(names[0], self._options())}")

    def _options(self) -> list[str]:
        return [each for each in self._option_string_actions if each.startswith("--")]


def program_parser(
    program: str,
    description: str,
    epilog: str,
    commands: Mapping[str, tuple[Callable[[], Command], str]],
    arguments: Sequence[str],
    *,
    with_all: bool = False,
) -> CommandParser:
    """Return the parser of a program; only the module of the command that is used is imported.

    Args:
        program: The program's name.
        description: What it is for.
        epilog: Examples and what else there is to say.
        commands: By name, a function that imports the command's module, and one line of help.
        arguments: The command line's arguments, without the program's name.
        with_all: Whether the options of all commands are there, and all modules are imported.
    """
    parser = CommandParser(
        prog=program,
        usage="%(prog)s [OPTIONS] COMMAND ...",
        description=description,
        epilog=f"{epilog}\n{_EXIT_CODES}",
    )
    parser.add_argument(
        "--version", action=_ShowVersion, nargs=0, help="show the version number and exit"
    )
    for name, flags in _SHARED.items():
        parser.add_argument(
            *flags,
            dest=_BEFORE_COMMAND.format(name),
            metavar="NAME" if name == "profile" else None,
            choices=_OUTPUT_FORMATS if name == "output" else None,
            help=f"{'profile to use' if name == 'profile' else 'output format'}; may also follow "
            "the command",
        )
    _add_color_option(
        parser, "when to use colours: auto, always or never; may also follow the command"
    )
    whole_parser = partial(
        program_parser, program, description, epilog, commands, (), with_all=True
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", prog=program)
    used = _used_command(parser, arguments, commands)
    for name, (import_command, help_text) in commands.items():
        if name == used or with_all:
            command = import_command()
            command.add_parser(_CommandsWithHelp(subparsers, help_text))
            used_parser = subparsers.choices[name]
            used_parser.set_defaults(
                run=command.run, command_parser=used_parser, whole_parser=whole_parser
            )
        else:
            subparsers.add_parser(name, help=help_text, add_help=False)
    return parser


class _CommandsWithHelp:
    """The parsers of a program's commands, with the line of help that the program has for one.

    What makes completion scripts takes a command without one for hidden.
    """

    def __init__(self, subparsers: Any, help_text: str) -> None:
        self._subparsers = subparsers
        self._help = help_text

    def add_parser(self, name: str, **options: Any) -> Any:
        parser = self._subparsers.add_parser(name, help=self._help, **options)
        _add_color_option(parser, "when to use colours: auto (the default), always or never")
        return parser


def _add_color_option(parser: argparse.ArgumentParser, help_text: str) -> None:
    parser.add_argument(
        _COLOR,
        action=ColorOption,
        metavar="WHEN",
        choices=COLOR_CHOICES,
        default=argparse.SUPPRESS,
        help=help_text,
    )


def message_lines(program: str, message: str, look: Look = Look.BAD) -> list[str]:
    """Return the lines of a message on stderr, which begins with the program's name.

    Args:
        program: The program's name.
        message: What it says; each of its lines is a paragraph.
        look: How the name looks where colours are shown.
    """
    start = f"{program}:"
    first, *others = (
        line
        for number, paragraph in enumerate(message.splitlines() or [""])
        for line in paragraph_lines(
            paragraph if number else f"{start} {paragraph}", indent=_INDENT, stream=sys.stderr
        )
    )
    return [styled(start, look, sys.stderr) + first.removeprefix(start), *others]


def parse_arguments(parser: CommandParser, arguments: Sequence[str]) -> argparse.Namespace:
    """Parse a command line; ``--profile`` and ``--output`` count on either side of the command.

    Args:
        parser: What `program_parser` gave for these arguments.
        arguments: The arguments without the program's name.

    Raises:
        SystemExit: The help or the version was printed, or there was a usage error.
    """
    if not arguments:
        # On stderr and with the code of wrong usage: whoever takes the output of a command whose
        # name is an empty variable must not get the help as data.
        parser.print_help(sys.stderr)
        raise SystemExit(_WRONG_USAGE)
    args = parser.parse_args(arguments)
    command: CommandParser | None = getattr(args, "command_parser", None)
    if command is None:
        parser.error("No command is given")
    for name, flags in _SHARED.items():
        before = vars(args).pop(_BEFORE_COMMAND.format(name))
        if before is not None:
            after = getattr(args, name, None)
            if not hasattr(args, name):
                command.error(f'"{command.prog}" has no option {"/".join(flags)}')
            if after not in {None, before}:
                command.error(
                    f"{'/'.join(flags)} has one value before the command and another after it. "
                    "Give one of them"
                )
            setattr(args, name, before)
    if getattr(args, "output", "") is None:
        args.output = "text"
    complaint = args.complaint(args) if hasattr(args, "complaint") else None
    if complaint is not None:
        command.error(complaint)
    return args


def profile_option(
    help_text: str = "profile to use (default: the environment, then the config file's default "
    "profile, then the keychain's)",
) -> argparse.ArgumentParser:
    """Return a parent parser with ``--profile`` of a command that uses credentials."""
    parser = CommandParser(add_help=False)
    parser.add_argument(*_PROFILE, metavar="NAME", help=help_text)
    return parser


def keychain_profile_option() -> argparse.ArgumentParser:
    """Return a parent parser with ``--profile`` of a command that changes the keychain."""
    return profile_option(
        "name of the profile in the keychain (default: ZEEBE_AUTH_PROFILE, then the config file's "
        'default profile, then "default")'
    )


def output_option() -> argparse.ArgumentParser:
    """Return a parent parser with ``--output``."""
    parser = CommandParser(add_help=False)
    parser.add_argument(
        *_OUTPUT,
        choices=_OUTPUT_FORMATS,
        help="output format, text by default; json is for programs",
    )
    return parser


def seconds(text: str) -> float:
    """Return the number that the argument of a time limit means.

    Raises:
        argparse.ArgumentTypeError: It is not a finite number above 0.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return number


def _used_command(
    parser: CommandParser, arguments: Sequence[str], commands: Iterable[str]
) -> str | None:
    """The command that the arguments name, if they name one and ask for nothing else before it."""
    words = iter(arguments)
    for word in words:
        if word in (*_PROFILE, *_OUTPUT, _COLOR):
            next(words, None)  # its value
        elif word in {"-h", "--help", "--version"}:
            return None
        elif word.startswith("-"):
            _check_option(parser, word)
        elif word in commands:
            return word
        elif re.fullmatch(_COMMAND, word):
            parser.error(f'There is no command "{word}".{_suggestion(word, commands)}')
        else:
            parser.error("The first argument is not the name of a command")
    return None


def _check_option(parser: CommandParser, word: str) -> None:
    """Refuse an unknown option before its value is taken for the command."""
    name = word.partition("=")[0]
    if name in (*_PROFILE, *_OUTPUT, _COLOR) or word[:2] in {_PROFILE[0], _OUTPUT[0]}:
        return
    shown = f"option {name}" if re.fullmatch(_OPTION, name) else "such option"
    hint = _suggestion(name, ("--help", "--version", *_PROFILE, *_OUTPUT, _COLOR))
    parser.error(
        f"There is no {shown} before the command."
        + (hint or " The options of a command follow its name.")
    )


def _suggestion(word: str, known: Iterable[str]) -> str:
    """The sentence that names what was probably meant, after a space; empty if nothing is near."""
    import difflib

    known = list(known)
    near = [each for each in known if len(word.strip("-")) > 1 and each.startswith(word)]
    near += difflib.get_close_matches(word, known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


class _ShowVersion(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        # Imported here: it costs more than the rest of a command line.
        from importlib import metadata

        try:
            version = metadata.version("zeebe-credentials")
        except metadata.PackageNotFoundError:
            # A frozen program has the modules without the distribution's metadata.
            version = "(unknown version)"
        print(f"{parser.prog} {version}")
        parser.exit()


def _formatter() -> Callable[..., argparse.HelpFormatter]:
    # argparse makes one for each option that is added, and by default each looks up the terminal's
    # width with shutil, which imports seven modules, whether help is shown or not.
    columns = min(max(terminal_columns(), _MIN_COLUMNS), _MAX_COLUMNS)
    return partial(_HelpFormatter, width=columns, max_help_position=min(34, columns // 3))


class _HelpFormatter(argparse.HelpFormatter):
    """Paragraphs are wrapped; lines that are indented, such as commands, stay lines."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines: list[str] = []
        paragraph: list[str] = []
        for line in [*text.splitlines(), ""]:
            if line and not line[0].isspace():
                paragraph.append(line)
                continue
            lines += self._split_lines(" ".join(paragraph), width - len(indent))
            paragraph.clear()
            lines += _shell_lines(line, width - len(indent)) if line else [""]
        return "\n".join(f"{indent}{line}".rstrip() for line in lines).rstrip("\n")

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(text, width)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        # Python 3.13 and newer write the value once, older ones after each name of the option.
        if not action.option_strings:
            return super()._format_action_invocation(action)
        names = ", ".join(action.option_strings)
        if action.nargs == 0:
            return names
        default = action.dest.upper()
        return f"{names} {self._format_args(action, default)}"

    def _format_action(self, action: argparse.Action) -> str:
        if not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - it has no other name
            return super()._format_action(action)
        # The commands alone, under their title.
        self._dedent()
        parts = [self._format_action(each) for each in self._iter_indented_subactions(action)]
        self._indent()
        return "".join(parts)


def _shell_lines(line: str, width: int) -> list[str]:
    """Return an indented line, continued as a shell reads it if it is too long."""
    if len(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    first, *others = _shell_phrases(line)
    lines = [f"{indent}{first}"]
    for phrase in others:
        if len(lines[-1]) + len(phrase) + len(_CONTINUED) + 1 > width:
            lines[-1] += _CONTINUED
            lines.append(f"{indent}    {phrase}")
        else:
            lines[-1] += f" {phrase}"
    return lines


def _shell_phrases(line: str) -> list[str]:
    """Return the words of a command; an option or redirection and what follows it are one."""
    phrases: list[str] = []
    takes_next = False
    for word in re.findall(_SHELL_WORD, line):
        is_option = word.startswith("-")
        is_operator = word in {"<", ">", "|", "&"}
        if takes_next and not is_option and not is_operator:
            phrases[-1] += f" {word}"
        else:
            phrases.append(word)
        takes_next = is_option or is_operator
    return phrases
