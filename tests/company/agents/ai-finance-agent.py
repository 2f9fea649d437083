"""An agent of a company's own, whose answers the issue's title chooses: quick, for tests of the desk.

The other names are links to this file: an agent is named by its file.
"""

import os
import time
from typing import Annotated

from pydantic import Field

from bizops.agent.agent import Agent, Draft, Notebook, Result, tool
from bizops.case import Case
from bizops.decision import Action, Ask, Fact, HandOver


@tool("compute")
def total(case: Case, of: Annotated[str, Field(description="what to add")] = "all") -> Result:
    """Add up what the issue brings."""
    rows = [line for data in case.data for line in data.path.read_text("utf-8").splitlines()[1:]]
    return Result(f"{len(rows)} rows of {of}.", facts={"rows": Fact(value=str(len(rows)), source="the issue's data")})


def playbook(case: Case, notes: Notebook) -> Draft:
    """As the title says: ask, hold, pass, break, hang, or answer."""
    title, held = case.issue.title.casefold(), None
    actions: list[Action] = []
    result = notes.use(total)
    if "ask" in title and not case.work.reason.startswith(("comment-", "edited-")):
        actions.append(Ask(questions=("Which month?",)))
    if "pass" in title and case.work.reason == "opened":
        actions.append(HandOver(agent="ai-support-agent", reason="it is a question of support"))
    if "hold" in title:
        held = "a person must look"
    if "break" in title:
        raise RuntimeError("broken on purpose")
    if "kill" in title:
        os.abort()
    if "hang" in title:
        time.sleep(60)
    return Draft(f"The data holds:\n\n{result.text}", tuple(actions), held)


agent = Agent(file=__file__, mission="Count rows.", tools=(total,), playbook=playbook)
