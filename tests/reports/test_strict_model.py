"""Strict models: their errors are one sentence that names file, place and what would be right."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import pytest
from pydantic import Field, SecretStr, field_validator

from reports.strict_model import InvalidContent, StrictModel, validate


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Window(StrictModel):
    url: SecretStr | None = None
    log: str = ""


class Profile(StrictModel):
    name: str
    colour: Colour = Colour.RED
    seconds: float = Field(default=1.0, gt=0)
    words: tuple[str, ...] = ()
    windows: dict[str, Window] = {}
    database: Window | None = None

    @field_validator("name")
    @classmethod
    def _is_no_path(cls, value: str) -> str:
        if "/" in value:
            raise ValueError("has to be a name without a slash")
        return value


RIGHT = {"name": "tiny"}


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
        ({**RIGHT, "xyz": 1}, "tiny.toml: unknown key xyz; known are colour, database, name, seconds, windows, words"),
        ({**RIGHT, "database": {"lgo": 1}}, "tiny.toml: unknown key [database] lgo; did you mean 'log'?"),
        ({**RIGHT, "windows": {"db": {"lgo": 1}}}, "tiny.toml: unknown key [windows.db] lgo; did you mean 'log'?"),
        ({"name": 7}, "tiny.toml: name has to be text, it is 7"),
        ({**RIGHT, "colour": "blue"}, "tiny.toml: colour has to be 'red' or 'green', it is \"blue\""),
        ({**RIGHT, "seconds": 0}, "tiny.toml: seconds has to be greater than 0, it is 0"),
        ({**RIGHT, "seconds": True}, "tiny.toml: seconds has to be number, it is true"),
        ({**RIGHT, "words": ["a", 7]}, "tiny.toml: words[1] has to be text, it is 7"),
        ({**RIGHT, "database": {"url": 5}}, "tiny.toml: [database] url has to be text"),
        ({"name": "a/b"}, "tiny.toml: name has to be a name without a slash"),
        ({"name": date(2026, 1, 1)}, ("tiny.toml: it may hold no dates, times and other values that JSON lacks "
         "(Object of type date is not JSON serializable)")),
    ],
)  # fmt: skip
def test_content_that_does_not_fit_is_one_sentence(content: object, sentence: str) -> None:
    with pytest.raises(InvalidContent) as caught:
        validate(Profile, content, "tiny.toml")
    assert str(caught.value) == sentence
