"""What several commands take on their line. It imports nothing of the desk, so that options are known at once."""

import argparse
import json
import re
from pathlib import Path
from typing import Any

from bizops.errors import InputError


def add_policies(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--policies", metavar="DIR", type=Path, help="policies that override the shipped ones")


def port(text: str) -> int:
    """The number of a port, as the `type` of an option."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to 65535)")
    return int(text)


def json_object(path: Path, what: str, fix: str = "") -> dict[str, Any]:
    """The one JSON object of a file. Raises InputError: `cannot read the {what}`, or where it is no object."""
    try:
        value = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise InputError(f"cannot read the {what}: {error.strerror}", where=str(path)) from error
    except (ValueError, RecursionError) as error:
        where = f"{path}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else str(path)
        raise InputError(f"not JSON: {error}", where=where, fix=fix) from error
    if not isinstance(value, dict):
        raise InputError(f"expected one JSON object, got {type(value).__name__}", where=str(path))
    return value
