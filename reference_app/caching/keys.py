"""Every topic, key and lifetime of the cache.

A *topic* names what can change ("the products as lists show them"). An answer is stored under its own name together
with the current generation of each topic that it depends on, so nothing is ever deleted: when a topic moves on, the old
answers are out of reach and expire. The version of the API is part of every name (VER: versions never share).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

PREFIX = "shop:"
GENERATION_SECONDS = 86_400  # a generation that was not read for a day may go; the next one has a new name
PUBLIC_SECONDS = 1_800  # roadmap 2.3: 30 minutes
RARE_SECONDS = 300  # searches and deep pages: many names, few readers
CALLER_SECONDS = 30  # bounds how long a change past the services goes unnoticed
LOCK_MILLISECONDS = 3_000  # far longer than any answer takes to produce; a reader that died blocks no one for longer

EVERYTHING = "everything"  # part of every answer: moved on when the whole content is replaced
CATEGORIES = "categories"
PRODUCTS = "products"  # as lists show them: name, price, flags, in stock or not
FLAGS = "flags"
OFFERS = "offers"  # as carts show them: name, price


def product_topic(product_id: int) -> str:
    """Return the topic of one product with everything that its detail shows, its stock included."""
    return f"product:{product_id}"


def cart_topic(user_id: int) -> str:
    """Return the topic of the lines of one user's cart."""
    return f"cart:{user_id}"


def account_topic(user_id: int) -> str:
    """Return the topic of the tokens and the rights of one account."""
    return f"account:{user_id}"


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """The name of one cacheable answer: what it shows, in which version, and what it depends on."""

    name: str
    topics: tuple[str, ...]
    seconds: int = PUBLIC_SECONDS


def product_list_key(version: str, parameters: Mapping[str, object]) -> AnswerKey:
    """Return the key of one page of products; `parameters` are the validated ones, so no other input gets in."""
    rare = any(name in parameters for name in ("search", "cursor", "page", "min_price", "max_price"))
    name = f"{version}:products:{digest(parameters)}"
    return AnswerKey(name, (EVERYTHING, PRODUCTS), RARE_SECONDS if rare else PUBLIC_SECONDS)


def product_key(version: str, product_id: int) -> AnswerKey:
    """Return the key of the detail of one product."""
    return AnswerKey(f"{version}:product:{product_id}", (EVERYTHING, product_topic(product_id)))


def review_list_key(version: str, product_id: int, parameters: Mapping[str, object]) -> AnswerKey:
    """Return the key of one page of the reviews of a product; a new review moves the product on."""
    name = f"{version}:reviews:{product_id}:{digest(parameters)}"
    return AnswerKey(name, (EVERYTHING, product_topic(product_id)), RARE_SECONDS)


def category_list_key(version: str, parameters: Mapping[str, object]) -> AnswerKey:
    """Return the key of one page of categories."""
    return AnswerKey(f"{version}:categories:{digest(parameters)}", (EVERYTHING, CATEGORIES))


def category_key(version: str, category_id: int) -> AnswerKey:
    """Return the key of one category."""
    return AnswerKey(f"{version}:category:{category_id}", (EVERYTHING, CATEGORIES))


def cart_key(version: str, user_id: int) -> AnswerKey:
    """Return the key of one user's cart; the user is part of the name and of a topic, so it is never another's."""
    return AnswerKey(f"{version}:cart:{user_id}", (EVERYTHING, OFFERS, cart_topic(user_id)), RARE_SECONDS)


def caller_key(user_id: int, family_id: uuid.UUID) -> AnswerKey:
    """Return the key of the account behind the tokens of one family."""
    return AnswerKey(f"caller:{user_id}:{family_id}", (EVERYTHING, account_topic(user_id)), CALLER_SECONDS)


def flags_key() -> AnswerKey:
    """Return the key of the feature flags; not part of EVERYTHING, since replacing the content changes none."""
    return AnswerKey("flags", (FLAGS,))


def generation_name(topic: str) -> str:
    """Return the name under which Redis keeps the current generation of `topic`."""
    return f"{PREFIX}generation:{topic}"


def answer_name(key: AnswerKey, generations: Sequence[str]) -> str:
    """Return the name under which Redis keeps the answer of `key` of these generations."""
    return f"{PREFIX}answer:{key.name}:{'.'.join(generations)}"


def lock_name(answer: str) -> str:
    """Return the name of the lock under which this answer is produced."""
    return f"{PREFIX}lock:{answer}"


def digest(parameters: Mapping[str, object]) -> str:
    """Return a name of bounded length for any parameters, the same whatever their order in the request."""
    text = orjson.dumps(parameters, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.blake2b(text, digest_size=16).hexdigest()
