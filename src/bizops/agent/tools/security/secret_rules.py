"""What a credential looks like, by its own form: name, pattern, severity, and what to do first.

The forms are those that the providers document (prefix, alphabet, length), a little wider where lengths have changed.
Every quantifier is bounded or followed by nothing that it can give back to, so that matching is linear in a line.
"""

import re
from dataclasses import dataclass

from bizops.decision import Severity


@dataclass(frozen=True)
class Rule:
    """One form. Group 1 of the pattern, where there is one, is the value. One of the words of `hint` must occur."""

    name: str
    title: str
    severity: Severity
    first: str
    hint: str = ""
    pattern: re.Pattern[str] = re.compile(r"(?!)")


REVOKE = "revoke it at {0} and issue a new one; then read the audit log of {0} for its use"


def _rule(name: str, title: str, severity: Severity, owner: str, hint: str, pattern: str) -> Rule:
    return Rule(name, title, severity, REVOKE.format(owner), hint, re.compile(pattern))


# A value never begins or ends inside a longer word: that is how checksums and encoded pictures stay out.
A, Z = r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])"
B64A, B64Z = r"(?<![A-Za-z0-9+/])", r"(?![A-Za-z0-9+/])"

TOKENS: tuple[Rule, ...] = (
    _rule(
        "aws-access-key-id",
        "AWS access key ID",
        "high",
        "AWS IAM",
        "AKIA ASIA ABIA ACCA",
        rf"{B64A}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{{16}}{B64Z}",
    ),
    _rule(
        "github-token",
        "GitHub token",
        "critical",
        "GitHub",
        "ghp_ gho_ ghu_ ghs_ ghr_",
        rf"{A}gh[pousr]_[A-Za-z0-9_]{{30,255}}",
    ),
    _rule(
        "github-token", "GitHub token", "critical", "GitHub", "github_pat_", rf"{A}github_pat_[A-Za-z0-9_]{{36,255}}"
    ),
    _rule(
        "gitlab-token",
        "GitLab token",
        "critical",
        "GitLab",
        "glpat- gldt- glft- glsoat- glrt- glptt- glcbt- glimt- glagent- gloas-",
        rf"{A}gl(?:pat|dt|ft|soat|rt|ptt|cbt|imt|agent|oas)-[A-Za-z0-9_.\-]{{20,200}}",
    ),
    _rule(
        "slack-token",
        "Slack token",
        "critical",
        "Slack",
        "xox xapp-",
        rf"{A}(?:xox[abceoprs]-[A-Za-z0-9-]{{10,250}}|xapp-\d-[A-Za-z0-9-]{{20,250}})",
    ),
    _rule(
        "slack-webhook",
        "Slack webhook address",
        "high",
        "Slack",
        "hooks.slack.com",
        r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/+]{20,200}",
    ),
    _rule(
        "stripe-live-key", "Stripe live key", "critical", "Stripe", "_live_", rf"{A}[sr]k_live_[A-Za-z0-9]{{10,250}}"
    ),
    _rule("stripe-test-key", "Stripe test key", "low", "Stripe", "_test_", rf"{A}[sr]k_test_[A-Za-z0-9]{{10,250}}"),
    _rule(
        "stripe-webhook-secret",
        "Stripe webhook secret",
        "high",
        "Stripe",
        "whsec_",
        rf"{A}whsec_[A-Za-z0-9+/=]{{24,200}}",
    ),
    _rule(
        "anthropic-key", "Anthropic API key", "critical", "Anthropic", "sk-ant-", rf"{A}sk-ant-[A-Za-z0-9_-]{{20,250}}"
    ),
    _rule("openai-key", "OpenAI API key", "critical", "OpenAI", "sk-", r"(?<![\w-])sk-[A-Za-z0-9_-]{20,250}"),
    _rule(
        "google-api-key", "Google API key", "high", "Google Cloud", "AIza", rf"{A}AIza[A-Za-z0-9_-]{{32,40}}(?![\w-])"
    ),
    _rule(
        "google-oauth-secret",
        "Google OAuth client secret",
        "critical",
        "Google Cloud",
        "GOCSPX-",
        rf"{A}GOCSPX-[A-Za-z0-9_-]{{20,60}}",
    ),
    _rule(
        "google-oauth-token",
        "Google OAuth access token",
        "high",
        "Google",
        "ya29.",
        rf"{A}ya29\.[A-Za-z0-9_-]{{20,500}}",
    ),
    _rule("npm-token", "npm token", "critical", "npm", "npm_", rf"{A}npm_[A-Za-z0-9]{{30,60}}"),
    _rule("pypi-token", "PyPI token", "critical", "PyPI", "pypi-", rf"{A}pypi-[A-Za-z0-9_-]{{40,300}}"),
    _rule("rubygems-key", "RubyGems key", "critical", "RubyGems", "rubygems_", rf"{A}rubygems_[a-f0-9]{{48}}{Z}"),
    _rule(
        "sendgrid-key",
        "SendGrid API key",
        "critical",
        "SendGrid",
        "SG.",
        rf"{A}SG\.[A-Za-z0-9_-]{{16,32}}\.[A-Za-z0-9_-]{{30,64}}",
    ),
    _rule(
        "twilio-key",
        "Twilio API key",
        "high",
        "Twilio",
        "SK0 SK1 SK2 SK3 SK4 SK5 SK6 SK7 SK8 SK9 SKa SKb SKc SKd SKe SKf",
        rf"{A}SK[0-9a-f]{{32}}{Z}",
    ),
    _rule("mailgun-key", "Mailgun key", "high", "Mailgun", "key-", r"(?<![\w-])key-[0-9a-z]{32}(?!\w)"),
    _rule(
        "azure-storage-key",
        "Azure storage account key",
        "critical",
        "Azure",
        "AccountKey",
        r"AccountKey\s{0,3}=\s{0,3}([A-Za-z0-9+/]{40,90}={0,2})",
    ),
    _rule(
        "azure-client-secret",
        "Azure client secret",
        "critical",
        "Azure",
        "8Q~",
        r"(?<![\w~.-])[\w~.]{3}8Q~[\w~.-]{31,34}(?![\w~-])",
    ),
    _rule("azure-sas", "Azure shared access signature", "high", "Azure", "sig=", r"[?&]sig=([A-Za-z0-9%+/=]{40,100})"),
    _rule(
        "digitalocean-token",
        "DigitalOcean token",
        "critical",
        "DigitalOcean",
        "_v1_",
        rf"{A}do[opr]_v1_[a-f0-9]{{64}}{Z}",
    ),
    _rule(
        "shopify-token",
        "Shopify token",
        "high",
        "Shopify",
        "shpat_ shpca_ shppa_ shpss_",
        rf"{A}shp(?:at|ca|pa|ss)_[a-fA-F0-9]{{32}}{Z}",
    ),
    _rule("vault-token", "HashiCorp Vault token", "critical", "Vault", "hvs.", rf"{A}hv[sb]\.[A-Za-z0-9_-]{{24,250}}"),
    _rule(
        "terraform-token",
        "Terraform Cloud token",
        "critical",
        "Terraform Cloud",
        ".atlasv1.",
        rf"{A}[A-Za-z0-9]{{14}}\.atlasv1\.[A-Za-z0-9_=-]{{40,100}}",
    ),
    _rule("databricks-token", "Databricks token", "high", "Databricks", "dapi", rf"{A}dapi[a-f0-9]{{32}}(?:-\d)?{Z}"),
    _rule(
        "atlassian-token", "Atlassian token", "critical", "Atlassian", "ATATT3", rf"{A}ATATT3[A-Za-z0-9_=-]{{50,300}}"
    ),
    _rule("huggingface-token", "Hugging Face token", "high", "Hugging Face", "hf_", rf"{A}hf_[A-Za-z0-9]{{30,40}}{Z}"),
    _rule(
        "docker-token", "Docker Hub token", "critical", "Docker Hub", "dckr_", rf"{A}dckr_[op]at_[A-Za-z0-9_-]{{20,60}}"
    ),
    _rule("notion-token", "Notion token", "high", "Notion", "ntn_", rf"{A}ntn_[A-Za-z0-9]{{40,60}}{Z}"),
    _rule("linear-key", "Linear API key", "high", "Linear", "lin_api_", rf"{A}lin_api_[A-Za-z0-9]{{32,48}}{Z}"),
    _rule("new-relic-key", "New Relic key", "high", "New Relic", "NRAK-", rf"{A}NRAK-[A-Z0-9]{{27}}{Z}"),
    _rule(
        "grafana-token", "Grafana token", "high", "Grafana", "glsa_ glc_", rf"{A}gl(?:sa|c)_[A-Za-z0-9_+/=-]{{32,200}}"
    ),
    _rule("sentry-token", "Sentry token", "high", "Sentry", "sntry", rf"{A}sntry[su]_[A-Za-z0-9_+/=-]{{40,300}}"),
    _rule("square-token", "Square token", "high", "Square", "sq0", rf"{A}sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{{22,43}}"),
    _rule(
        "telegram-token",
        "Telegram bot token",
        "high",
        "Telegram",
        ":AA",
        r"(?<![\w:])\d{8,10}:AA[A-Za-z0-9_-]{32,34}(?![\w-])",
    ),
    _rule(
        "discord-webhook",
        "Discord webhook address",
        "high",
        "Discord",
        "/api/webhooks/",
        r"https://discord(?:app)?\.com/api/webhooks/\d{10,25}/[A-Za-z0-9_-]{40,90}",
    ),
    _rule("postman-key", "Postman key", "high", "Postman", "PMAK-", rf"{A}PMAK-[a-f0-9]{{24}}-[a-f0-9]{{34}}{Z}"),
    _rule("pulumi-token", "Pulumi token", "high", "Pulumi", "pul-", rf"{A}pul-[a-f0-9]{{40}}{Z}"),
    _rule(
        "age-secret-key", "age secret key", "critical", "its owner", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"
    ),
    _rule(
        "json-web-token",
        "JSON web token",
        "high",
        "whoever signed it",
        "eyJ",
        r"(?<![\w-])eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{16,1000}",
    ),
)

AWS_SECRET = Rule("aws-secret-access-key", "AWS secret access key", "critical", REVOKE.format("AWS IAM"))
PRIVATE_KEY = Rule(
    "private-key",
    "private key",
    "critical",
    "make a new key pair and take the old public key out of every place that trusts it",
)
ENCRYPTED_KEY = Rule("private-key-encrypted", "private key (with a pass phrase)", "high", PRIVATE_KEY.first)
SERVICE_ACCOUNT = Rule(
    "gcp-service-account-key", "Google service account key", "critical", REVOKE.format("Google Cloud")
)
URL_PASSWORD = Rule("url-credentials", "password in an address", "high", "change the password of that account")
CONNECTION = Rule(
    "connection-string-password", "password in a connection string", "high", "change the database password"
)
AUTHORIZATION = Rule("authorization-header", "authorization header", "high", "end that session or revoke that token")
COOKIE = Rule("session-cookie", "session cookie", "high", "end that session, and every other of that account")
SESSION = Rule("session-id", "session identifier", "medium", "end that session")
NETRC = Rule("netrc-password", "password in a netrc entry", "high", "change the password of that account")
LOGIN = Rule("login-password", "password beside a user name", "high", "change the password of that account")
DOCKER_AUTH = Rule("docker-auth", "registry login (docker config)", "critical", "change the registry password or token")
COMMAND_LINE = Rule(
    "command-line-password", "password on a command line", "high", "change the password of that account"
)
PASSWORD = Rule("password", "password", "high", "change the password")
TOKEN = Rule("secret-value", "secret or token", "high", "revoke it where it was issued")
ENTROPY = Rule("high-entropy-value", "value that looks random under a key's name", "low", "check what it opens")

PEM = re.compile(
    r"-----BEGIN ((?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?)-----|---- BEGIN (SSH2 ENCRYPTED PRIVATE KEY) ----"
)
PUTTY = re.compile(r"PuTTY-User-Key-File-\d: ")
URL = re.compile(
    r"(?<![\w.+-])([a-zA-Z][a-zA-Z0-9+.-]{1,24})://([^\s/:@'\"<>?#`]{0,100}):([^\s/'\"<>`]{1,200})@([^\s/'\"<>?#:,`)]{1,200})"
)
URL_TOKEN = re.compile(r"://([0-9a-f]{32,64}|[A-Za-z0-9]{36,80})@[A-Za-z0-9]")  # a token in place of a user
BASIC = re.compile(r"(?i)\bbasic\s{1,3}([A-Za-z0-9+/]{8,400}={0,2})")
CONNECTION_PART = re.compile(r"(?i)(?:^|[;\"'?&\s])(?:password|pwd|sharedaccesskey)\s{0,3}=\s{0,3}([^;\"'\s&]{1,200})")
CONNECTION_LINE = re.compile(
    r"(?i)(?:server|data source|host|endpoint|user id|uid|initial catalog|jdbc:)[^;]{0,200}[=:]|jdbc:"
)
AUTH_HEADER = re.compile(
    r"(?i)authorization[\"']?\s{0,4}[:=,]\s{0,4}[\"'`]?\s{0,4}(bearer|basic|token|apikey"
    r"|bot)\s{1,4}([A-Za-z0-9_.~+/=$%{}<>*-]{4,4000})"
)
BEARER = re.compile(r"(?i)(?<![\w-])bearer\s{1,4}([A-Za-z0-9_.~+/-]{24,4000}={0,2})")
COOKIE_HEADER = re.compile(
    r"(?i)(?P<set>set-)?cookies?(?:2|header)?[\"']?\)?\s{0,4}(?:[:=,]|:=|=>)\s{0,4}[\"'`]?(?P<pairs>[^\n\"'`]{8,4000})"
)
COOKIE_OPTION = re.compile(r"(?:\s-b|\s--cookie)[\s=]{1,3}[\"']?(?P<set>)(?P<pairs>[^\n\"']{8,4000})")
COOKIE_PAIR = re.compile(
    r"(?:^|[;,]|\s)\s{0,4}(?P<name>[^\s=;,:\"']{1,80})\s{0,2}=\s{0,2}(?P<value>[^\s;,\"'`]{1,4000})"
)
COOKIE_FILE = re.compile(  # Netscape's cookies.txt: domain, subdomains, path, secure, expiry, name, value
    r"(?m)^(?:#HttpOnly_)?\.?[\w.-]{3,100}\s{1,8}(?:TRUE|FALSE)\s{1,8}/\S{0,200}\s{1,8}(?:TRUE|FALSE)\s{1,8}\d{1,12}"
    r"\s{1,8}(?P<name>\S{1,80})\s{1,8}(?P<value>\S{16,4000})$"
)
NETRC_LINE = re.compile(r"(?i)\blogin\s{1,4}\S{1,100}\s{1,4}password\s{1,4}(\S{1,200})")
DOCKER_LINE = re.compile(r"[\"']?(?<![\w])_?auth[\"']?\s{0,4}[:=]\s{0,4}[\"']?([A-Za-z0-9+/]{8,400}={0,2})")
COMMANDS = (
    ("curl", re.compile(r"\bcurl\b[^\n]{0,300}?\s(?:-u|--user)[\s=]{1,3}[\"']?([^\s:\"']{1,100}):([^\s\"']{1,200})")),
    ("securestring", re.compile(r"(?i)\bConvertTo-SecureString\b[^\n\"']{0,60}()[\"']([^\"'\n]{1,200})[\"']")),
    ("sshpass", re.compile(r"\b(?:sshpass)\s{1,3}-p\s{0,3}[\"']?()([^\s\"']{1,200})")),
    ("mysql", re.compile(r"\bmysql(?:dump|admin)?\b[^\n]{0,200}?\s-p()([^\s\"'-][^\s\"']{0,200})")),
    (
        " login",
        re.compile(
            r"\b(?:docker|podman|helm registry|az acr|az|oc|argocd|vault) login\b[^\n]{0,200}?\s(?:-p"
            r"|--password)[\s=]{1,3}[\"']?()([^\s\"']{1,200})"
        ),
    ),
    (
        "identified",
        re.compile(r"(?i)\bidentified\s{1,3}(?:with\s{1,3}\w{1,40}\s{1,3})?by\s{1,3}()[\"']([^\"'\n]{1,200})[\"']"),
    ),
)
_USER, _PASS = r"[\"']([^\"'\n\s]{1,80})[\"']", r"[\"']([^\"'\n\s]{1,200})[\"']"
LOGINS = (  # a user and a password without their names: the word to look for, the pattern
    (
        "auth",
        re.compile(
            rf"(?i)\b\w{{0,20}}(?:auth|credentials?)[\"']?\s{{0,3}}(?:[=:]\s{{0,3}}\(|\()\s{{0,3}}{_USER},\s{{0,3}}{_PASS}\s{{0,3}}\)"
        ),
    ),
    ("credential", re.compile(rf"(?i)\b\w{{0,20}}credentials?(?:Provider)?\(\s{{0,3}}{_USER},\s{{0,3}}{_PASS}")),
    ("getconnection", re.compile(rf"getConnection\([^()\n]{{1,200}},\s{{0,3}}{_USER},\s{{0,3}}{_PASS}\s{{0,3}}\)")),
    ("pdo", re.compile(rf"\bPDO\([^()\n]{{1,200}},\s{{0,3}}{_USER},\s{{0,3}}{_PASS}\s{{0,3}}[,)]")),
    ("login", re.compile(rf"\.login\(\s{{0,3}}{_USER},\s{{0,3}}{_PASS}\s{{0,3}}\)")),
    ("@tcp(", re.compile(r"(?<![\w.-])([\w.-]{1,80}):([^\s:@/\"'`]{1,200})@tcp\(")),
    ("@unix(", re.compile(r"(?<![\w.-])([\w.-]{1,80}):([^\s:@/\"'`]{1,200})@unix\(")),
)
PGPASS_LINE = re.compile(r"^[\w.*-]{1,100}:(?:\d{1,5}|\*):([\w*-]{1,63}):[\w*.-]{1,63}:(\S{1,200})$")
BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/]{24,2000}={0,2}")
AWS_SECRET_VALUE = re.compile(r"(?<![A-Za-z0-9+/=])([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])")

DOCUMENTED = (
    frozenset(  # printed in the providers' own documentation; cut here, so that no scanner takes them for leaks
        "".join(parts)
        for parts in (
            ("AKIA", "IOSFODNN7EXAMPLE"),
            ("AKIA", "I44QH8DHBEXAMPLE"),
            ("ASIA", "IOSFODNN7EXAMPLE"),
            ("wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY"),
            ("je7MtGbClwBF/2Zp9Utk/", "h3yCo8nvbEXAMPLEKEY"),
            ("sk_test_", "4eC39HqLyjWDarjtT1zdp7dc"),
            ("sk_test_", "BQokikJOvBiI2HlWgH4olfQ2"),
            ("31d4d96e", "407aad42"),  # RFC 6265, section 3.1
            ("1A530637289A03B0", "7199A44E8D531427"),  # Tomcat's
            (
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.",
                "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.",
                "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            ),
        )
    )
)
