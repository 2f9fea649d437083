"""The forms of tokens of smaller providers, in the providers' own documentation: one line for each."""

import re

from bizops.agent.tools.security.secret_rules import REVOKE, Rule
from bizops.decision import Severity


def _form(owner: str, severity: Severity, hint: str, pattern: str) -> Rule:
    """A provider's token: the words of `hint` begin it, `pattern` is all of it."""
    name = f"{owner.casefold().replace(' ', '-')}-token"
    bounded = rf"(?<![A-Za-z0-9_.-]){pattern}(?![A-Za-z0-9_])"
    return Rule(name, f"{owner} token", severity, REVOKE.format(owner), hint, re.compile(bounded))


TOKENS: tuple[Rule, ...] = (
    _form("Doppler", "critical", "dp.", r"dp\.(?:pt|ct|st|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{36,64}"),
    _form("Figma", "high", "figd_", r"figd_[A-Za-z0-9_-]{36,80}"),
    _form("Groq", "high", "gsk_", r"gsk_[A-Za-z0-9]{40,80}"),
    _form("Replicate", "high", "r8_", r"r8_[A-Za-z0-9]{32,45}"),
    _form(
        "Tailscale",
        "critical",
        "tskey-",
        r"tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{20,80}",
    ),
    _form("Meta", "high", "EAA", r"EAA[A-Za-z0-9]{40,300}"),
    _form("xAI", "high", "xai-", r"xai-[A-Za-z0-9]{60,100}"),
    _form("Perplexity", "high", "pplx-", r"pplx-[A-Za-z0-9]{40,64}"),
    _form("Notion", "high", "secret_", r"secret_[A-Za-z0-9]{43}"),
    _form("Netlify", "high", "nfp_", r"nfp_[A-Za-z0-9]{36,48}"),
    _form("Supabase", "critical", "sbp_", r"sbp_[a-f0-9]{40}"),
    _form("PlanetScale", "critical", "pscale_", r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{30,70}"),
    _form("HubSpot", "high", "pat-", r"pat-(?:na|eu)\d-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    _form("Contentful", "high", "CFPAT-", r"CFPAT-[A-Za-z0-9_-]{40,50}"),
    _form("Dynatrace", "high", "dt0", r"dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    _form("Airtable", "high", "pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    _form("Fly.io", "critical", "fm2_", r"fm2_[A-Za-z0-9+/=_-]{60,800}"),
    _form("Buildkite", "high", "bkua_", r"bkua_[a-f0-9]{40}"),
    _form("Sonar", "high", "sq", r"sq[pua]_[a-f0-9]{40}"),
    _form("PostHog", "high", "phx_", r"phx_[A-Za-z0-9]{40,50}"),
    _form("Duffel", "high", "duffel_live_", r"duffel_live_[A-Za-z0-9_-]{40,50}"),
    _form("Brevo", "high", "xkeysib-", r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
)
