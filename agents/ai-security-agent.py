"""ai-security-agent: secrets, weaknesses, advisories, the compliance matrix and access reviews, with evidence."""

import sys

try:
    from bizops.agent.agent import Agent, Draft, Notebook, ToolError
except ModuleNotFoundError as missing:
    print(f"{missing}: run `make venv` once, then .venv/bin/python {sys.argv[0]}", file=sys.stderr)
    sys.exit(2)

from bizops.agent.tools.access.review import access_review
from bizops.agent.tools.advisories.advisories import match_advisories
from bizops.agent.tools.security.code import scan_code
from bizops.agent.tools.security.controls import control_matrix
from bizops.agent.tools.security.request import NAMES, request, said_by_a_tool, scans_said
from bizops.agent.tools.security.said import looked_at_the_issue, says_what_ran
from bizops.agent.tools.security.score import GATE, WEIGHTS, security_score
from bizops.agent.tools.security.secret_scan import redacted
from bizops.agent.tools.security.secrets import issue_values, read_file, scan_issue_secrets, scan_repository_secrets
from bizops.agent.tools.security.wishes import SCANS, Part
from bizops.agent.tools.security.workflows import scan_workflows
from bizops.case import Case
from bizops.decision import Ask
from bizops.rules.harmless import brief, plain
from bizops.rules.wording import many

SECTIONS = {
    "secrets": ("Secrets in the repository", scan_repository_secrets),
    "workflows": ("Workflows", scan_workflows),
    "code": ("Python code", scan_code),
    "advisories": ("Advisories", match_advisories),
    "controls": ("Compliance matrix", control_matrix),
    "access": ("Access review", access_review),
}
COUNTED = (
    "issue_secrets",
    "repository_secrets",
    "code_weaknesses",
    "workflow_weaknesses",
    "vulnerability_findings",
    "control_findings",
    "access_findings",
)


def playbook(case: Case, notebook: Notebook) -> Draft:
    """The issue's own secrets first, then what it asks for, or a scan of the repository; the score; what is open."""
    wanted = request(case)
    first = notebook.use(scan_issue_secrets)
    leaked = _count(notebook, "issue_secrets", ("critical", "high", "medium"))
    questions, sections, measured, not_run = list(wanted.broken), list[str](), set[Part](), dict(wanted.not_run)
    for text in wanted.broken:
        notebook.use(said_by_a_tool, text=text)
    if leaked:
        sections.append(f"### Contain first: the issue itself\n\n{first.text}")
    for part in wanted.parts:
        heading, tool = SECTIONS[part]
        try:
            result = notebook.use(tool, **({"pasted_only": True} if part == "workflows" and wanted.pasted else {}))
        except ToolError as error:
            said = redacted(brief(str(error), 600))
            not_run[part] = plain(said.replace("`", "'"), 600)
            if part in wanted.named and part in ("advisories", "access"):
                questions.append(said)
            continue
        measured.add(part)
        questions.extend(result.questions)
        sections.append(f"### {heading}\n\n{result.text}")
    if not leaked:
        sections.append(f"### The issue itself\n\n{first.text}")
    sections.append(f"### Scans\n\n{notebook.use(said_by_a_tool, text=scans_said(wanted, measured, not_run)).text}")
    if measured & {*SCANS, "controls"}:
        sections.append(f"### Score\n\n{_score(notebook, measured)}")
    asked = tuple(dict.fromkeys(redacted(brief(question, 900)) for question in questions))[:20]
    summary = "\n\n".join([_answer(notebook, wanted.parts, measured, leaked, asked), *sections])
    return Draft(summary, (Ask(questions=asked),) if asked else ())


def _count(notebook: Notebook, name: str, severities: tuple[str, ...]) -> int:
    facts = (notebook.facts.get(f"{name}_{severity}") for severity in severities)
    return sum(int(fact.value) for fact in facts if fact)


def _score(notebook: Notebook, measured: set[Part]) -> str:
    counts = {
        severity: sum(_count(notebook, name, (severity,)) for name in COUNTED)
        - _count(notebook, "repository_secrets_of_the_issue", (severity,))  # one value to revoke, counted there
        for severity in WEIGHTS
    }
    missing = [NAMES[part] for part in SCANS if part not in measured]
    beyond = (
        "repository_files_beyond_limits",
        "code_files_beyond_limits",
        "workflow_files_unreadable",
        "workflow_files_beyond_limits",
    )
    if any(notebook.facts[name].value != "0" for name in beyond if name in notebook.facts):
        missing.append("the files named above as not scanned")
    return notebook.use(security_score, **counts, not_measured=", ".join(missing)).text


def _answer(
    notebook: Notebook, parts: tuple[Part, ...], measured: set[Part], leaked: int, asked: tuple[str, ...]
) -> str:
    """The answer in one or two sentences, from facts alone."""
    facts = notebook.facts
    said = []
    if leaked:
        said.append(
            f"**Act now: this issue holds {many(leaked, 'secret')} that must be revoked; editing the"
            f" issue does not take {'it' if leaked == 1 else 'them'} back.**"
        )
    values = {name: fact.value for name, fact in facts.items()}
    said.extend(_sentence(part, values) for part in parts if part in measured)
    if "security_score" in facts:
        score = facts["security_score"].value
        said.append(
            f"Security score {score} ({'below' if int(score) < GATE else 'not below'} the gate of"
            f" {facts['security_gate'].value})."
        )
    if asked:
        said.append("Something is missing or has two readings: see the questions.")
    return " ".join(said) or "Nothing could be measured."


def _sentence(part: Part, value: dict[str, str]) -> str:
    if part == "secrets":
        return (
            f"{many(int(value['repository_secrets']), 'secret')} in"
            f" {many(int(value['repository_files_scanned']), 'tracked file')}."
        )
    if part == "code":
        return (
            f"{many(int(value['code_weaknesses']), 'weakness', 'weaknesses')} in"
            f" {many(int(value['code_files_scanned']), 'Python file')}."
        )
    if part == "workflows":
        return (
            f"{many(int(value['workflow_weaknesses']), 'weakness', 'weaknesses')} in"
            f" {many(int(value['workflow_files_scanned']), 'workflow file')}."
        )
    if part == "advisories":
        return (
            f"{many(int(value['vulnerabilities']), 'known vulnerability', 'known vulnerabilities')}"
            f" in {many(int(value['vulnerable_packages']), 'locked package')}."
        )
    if part == "controls":
        return (
            f"{value['controls_met']} of {many(int(value['controls']), 'control')} met,"
            f" {value['controls_not_met']} not met, {value['controls_not_measured']} not measured."
        )
    return f"{many(int(value['accounts_to_act_on']), 'account')} of {value['accounts']} need attention."


def shows_no_secret(case: Case, draft: Draft, _notebook: Notebook) -> list[str]:
    """No secret of the issue, and nothing in a secret's form, stands in an answer."""
    text = "\n".join([draft.summary, *draft.questions])
    if any(value in text for value in issue_values(case)) or redacted(text, "answer.md") != text:
        return ["the answer shows a secret: name it by file, line and masked value alone"]
    return []


agent = Agent(
    file=__file__,
    mission=(
        "Find what endangers the company (secrets, weak code and workflows, vulnerable packages,"
        " open access), prove it with file and line, and say what to do first."
    ),
    tools=(
        scan_issue_secrets,
        scan_repository_secrets,
        scan_code,
        scan_workflows,
        match_advisories,
        control_matrix,
        access_review,
        security_score,
        read_file,
    ),
    playbook=playbook,
    checks=(shows_no_secret, looked_at_the_issue, says_what_ran),
)

if __name__ == "__main__":
    from bizops.cli.agent import main

    main(agent)
