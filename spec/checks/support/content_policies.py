"""Content security policies as a browser reads them (W3C CSP Level 3): several are all enforced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from spec.target.exchange import Headers

Policy: TypeAlias = Mapping[str, Sequence[str]]
"""The source list of each directive, in small letters."""

POLICY_FIELD: Final = "Content-Security-Policy"
NOTHING: Final = "'none'"
FALLBACKS: Final[Mapping[str, tuple[str, ...]]] = {
    "script-src-elem": ("script-src",),
    "script-src-attr": ("script-src",),
    "script-src": (),
    "style-src-elem": ("style-src",),
    "style-src-attr": ("style-src",),
    "style-src": (),
    "worker-src": ("child-src", "script-src"),
    "frame-src": ("child-src",),
    **dict.fromkeys(("child-src", "connect-src", "font-src", "img-src", "manifest-src", "media-src", "object-src"), ()),
}
"""Directives of what may be fetched, and those that stand in for one that is left out, before default-src (§6.8.3)."""
INLINE: Final = ("script-src-elem", "script-src-attr")
MARKED: Final = ("'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'")
"""Beside such a source a browser ignores 'unsafe-inline' (§6.7.3.2)."""


class ContentPolicies:
    """The policies that an answer enforces. Those that only report are none."""

    def __init__(self, headers: Headers) -> None:
        texts = [text for field in headers.get_all(POLICY_FIELD) for text in field.split(",")]
        self._policies = [_read(text) for text in texts if text.strip(" ;")]

    def allowed_fetches(self) -> list[str]:
        """List the directives whose things some source may serve, as far as all policies together let it."""
        return [one for one in FALLBACKS if not any(_is_none(_effective(policy, one)) for policy in self._policies)]

    def allowances(self) -> list[str]:
        """Describe what may be fetched: directives that stand in a policy, and all others by what default-src says.

        What another policy closes is not named.
        """
        allowed = self.allowed_fetches()
        stated = {name for policy in self._policies for name in policy}
        by_default = [one for one in allowed if not stated & {one, *FALLBACKS[one]}]
        named = [one for one in allowed if one in stated]
        if not by_default:
            return named or allowed
        default = next((" ".join(policy["default-src"]) for policy in self._policies if "default-src" in policy), None)
        rest = "everything else" if stated & set(FALLBACKS) else "everything"
        cause = "without default-src" if default is None else f"by default-src {default}"
        return [*named, f"{rest} {cause}"]

    @property
    def restrict_scripts(self) -> bool:
        """Tell if some policy says by a directive or by default-src which scripts may run."""
        return any(_effective(policy, name) is not None for policy in self._policies for name in INLINE)

    @property
    def refuse_framing(self) -> bool:
        """Tell if no page may frame the answer; default-src says nothing of that."""
        return any(_is_none(policy.get("frame-ancestors")) for policy in self._policies)

    def unsafe_scripts(self) -> list[str]:
        """List what the policies allow of 'unsafe-inline' and 'unsafe-eval', also by saying nothing of scripts."""
        inline = not all(any(_refuses_inline(_effective(one, name)) for one in self._policies) for name in INLINE)
        evaluated = not any(_refuses_eval(_effective(one, "script-src")) for one in self._policies)
        return [*(["'unsafe-inline'"] if inline else []), *(["'unsafe-eval'"] if evaluated else [])]


def _read(text: str) -> Policy:
    directives: dict[str, Sequence[str]] = {}
    for part in text.lower().split(";"):
        name, *sources = part.split() or [""]
        # Of a directive that is repeated the first one counts (§2.2.1).
        directives.setdefault(name, sources)
    return directives


def _effective(policy: Policy, directive: str) -> Sequence[str] | None:
    for name in (directive, *FALLBACKS[directive], "default-src"):
        if name in policy:
            return policy[name]
    return None


def _is_none(sources: Sequence[str] | None) -> bool:
    """Tell if a source list matches nothing: it is empty, or 'none' alone."""
    return sources is not None and set(sources) <= {NOTHING}


def _refuses_inline(sources: Sequence[str] | None) -> bool:
    if sources is None:
        return False
    return "'unsafe-inline'" not in sources or any(one.startswith(MARKED) for one in sources)


def _refuses_eval(sources: Sequence[str] | None) -> bool:
    return sources is not None and "'unsafe-eval'" not in sources
