"""`bizops local`: the embedded GitHub alone, on a port, for `act`, for scripts and for playing."""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

if TYPE_CHECKING:
    from typing import Any

    from bizops.local.github.server import LocalGitHub
    from bizops.local.github.state import Delivery

ADMIN, OUTSIDER = "ada", "zoe"
JOB = {"issues": "write", "contents": "read", "actions": "read"}  # as the workflow's job `desk`


def options(parser: argparse.ArgumentParser) -> None:
    from bizops.cli.given import add_policies, port

    parser.add_argument(
        "--repository",
        metavar="OWNER/NAME",
        default="acme/ops",
        type=_repository,
        help="its one repository (default acme/ops)",
    )
    parser.add_argument("--port", type=port, default=0, help="the port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--state", metavar="FILE", type=Path, help="keep everything in a file")
    parser.add_argument("--private", action="store_true", help="a private repository")
    parser.add_argument(
        "--token", metavar="LOGIN[:PERMISSION]", action="append", default=[], type=_account,
        help="one more account with a token; PERMISSION is admin, maintain, write, triage, read or none",
    )  # fmt: skip
    parser.add_argument("--events", metavar="DIR", type=Path, help="write each event that starts a workflow to a file")
    parser.add_argument("--json", action="store_true", help="print address and tokens as one JSON object")
    add_policies(parser)


def _repository(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no OWNER/NAME")
    return text


def _account(text: str) -> tuple[str, str]:
    from bizops.local.github.records import Role

    login, _, permission = text.partition(":")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}", login) or permission not in {*get_args(Role), ""}:
        raise argparse.ArgumentTypeError(f"{text!r} is no LOGIN or LOGIN:PERMISSION ({', '.join(get_args(Role))})")
    return login, permission


def main(arguments: argparse.Namespace) -> int:
    from bizops.cli import setting
    from bizops.local.github.server import serve

    setting.policy(arguments)  # its errors come before anything is served

    def ready(github: "LocalGitHub") -> None:
        told = _prepared(github, arguments)
        if arguments.events:  # before the address is known: no event is missed
            arguments.events.mkdir(parents=True, exist_ok=True)
            github.state.subscribe(lambda delivery: _keep(delivery, arguments.events))
        print(json.dumps(told) if arguments.json else _shown(told), flush=True)

    serve(
        arguments.repository,
        port=arguments.port,
        state=arguments.state,
        private=arguments.private,
        ready=ready,
    )
    if arguments.state and not arguments.json:
        print(f"\n{arguments.state} keeps everything for the next time.", file=sys.stderr)
    return 0


def _prepared(github: "LocalGitHub", arguments: argparse.Namespace) -> "dict[str, Any]":
    """Accounts with tokens, and the labels that the desk uses: what is printed."""
    from bizops import company
    from bizops.cli import setting
    from bizops.desk.github import GitHub
    from bizops.desk.labels import create_missing
    from bizops.templates import load_templates

    github.user(ADMIN, "admin")
    github.user(OUTSIDER)
    tokens = {ADMIN: github.token(ADMIN), OUTSIDER: github.token(OUTSIDER)}
    for login, permission in arguments.token:
        github.user(login, permission or None)
        tokens[login] = github.token(login)
    client = GitHub(github.repository, tokens[ADMIN], github.url)
    create_missing(client, setting.policy(arguments), load_templates(company.forms()))
    return {"url": github.url, "repository": github.repository, "job": github.job_token(JOB), "tokens": tokens}


def _shown(told: "dict[str, Any]") -> str:
    tokens = "\n".join(f"  {login:<12} {token}" for login, token in told["tokens"].items())
    return f"""An embedded GitHub with the repository {told["repository"]} answers on {told["url"]} (Ctrl-C ends it).

Tokens ({ADMIN} is an admin, {OUTSIDER} has no permission):
{tokens}
  a job        {told["job"]}

For the desk, as in a job of the workflow:
  export GITHUB_API_URL={told["url"]}
  export GITHUB_REPOSITORY={told["repository"]}
  export GITHUB_TOKEN={told["job"]}

File an issue, let the desk answer it, and read the thread:
  curl -s $GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues -H "authorization: Bearer {told["tokens"][ADMIN]}" \\
    -d '{{"title": "Does it balance?", "labels": ["finance/analysis"]}}' | head -c 200
  bizops run 1
  curl -s $GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/1/comments

The same event under act, by the real workflow (with --events DIR each event is a file there):
  printf 'GITHUB_TOKEN=%s\\n' $GITHUB_TOKEN | env -i PATH=".cache/tools/bin:$PATH" HOME="$HOME" act issues \\
    --workflows .github/workflows/process-issue.yml --eventpath DIR/0001-issues-opened.json \\
    --secret-file /dev/stdin --env GITHUB_API_URL={told["url"]} --env GITHUB_SERVER_URL={told["url"]} \\
    --env GITHUB_REPOSITORY={told["repository"]} --env GITHUB_RUN_ID=1"""


def _keep(delivery: "Delivery", folder: Path) -> None:
    """Write an event that starts workflows to a file whose name says what it is; numbers go on from what is there."""
    if not delivery.starts_workflows or delivery.event == "label":
        return
    number = 1 + max((int(path.name[:4]) for path in folder.glob("[0-9][0-9][0-9][0-9]-*.json")), default=0)
    name = "-".join(filter(None, (f"{number:04}", delivery.event, delivery.action)))
    (folder / f"{name}.json").write_text(json.dumps(delivery.payload, indent=1), "utf-8")
