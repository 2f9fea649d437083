"""Tokens in what the desk writes: cut to their beginning; words and numbers stay."""

import pytest

from bizops.rules.masks import holds, masked

FAKE = "a1B2c3D4e5" * 4
TOKENS = (
    f"ghp_{FAKE[:36]}",
    "AKIA" + "ABCDEFGH12345678",
    f"sk_live_{FAKE[:24]}",
    f"xoxb-{FAKE[:24]}",
    f"glpat-{FAKE[:20]}",
    f"eyJ{FAKE[:20]}.eyJ{FAKE[:20]}.{FAKE[:20]}",
)


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_shows_its_beginning_alone(token: str) -> None:
    text = f"The key is {token}, revoke it."
    assert masked(text) == f"The key is {token[:4]}…, revoke it."
    assert holds(text)
    assert masked(masked(text)) == masked(text)


def test_a_private_key_is_left_out_also_where_it_is_cut() -> None:
    begin = "-----BEGIN RSA " + "PRIVATE KEY-----"
    assert masked(f"see {begin}\nMIIE\n-----END RSA PRIVATE KEY-----.") == "see (a private key)."
    assert masked(f"see {begin}\nMIIE") == "see (a private key)"


@pytest.mark.parametrize(
    "text", ["ghp_short", "sk-learn-contrib", "the sky is AKIA", "INV-2026-0001", "eyJ is how tokens begin", ""]
)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert (masked(text), holds(text)) == (text, False)
