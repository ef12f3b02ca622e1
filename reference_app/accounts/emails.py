"""E-mail addresses: what is accepted, and which spellings are the same account."""

import unicodedata

# Any letters in the local part, an ASCII domain. No alternative overlaps another, so matching takes linear time.
PATTERN = (
    r"^[^\u0000-\u0020\u007f-\u00a0@]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$"
)
MAX_LENGTH = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
MAX_KEY_LENGTH = 1000


def normalise_email(email: str) -> str:
    """The key under which all spellings of one address meet: no spaces around, compatibility form, case folded."""
    folded = unicodedata.normalize("NFKC", email.strip()).casefold()
    return unicodedata.normalize("NFKC", folded)
