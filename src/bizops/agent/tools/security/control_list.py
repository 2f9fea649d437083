"""The default list of controls.

References are given only where they are sure: ISO/IEC 27001:2022 Annex A, SOC 2 (Trust Services Criteria 2017), OWASP
ASVS 4.0.3.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bizops.agent.tools.security import evidence
from bizops.agent.tools.security.evidence import Evidence, Repository
from bizops.decision import Severity


@dataclass(frozen=True)
class Control:
    """One row of the list. `words` recognise it in a list that a company brings."""

    id: str
    title: str
    references: str
    severity: Severity
    words: str
    check: Callable[[Repository], Evidence]


def _outside(text: str) -> Callable[[Repository], Evidence]:
    return lambda _: Evidence("not measured", text)


CONTROLS: tuple[Control, ...] = (
    Control(
        "C01",
        "Changes have a named reviewer (CODEOWNERS)",
        "ISO A.8.4, A.8.32; SOC 2 CC8.1",
        "low",
        r"code ?owners|reviewer",
        evidence.owners,
    ),
    Control(
        "C02",
        "The main branch is protected",
        "ISO A.8.32; SOC 2 CC8.1",
        "medium",
        r"branch protection|protected branch",
        evidence.protection,
    ),
    Control(
        "C03",
        "Weaknesses can be reported (SECURITY.md)",
        "ISO A.8.8; SOC 2 CC7.1",
        "low",
        r"security\.md|security policy|disclosure|report(?:ing)? .*vulnerab",
        evidence.file(
            "SECURITY.md", "SECURITY.md", ".github/SECURITY.md", "docs/SECURITY.md", "SECURITY.rst", "SECURITY.txt"
        ),
    ),
    Control(
        "C04",
        "The licence is stated",
        "ISO A.5.32",
        "low",
        r"\blicen[cs]e",
        evidence.file(
            "licence",
            "LICENSE",
            "LICENSE.md",
            "LICENSE.txt",
            "LICENSE.rst",
            "LICENCE",
            "LICENCE.md",
            "LICENCE.txt",
            "COPYING",
            "COPYING.md",
            "COPYING.txt",
            "UNLICENSE",
        ),
    ),
    Control(
        "C05",
        "Tests run on every change",
        "ISO A.8.29; SOC 2 CC8.1",
        "medium",
        r"\btests?\b|\btesting\b",
        evidence.tests,
    ),
    Control(
        "C06",
        "Dependencies are locked with hashes",
        "ISO A.5.21, A.8.9",
        "medium",
        r"lock ?file|dependenc\w+ .*(?:pinn|lock|hash)|pinn\w+ dependenc",
        evidence.locked,
    ),
    Control(
        "C07",
        "Actions are pinned to a commit",
        "ISO A.5.21",
        "info",
        r"actions? .*pinn|pinn\w+ .*actions?|\bsha\b",
        evidence.pinned,
    ),
    Control(
        "C08",
        "Workflow tokens have least privilege",
        "ISO A.8.2; SOC 2 CC6.3",
        "info",
        r"least privilege|permissions|token .*privilege",
        evidence.permissions,
    ),
    Control(
        "C09",
        "No secret stands in the repository",
        "ISO A.8.12; SOC 2 CC6.1; ASVS 2.10.4",
        "info",
        r"\bsecrets?\b|credentials? .*(?:repositor|code|source)",
        lambda r: r.secrets(),
    ),
    Control(
        "C10",
        "Dependencies are kept up to date",
        "ISO A.8.8; SOC 2 CC7.1; ASVS 14.2.1",
        "low",
        r"dependabot|renovate|up to date|patch",
        evidence.updates,
    ),
    Control(
        "C11",
        "Environment files stay out of git",
        "ISO A.8.12",
        "low",
        r"\.env\b|gitignore|environment file",
        evidence.ignored,
    ),
    Control(
        "C12",
        "Code is scanned for weaknesses",
        "ISO A.8.28, A.8.29; SOC 2 CC7.1",
        "low",
        r"static analysis|\bsast\b|code scan|scann",
        evidence.scanned,
    ),
    Control(
        "C13",
        "Releases are signed or attested",
        "ISO A.8.24",
        "low",
        r"\bsign(?:ed|ing)\b|attest|provenance",
        evidence.signed,
    ),
    Control(
        "C14",
        "Members use a second factor",
        "ISO A.8.5; SOC 2 CC6.1",
        "medium",
        r"\bmfa\b|\b2fa\b|second factor|multi-?factor|two-?factor",
        _outside(
            "it is a setting of the host: give a list of accounts (CSV with user, role, mfa,"
            " last_login) for an access review"
        ),
    ),
    Control(
        "C15",
        "Access is reviewed regularly",
        "ISO A.5.18; SOC 2 CC6.2, CC6.3",
        "medium",
        r"access review|recertif",
        _outside("give a list of accounts (CSV) for an access review"),
    ),
)
