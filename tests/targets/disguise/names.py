"""Member names, one to one between the shop and its disguise: camelCase, and a few names of the disguise's own."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_OWN: Final = (("amount", "cents"), ("access", "accessToken"), ("refresh", "refreshToken"))
"""Names of the shop, and what the disguise calls them."""
_REMEMBERED: Final = 1024


def _camel(name: str) -> str:
    return re.sub(r"_([a-z_])", lambda found: found[1].upper(), name)


def _snake(name: str) -> str:
    """Undo `_camel`; an underscore is doubled, so that the shop's own spelling is no name in the disguise."""
    return re.sub(r"[A-Z_]", lambda found: f"_{found[0].lower()}", name)


# The two names of a pair change places, so that what the shop calls `amount` has no second name in the disguise.
_DISGUISED: Final = MappingProxyType({**dict(_OWN), **{_snake(own): _camel(shop) for shop, own in _OWN}})
_REVEALED: Final = MappingProxyType({own: shop for shop, own in _DISGUISED.items()})


@lru_cache(_REMEMBERED)
def disguise_name(name: str) -> str:
    """Return the name that a member or parameter of the shop has in the disguise."""
    return _DISGUISED.get(name) or _camel(name)


def reveal_name(name: str) -> str:
    """Return the name that the shop has for a member or parameter of the disguise."""
    return _REVEALED.get(name) or _snake(name)


def disguise_pointer(pointer: str) -> str:
    """Return where a field error points, in the names of the disguise: `/price/cents`, `?pageSize`."""
    return re.sub(r"[A-Za-z_]\w*", lambda found: disguise_name(found[0]), pointer)
