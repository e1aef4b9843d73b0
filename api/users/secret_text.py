"""Secrets that people and browsers carry: random text, of which only the hash is stored."""

import hashlib
import secrets

SECRET_BYTES = 32
TOKEN_MARK = "cas_"
TOKEN_SHOWN = 12


def new_secret() -> str:
    """256 random bits as text for a URL or a cookie."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_token() -> str:
    return TOKEN_MARK + new_secret()


def hash_of(secret: str) -> str:
    """sha256 as hex. Looking a hash up by equality tells an attacker nothing about the secret: no salt, no slow hash
    needed for 256 random bits, and no comparison of the secret itself whose time could be measured."""
    return hashlib.sha256(secret.encode()).hexdigest()
