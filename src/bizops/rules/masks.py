"""Tokens that nobody can take for anything else: what the desk writes shows their beginning alone.

Finding secrets is the security agent's work (`agent/tools/security`). This is the net below all agents: an answer may
quote the issue, and a comment stays after the issue was edited.
"""

import re

SHOWN = 4  # characters of a token
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_])(?:gh[opsur]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,}|glpat-[A-Za-z0-9_-]{20,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}"
    r"|[sr]k_live_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{24,}|sk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,}"
    r"|xox[abeprs]-[A-Za-z0-9-]{10,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{40,}"
    r"|dop_v1_[a-f0-9]{64}|dp\.pt\.[A-Za-z0-9]{40,}|hf_[A-Za-z0-9]{30,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})"
)
_KEY = re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----|\Z)")


def masked(text: str) -> str:
    """The text with each token cut to its first characters, and private keys left out."""
    text = _KEY.sub("(a private key)", text)
    return _TOKEN.sub(lambda found: f"{found[0][:SHOWN]}…", text)


def holds(text: str) -> bool:
    """Whether a text holds such a token or key."""
    return bool(_TOKEN.search(text) or _KEY.search(text))
