# ruff: noqa: E501 - whole answers
"""A model's honest answer passes in any of the project's languages; what it leaves out or makes up is sent back."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from bizops.agent import registry
from bizops.agent.agent import Draft
from bizops.agent.decide import complaints
from bizops.case import Case
from bizops.decision import Ask
from tests.agents.support_cases import make

SECURITY, SUPPORT = "ai-security-agent", "ai-support-agent"
KEY = "sk_" + "live_9fQ2mZ81kLpX7bRtY4wNcV0e"
REPOSITORY = {
    "a.env": f"STRIPE={KEY}\n" + "".join(f"{name}_PASSWORD={word}\n" for name, word in (("DB", "Gr8-kettle-Zp4Q!"), ("SMTP", "kB7-pillow-99xQ!"), ("FTP", "uT5-garden-31xZ!"))),
    "b.py": "x = 1\n",
}  # fmt: skip
ARTICLES = {
    "docs/kb/times.md": "# Priorities\n\n| priority | time to resolve |\n|---|---|\n| P1 | 4 hours |\n| P2 | 24 hours |\n| P3 | 72 hours |\n",
    "docs/kb/refunds.md": "# Refunds\n\nThe money arrives within 14 days. A parcel takes 3 to 5 working days.\n",
}


def wrong(case: Case, said: str, asks: Iterable[str] = ()) -> list[str]:
    """What a model is told about an answer."""
    agent = registry.load(case.work.agent, case.policy.agents.agents)
    notebook = agent.notebook(case)
    agent.playbook(case, notebook)
    actions = (Ask(questions=tuple(asks)),) if asks else ()
    return complaints(case, agent, Draft(said, actions), notebook, by_model=True)


@pytest.mark.parametrize(
    "said",
    [
        "All four are in one file. Revoke the Stripe key first; then change the three passwords. Not run: workflows, code and dependencies.",
        "Im Repository stehen 4 Geheimnisse (1 kritisch, 3 hoch). Nicht geprüft: Workflows, Code und Abhängigkeiten.",
        "Le dépôt contient 4 secrets. Non vérifiés : workflows, code et dépendances.",
        "Hay 4 secretos en el repositorio. Los flujos de trabajo, el código y las dependencias no se han revisado.",
        "Há 4 segredos no repositório. Não verificados: fluxos de trabalho, código e dependências.",
        "Ci sono 4 segreti. Non controllati: flussi di lavoro, codice e dipendenze.",
        "W repozytorium są 4 sekrety. Nie sprawdzono: przepływów pracy, kodu i zależności.",
        "Er staan 4 geheimen in de repository. Niet gecontroleerd: workflows, code en afhankelijkheden.",
        "There are 4 secrets.\n\nNot run:\n\n- workflows\n- code\n- dependencies",
        "4 secrets. Only the repository's secrets were scanned; workflows, code and packages were left out.",
        "存储库中有 4 个密钥。",
    ],
)
def test_what_a_scan_found_and_what_was_not_run_is_told_in_any_language(tmp_path: Path, said: str) -> None:
    case = make(tmp_path, SECURITY, "Which secrets are in our repository?", "Please scan it for secrets.", files=REPOSITORY)  # fmt: skip
    assert wrong(case, said) == []


@pytest.mark.parametrize(
    "said",
    [
        "There are 4 secrets in the repository.",
        "There are 4 secrets. Workflows, code and dependencies were scanned too and are clean.",
        "Es sind 4 Geheimnisse. Workflows, Code und Abhängigkeiten wurden geprüft.",
        "Es sind 4 Geheimnisse. Nicht geprüft: Workflows und Code.",
    ],
)
def test_a_scan_that_did_not_run_is_not_passed_over(tmp_path: Path, said: str) -> None:
    case = make(tmp_path, SECURITY, "Which secrets are in our repository?", "Please scan it for secrets.", files=REPOSITORY)  # fmt: skip
    assert any("dependencies" in line for line in wrong(case, said))


@pytest.mark.parametrize(
    "said",
    [
        "Revoke it now.", "Widerrufen Sie den Schlüssel sofort.", "Révoquez la clé immédiatement.", "Revoque la clave ya.",
        "Revogue a chave agora.", "Revocate subito la chiave.", "Unieważnij klucz natychmiast.", "Trek de sleutel nu in: hij moet worden ingetrokken.",
    ],
)  # fmt: skip
def test_a_leak_comes_first_in_any_language(tmp_path: Path, said: str) -> None:
    case = make(tmp_path, SECURITY, "Our key", f"Our key {KEY} is here, what now?")
    assert not any("revoked" in line for line in wrong(case, said))
    assert any("revoked" in line for line in wrong(case, "Alles in Ordnung. Everything is fine."))


@pytest.mark.parametrize(
    "said",
    [
        "I do not know.", "Das weiß ich nicht: kein Artikel passt dazu.", "Je ne sais pas : aucun article ne répond à cela.",
        "No lo sé: ningún artículo encaja.", "Não sei: nenhum artigo trata disso.", "Non lo so: nessun articolo ne parla.",
        "Nie wiem: żaden artykuł o tym nie mówi.", "Ik weet het niet: geen enkel artikel past.",
    ],
)  # fmt: skip
def test_not_knowing_is_said_in_any_language_with_a_question(tmp_path: Path, said: str) -> None:
    case = make(tmp_path, SUPPORT, "Which colour has the carpet?", files=ARTICLES)
    assert wrong(case, said, ["Which office?"]) == []
    assert wrong(case, said) == ["nothing fits: say that you do not know, and ask"]
    assert wrong(case, "The carpet is blue.", ["Which office?"]) == ["nothing fits: say that you do not know, and ask"]


@pytest.mark.parametrize(
    "source",
    [
        "`docs/kb/times.md#priorities`", "docs/kb/times.md#priorities", "docs/kb/times.md", "`docs/kb/times.md`", "[Priorities](docs/kb/times.md)",
        "https://github.com/o/r/blob/HEAD/docs/kb/times.md#priorities",
    ],
)  # fmt: skip
def test_a_source_is_cited_by_its_path_however_it_is_written(tmp_path: Path, source: str) -> None:
    case = make(tmp_path, SUPPORT, "How long is the time to resolve P1?", files=ARTICLES)
    assert wrong(case, f"P1 is resolved within 4 hours ({source}).") == []
    assert any("cite a source" in line for line in wrong(case, "P1 is resolved within 4 hours (docs/kb/tim.md)."))


@pytest.mark.parametrize(
    "said",
    [
        "P1: 4 hours, P2: 24 hours.", "Ein P1 wird innerhalb von vier Stunden gelöst.", "P1 se resuelve en 4 horas y P3 en 72 horas.",
        "P1: 4 h", "Not 24 hours: that is P2. P1 takes 4 hours.",
    ],
)  # fmt: skip
def test_a_time_may_be_said_as_the_source_has_it(tmp_path: Path, said: str) -> None:
    case = make(tmp_path, SUPPORT, "How long is the time to resolve P1?", files=ARTICLES)
    assert wrong(case, f"{said} See docs/kb/times.md") == []


@pytest.mark.parametrize(
    "said",
    [
        "P1 is resolved within 4 days.", "P1 is resolved within 24 hours.", "P1 takes 72 hours and P3 takes 4 hours.", "Ein P1 dauert vier Tage.",
        "P1 : 24 heures.", "P2 within 24 minutes.",
    ],
)  # fmt: skip
def test_a_time_that_the_source_has_otherwise_is_sent_back(tmp_path: Path, said: str) -> None:
    case = make(tmp_path, SUPPORT, "How long is the time to resolve P1?", files=ARTICLES)
    assert any("what you cite" in line for line in wrong(case, f"{said} See docs/kb/times.md"))


def test_a_time_of_the_thread_may_be_repeated(tmp_path: Path) -> None:
    case = make(tmp_path, SUPPORT, "When does a refund arrive?", "I have been waiting for 9 days.", files=ARTICLES)
    assert not any("cite" in line for line in wrong(case, "After 9 days: it takes up to 14 days (docs/kb/refunds.md)."))
