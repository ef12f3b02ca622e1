"""Strict models: their errors are one sentence that names file, place and what would be right."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import Field, SecretStr, ValidationError, field_validator

from reports.strict_model import InvalidContent, StrictModel, validate, validate_json


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Window(StrictModel):
    url: SecretStr | None = None
    log: str = ""


class Rule(StrictModel):
    id: str
    colour: Colour
    weights: dict[Colour, int] = {}


class Profile(StrictModel):
    name: Annotated[str, Field(min_length=1, pattern="^[a-z/]*$")]
    colour: Colour = Colour.RED
    seconds: float = Field(default=1.0, gt=0)
    words: tuple[str, ...] = ()
    many: Annotated[tuple[int, ...], Field(max_length=1)] = ()
    code: Annotated[str, Field(pattern="^[a-z]*$")] = ""
    windows: dict[str, Window] = {}
    database: Window | None = None
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)] | None = None

    @field_validator("name")
    @classmethod
    def _is_no_path(cls, value: str) -> str:
        if "/" in value:
            raise ValueError("has to be a name without a slash")
        return value


RIGHT = {"name": "tiny"}
KNOWN = "code, colour, database, many, name, rules, seconds, windows, words"


def test_content_that_fits_is_read_with_its_types() -> None:
    content = {**RIGHT, "colour": "green", "seconds": 2, "words": ["a", "b"], "database": {"log": "x"}}
    found = validate(Profile, content, "tiny.toml")
    assert (found.colour, found.seconds, found.words) == (Colour.GREEN, 2.0, ("a", "b"))
    assert found.database == Window(log="x")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({}, "tiny.toml: name is missing"),
        ({**RIGHT, "nome": 1}, "tiny.toml: unknown key nome; did you mean 'name'?"),
        ({**RIGHT, "xyz": 1}, f"tiny.toml: unknown key xyz; known are {KNOWN}"),
        ({**RIGHT, "database": {"lgo": 1}}, "tiny.toml: unknown key [database] lgo; did you mean 'log'?"),
        ({**RIGHT, "windows": {"db": {"lgo": 1}}}, "tiny.toml: unknown key [windows.db] lgo; did you mean 'log'?"),
        ({"name": 7}, "tiny.toml: name has to be text, it is 7"),
        ({**RIGHT, "colour": "blue"}, "tiny.toml: colour has to be 'red' or 'green', it is \"blue\""),
        ({**RIGHT, "seconds": 0}, "tiny.toml: seconds has to be greater than 0, it is 0"),
        ({**RIGHT, "seconds": True}, "tiny.toml: seconds has to be number, it is true"),
        ({**RIGHT, "words": ["a", 7]}, "tiny.toml: words[1] has to be text, it is 7"),
        ({**RIGHT, "database": {"url": 5}}, "tiny.toml: [database] url has to be text"),
        ({**RIGHT, "code": "ab1"}, 'tiny.toml: code has to be text of the form ^[a-z]*$, it is "ab1"'),
        ({**RIGHT, "words": [1, 2]}, "tiny.toml: words[0] has to be text, it is 1"),
        ({**RIGHT, "many": [0, 1]}, "tiny.toml: many has to have at most 1 item after validation, not 2, it is [0, 1]"),
        ({"nmae": "tiny"}, "tiny.toml: unknown key nmae; did you mean 'name'?"),
        ({"name": ""}, 'tiny.toml: name has to be text of 1 or more characters, it is ""'),
        ({"name": "A"}, 'tiny.toml: name has to be text of the form ^[a-z/]*$, it is "A"'),
        ({**RIGHT, "colour": "rde"},
         "tiny.toml: colour has to be 'red' or 'green', it is \"rde\"; did you mean 'red'?"),
        ({**RIGHT, "rules": []}, "tiny.toml: rules has to be a list of 1 or more entries, it is []"),
        ({**RIGHT, "rules": [{"id": "R-1"}]}, "tiny.toml: [rules.R-1] colour is missing"),
        ({**RIGHT, "rules": [{"colour": "red"}]}, "tiny.toml: [rules.0] id is missing"),
        ({**RIGHT, "rules": [{"id": "R-1", "colour": "red", "weights": {"geen": 1}}]},
         "tiny.toml: unknown key [rules.R-1.weights] geen; did you mean 'green'?"),
        ({**RIGHT, "rules": [{"id": "R-1", "colour": "red", "wieghts": {}}]},
         "tiny.toml: unknown key [rules.R-1] wieghts; did you mean 'weights'?"),
        ({"name": "a/b"}, "tiny.toml: name has to be a name without a slash"),
        ({"name": date(2026, 1, 1)}, ("tiny.toml: it may hold no dates, times and other values that JSON lacks "
         "(Object of type date is not JSON serializable)")),
    ],
)  # fmt: skip
def test_content_that_does_not_fit_is_one_sentence(content: object, sentence: str) -> None:
    with pytest.raises(InvalidContent) as caught:
        validate(Profile, content, "tiny.toml")
    assert str(caught.value) == sentence


def test_bytes_that_are_no_json_are_one_sentence() -> None:
    with pytest.raises(InvalidContent) as caught:
        validate_json(Profile, b'{"name": ', "tiny.json")
    assert str(caught.value) == "tiny.json: it is not JSON (EOF while parsing a value at line 1 column 9)"


def test_a_changed_copy_has_the_other_values_and_leaves_the_first_as_it_is() -> None:
    first = Profile(name="tiny", words=("a",))
    assert first.changed(name="other") == Profile(name="other", words=("a",))
    assert first == Profile(name="tiny", words=("a",))


@pytest.mark.parametrize("changes", [{"name": 7}, {"nome": "other"}, {"name": "a/b"}])
def test_a_copy_cannot_be_changed_into_what_cannot_be_read(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Profile(name="tiny").changed(**changes)
