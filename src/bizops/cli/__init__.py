"""The command line: one small module for a group of commands, each imported only when it is called."""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence

from bizops.errors import BizopsError

# command: (module, one line). The module has `options(parser)` and `main(arguments) -> exit code`.
COMMANDS = {
    "demo": ("demo", "the whole path on sample issues, offline (--serve leaves a page open)"),
    "route": ("route", "which agent an issue goes to, and why; writes nothing"),
    "run": ("run", "collect, decide and answer one issue"),
    "collect": ("steps", "look at an issue, claim it and leave a case"),
    "decide": ("steps", "run the agent on a case, without any credential"),
    "answer": ("steps", "write what an agent decided"),
    "validate": ("validate", "check policies, forms and agents; errors with file and line"),
    "labels": ("labels", "create the labels that the repository lacks"),
    "sweep": ("sweep", "keep every clock: post what is due, start what was missed (--once, --monitor)"),
    "sla": ("sla", "the clocks: `sla clock` for JSON lines, `sla issue` for one issue's timeline"),
    "report": ("report", "key figures, compliance, queue, workload, forecast; each with how it is computed"),
    "local": ("local", "the embedded GitHub on a port, for act and for playing"),
}


def parser() -> argparse.ArgumentParser:
    """The parser with every command, without the options of those that are not called."""
    top = argparse.ArgumentParser(
        prog="bizops",
        description="Business operations run by role agents on GitHub Issues.",
        epilog="Exit codes: 0 done, held or nothing to do; 1 defect; 2 configuration or input.",
    )
    top.add_argument("-v", "--verbose", action="store_true", help="one line for each step on standard error")
    sub = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (_, line) in COMMANDS.items():
        sub.add_parser(name, help=line, description=line[0].upper() + line[1:] + ".", add_help=True)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Every error that a person can mend ends here, as one message."""
    words = list(sys.argv[1:] if argv is None else argv)
    top = parser()
    called = next((word for word in words if word in COMMANDS), None)
    module = importlib.import_module(f"bizops.cli.{COMMANDS[called][0]}") if called else None
    if module and called:
        commands = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction))  # noqa: SLF001
        module.options(commands.choices[called])
    arguments = top.parse_args(words)
    assert module is not None
    return guarded(lambda: int(module.main(arguments)), verbose=arguments.verbose)


def guarded(command: Callable[[], int], *, verbose: bool = False) -> int:
    """Run a command with logging; its exit code, or that of the error that it ended with."""
    import logging

    level = logging.INFO if verbose or os.environ.get("RUNNER_DEBUG") == "1" else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        return command()
    except BizopsError as error:
        from bizops.rules.visible import terminal

        print(terminal(f"bizops: {error}"), file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception:  # noqa: BLE001 - printed, and the exit code says that it is a defect
        _print_defect()
        return 1


def _print_defect() -> None:
    """A traceback, in which foreign text can stand, as neither a terminal nor the runner's log would act on."""
    import secrets
    import traceback

    from bizops.rules.visible import stop_commands, terminal, workflow_log

    start, end = stop_commands(secrets.token_hex(16)) if os.environ.get("GITHUB_ACTIONS") == "true" else ("", "")
    text = workflow_log(terminal(traceback.format_exc()))
    print("\n".join(filter(None, (start, text, "bizops: this is a defect; please report it", end))), file=sys.stderr)
