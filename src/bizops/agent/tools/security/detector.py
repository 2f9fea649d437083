"""detect-secrets as one more pair of eyes: its plugins called through its own interface, without filters or network.

Left out: public IP addresses and Twilio account IDs (no secrets), basic authentication (its pattern is cubic on hostile
lines; ours is linear).
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from bizops.agent.tools.security import secret_rules as rules
from bizops.agent.tools.security import secret_values as values
from bizops.agent.tools.security.secret_lines import HASHED, Hit, Lines, at
from bizops.agent.tools.security.secret_names import PUBLIC, judged

LEFT_OUT = frozenset(
    (
        "IPPublicDetector BasicAuthDetector TwilioKeyDetector KeywordDetector Base64HighEntropyString"
        " HexHighEntropyString"
    ).split()
)
OURS = frozenset({"Private Key", "JSON Web Token"})  # flagged by a mere mention; our own rules want a body
BY_NAME = frozenset({"IbmCloudIamDetector", "IbmCosHmacDetector", "SoftlayerDetector", "CloudantDetector"})
HINTS = {  # without one of these a plugin's pattern cannot match; the plugins that are not named always run
    "AWSKeyDetector": "aws akia asia abia acca a3t",
    "AzureStorageKeyDetector": "accountkey",
    "GitHubTokenDetector": "ghp_ gho_ ghu_ ghs_ ghr_",
    "GitLabTokenDetector": "gl gr1348941",
    "MailchimpDetector": "-us",
    "NpmDetector": "_authtoken",
    "OpenAIDetector": "t3blbkfj",
    "PypiTokenDetector": "pypi-",
    "SendGridDetector": "sg.",
    "SlackDetector": "xox hooks.slack.com",
    "SquareOAuthDetector": "sq0csp",
    "StripeDetector": "k_live_",
    "IbmCosHmacDetector": "secret",
    "SoftlayerDetector": "softlayer sl",
    "CloudantDetector": "cl",
}
CANDIDATES = 20_000  # lines of one text that the keyword plugin looks at
LINE = 500  # characters: its patterns are quadratic in a line
_ASSIGNS = re.compile(r"[=:(]\s{0,4}\S")
_LONG = re.compile(r"[\"'][A-Za-z0-9+/=_-]{24}")
BY_TYPE = {
    "AWS Access Key": ("aws-secret-access-key", "critical"),
    "AWS Access Key ID": ("aws-access-key-id", "medium"),
    "GitHub Token": ("github-token", "critical"),
    "GitLab Token": ("gitlab-token", "critical"),
    "Slack Token": ("slack-token", "critical"),
    "Stripe Access Key": ("stripe-live-key", "critical"),
    "OpenAI Token": ("openai-key", "critical"),
    "PyPI Token": ("pypi-token", "critical"),
    "NPM tokens": ("npm-token", "critical"),
    "SendGrid API Key": ("sendgrid-key", "critical"),
    "Azure Storage Account access key": ("azure-storage-key", "critical"),
}


def found(lines: Lines, folded: Counter[str]) -> Iterator[Hit]:
    """What detect-secrets' plugins see in a text, judged by our own rules about values."""
    plugins = _plugins()
    text = lines.text
    hinted = "\n".join(lines.pieces[index] for index in lines.hinted)
    for name, plugin in plugins.items():
        hints = HINTS.get(name, "").split()
        possible = not hints or any(hint in lines.low for hint in hints)
        if possible and name not in LEFT_OUT and plugin.secret_type not in OURS:
            for value in sorted(set(plugin.analyze_string(hinted if name in BY_NAME else text))):
                yield from _places(lines, plugin.secret_type, value, folded)
    yield from _keyword(lines, plugins["KeywordDetector"])
    yield from _random(lines, plugins["Base64HighEntropyString"], folded)


@lru_cache(maxsize=1)
def _plugins() -> dict[str, Any]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    kinds: dict[str, Any] = get_mapping_from_secret_type_to_class()
    return {kind.__name__: kind() for kind in kinds.values()}


def _places(lines: Lines, kind: str, value: str, folded: Counter[str]) -> Iterator[Hit]:
    value = value.strip(' \t\n"=:')
    if not _issued(kind, value):
        folded["words"] += 1
        return
    if re.match(r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[A-Z0-9]{16}$", value):
        kind = "AWS Access Key ID"
    name, severity = BY_TYPE.get(kind, (kind.casefold().replace(" ", "-").replace("(", "").replace(")", ""), "high"))
    rule = rules.Rule(name, kind, severity, "revoke it where it was issued; then read the audit log for its use")  # type: ignore[arg-type]
    start = lines.text.find(value)
    while start >= 0:
        yield at(lines, rule, start, start + len(value), 60)
        start = lines.text.find(value, start + len(value))


def _issued(kind: str, value: str) -> bool:
    if (
        len(value) < 12
        or values.fold_token(value, value)
        or value in rules.DOCUMENTED
        or value.endswith(("EXAMPLE", "EXAMPLEKEY"))
    ):
        return False
    if kind == "Artifactory Credentials":
        return len(value) >= 20 and any(c.isdigit() for c in value[4:]) and any(c.islower() for c in value)
    if kind == "Mailchimp Access Key":
        return values.is_hex(value[:32])
    if kind == "GitHub Token" and "_" not in value:
        return False  # the plugin gives the prefix alone: our rule has the whole
    return any(c.isdigit() for c in value)


def _keyword(lines: Lines, plugin: Any) -> Iterator[Hit]:
    looked = 0
    for index in lines.hinted:
        piece = lines.pieces[index]
        if len(piece) > LINE or not _ASSIGNS.search(piece):
            continue
        looked += 1
        if looked > CANDIDATES:
            return
        for secret in sorted(
            plugin.analyze_line(lines.name, piece, lines.numbers[index]), key=lambda s: str(s.secret_value)
        ):
            value = str(secret.secret_value).strip()
            place = piece.find(value)
            if place < 0 or not judged(piece, place, value, lines.modes.get(lines.numbers[index], lines.default)):
                continue
            start = lines.starts[index] + place
            yield at(lines, rules.PASSWORD, start, start + len(value), 35, severity="medium")


def _random(lines: Lines, plugin: Any, folded: Counter[str]) -> Iterator[Hit]:
    """Quoted values that look random under a name that speaks of a key; nameless ones are mostly checksums."""
    if HASHED.search(lines.name):
        return
    for index in sorted(lines.holding("key", "auth", "cred", "salt", "session", "cookie", "secret", "sign")):
        piece = lines.pieces[index]
        if len(piece) > LINE or not _LONG.search(piece):
            continue
        if set(values.words(piece[:80])) & PUBLIC:
            continue
        for secret in sorted(
            plugin.analyze_line(lines.name, piece, lines.numbers[index]), key=lambda s: str(s.secret_value)
        ):
            value = str(secret.secret_value)
            mixed = (
                any(c.isupper() for c in value) and any(c.islower() for c in value) and any(c.isdigit() for c in value)
            )
            if (
                not 24 <= len(value) <= 200
                or not mixed
                or values.fold(value, "token", quoted=True)
                or value.startswith("MII")
                or values.made_up(value)
            ):
                folded["hash"] += 1
                continue
            start = lines.starts[index] + piece.find(value)
            yield at(lines, rules.ENTROPY, start, start + len(value), 30)
