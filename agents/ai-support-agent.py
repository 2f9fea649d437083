"""ai-support-agent: answers from the knowledge base and from solved issues, or says that it does not know and asks."""

import sys
from typing import Any

try:
    from bizops.agent.agent import Agent, Draft, Notebook, ToolError
except ModuleNotFoundError as missing:
    print(f"{missing}: run `make venv` once, then .venv/bin/python {sys.argv[0]}", file=sys.stderr)
    sys.exit(2)

from bizops.agent.tools.support.questions import about_candidates, about_gap
from bizops.agent.tools.support.replies import check_answer, draft_of, urgency
from bizops.agent.tools.support.said import cites_a_source, looked_it_up, times_as_cited
from bizops.agent.tools.support.search import search_knowledge
from bizops.case import Case
from bizops.decision import Ask, HandOver
from bizops.rules.harmless import plain
from bizops.rules.wording import many


def playbook(case: Case, notebook: Notebook) -> Draft:
    """Urgent matters first; then a drafted reply is checked, or the question is looked up."""
    urgent = notebook.use(urgency)
    if urgent.data["clear"]:
        return _handed_over(urgent.data, urgent.text)
    try:
        draft = _checked(notebook) if draft_of(case) else _looked_up(case, notebook)
    except ToolError as error:
        broken = f"I could not search: {plain(str(error), 300)}."
        draft = Draft(
            broken, (Ask(questions=(f"Please mend this, or say where the articles are: {plain(str(error), 300)}",)),)
        )
    return _with_urgency(draft, urgent.data, urgent.text)


def _handed_over(urgent: dict[str, Any], signs: str) -> Draft:
    first = (
        "**Revoke the secret first; editing the issue does not take it back.** " if "secret" in urgent["kinds"] else ""
    )
    summary = f"{first}This is a matter for `{urgent['agent']}`, to which the issue goes now:\n\n{signs}"
    reason = f"The issue shows: {', '.join(urgent['kinds'])}."
    return Draft(summary, (HandOver(agent=urgent["agent"], reason=reason),))


def _with_urgency(draft: Draft, urgent: dict[str, Any], signs: str) -> Draft:
    """What looks urgent but not clear is proposed to people, with the words that say so."""
    if not urgent["kinds"]:
        return draft
    who = f"`{urgent['agent']}` (area `{urgent['area']}`)" if urgent["agent"] else "a person"
    state = (
        "" if urgent["live"] or not urgent["agent"] else "; it is off or had the issue before, so a person must look"
    )
    return Draft(f"{draft.summary}\n\n**Perhaps urgent**, for {who}{state}:\n\n{signs}", draft.actions, draft.held)


def _looked_up(case: Case, notebook: Notebook) -> Draft:
    found = notebook.use(search_knowledge)
    hits, level = found.data["hits"], found.data["level"]
    if level == "answer":
        return Draft("\n\n".join([_answer(hits[0]), "### Where it is from", found.text]))
    if level == "likely":
        question = about_candidates([hit["heading"] for hit in hits])
        parts = [_likely(hits), *_passages(hits[:1]), "### Candidates", found.text]
        return Draft("\n\n".join(parts), (Ask(questions=(question,)),))
    words = ", ".join(f"`{word}`" for word in found.data["unknown"][:5])
    known = f" Nothing there knows {words}." if words else ""
    first = f"**I do not know.** No article and no solved issue fits this question.{known}"
    return Draft(f"{first} A person of the team can take it.\n\n{found.text}", (Ask(questions=about_gap(case)),))


def _answer(hit: dict[str, Any]) -> str:
    """The passage itself, cited; for a solved issue where the solution is told."""
    if hit["kind"] == "issue":
        told = f"**This was solved before** in {hit['link']} ({plain(hit['title'], 120)}): its thread tells how."
        return f"{told}\n\n{hit['passage']}" if hit["passage"] else told
    where = f"**{plain(hit['heading'], 120)}** ({hit['link']}):"
    return f"{where}\n\n{hit['passage']}" if hit["passage"] else f"The article that answers this: {where[:-1]}."


def _likely(hits: list[dict[str, Any]]) -> str:
    first = f"**{plain(hits[0]['heading'], 120)}** ({hits[0]['link']})"
    if len(hits) == 1:
        return f"I am not sure. One source may fit: {first}."
    return f"I am not sure. {many(len(hits), 'source')} may fit; the first is {first}."


def _passages(hits: list[dict[str, Any]]) -> list[str]:
    return [hit["passage"] for hit in hits if hit["passage"]]


def _checked(notebook: Notebook) -> Draft:
    """The verdict on a drafted reply, statement by statement."""
    result = notebook.use(check_answer)
    counts = result.data["counts"]
    total = notebook.facts["statements"].value
    notes = "".join(f"\n\nNote: {note}." for note in result.data["notes"])
    if total == "0":
        question = "Which statements should be checked? Behind `Answer:` stands nothing that an article could cover."
        return Draft(f"There is no statement to check in the drafted reply.{notes}", (Ask(questions=(question,)),))
    wrong = counts["figures differ"]
    open_ = counts["not covered"]
    if not wrong and not open_:
        first = f"**The drafted reply holds**: the articles cover every statement ({counts['covered']} of {total})."
    elif wrong:
        first = f"**Do not send it yet**: {many(wrong, 'statement')} of {total} has other figures than the article."
    else:
        first = f"**Not proven**: the articles cover {counts['covered']} of {many(int(total), 'statement')}."
    return Draft(f"{first}\n\n{result.text}{notes}")


agent = Agent(
    file=__file__,
    mission="Answer questions from the knowledge base and from solved issues, with the source; say so where nothing "
    "fits, and ask the right question.",
    needs=("closed_issues",),
    tools=(search_knowledge, check_answer, urgency),
    playbook=playbook,
    checks=(looked_it_up, cites_a_source, times_as_cited),
)  # fmt: skip

if __name__ == "__main__":
    from bizops.cli.agent import main

    main(agent)
