"""Types of options, as profiles and ready messages use them: text, files, secrets, addresses to listen at, commands."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    PlainValidator,
    SecretStr,
    ValidationInfo,
    create_model,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from reports.strict_model import StrictModel

O = TypeVar("O", bound=StrictModel)  # noqa: E741 - the letter of an options model, as in Window

BESIDE: Final = "folder"
"""Key of the validation context that names the folder to which relative paths belong."""
LONGEST_PORT: Final = 65535


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("has to be text that is not empty")
    return text


def _above_zero(number: float) -> float:
    if not 0 < number < math.inf:
        raise ValueError(f"has to be a number above zero, it is {number:g}")
    return number


def _beside(path: Path, info: ValidationInfo) -> Path:
    folder = (info.context or {}).get(BESIDE)
    return path if folder is None else (folder / path).resolve()


def _splits_into_words(command: str) -> str:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ValueError(f"has to be a command that a shell could split into words ({error})") from error
    if not words:
        raise ValueError("has to be a command and its arguments")
    return command


def _host_and_port(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not host or not colon or not port.isdecimal() or int(port) > LONGEST_PORT:
        raise ValueError(f'has to be a host and a port, as in "127.0.0.1:9000", it is {text!r}')
    return text


FilledText = Annotated[str, AfterValidator(_filled), Field(json_schema_extra={"minLength": 1})]
PositiveNumber = Annotated[float, AfterValidator(_above_zero), Field(json_schema_extra={"exclusiveMinimum": 0})]
FilePath = Annotated[Path, AfterValidator(_beside)]
"""The path of a file. In a profile it is relative to the profile's folder."""
Command = Annotated[str, AfterValidator(_splits_into_words), Field(json_schema_extra={"minLength": 1})]
"""A command with its arguments, split as a shell would, and run without one."""
ListenAddress = Annotated[str, AfterValidator(_host_and_port)]
"""A host and a port of this machine, port 0 for a free one."""


@dataclass(frozen=True, slots=True)
class SecretUrl:
    """Mark a secret as a URL of certain schemes. It may hold a password, and may stand in a profile all the same."""

    schemes: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the scheme once the value is read as a secret."""
        return core_schema.no_info_after_validator_function(self._check_secret, handler(source))

    def _check_secret(self, secret: SecretStr) -> SecretStr:
        self.check(secret.get_secret_value())
        return secret

    def check(self, text: str) -> None:
        """Raise ValueError for a URL of another scheme, without repeating it."""
        if not text.startswith(self.schemes):
            raise ValueError(f"has to be {self.right}")

    @property
    def right(self) -> str:
        """Say in words what is allowed, to follow "has to be"."""
        *first, last = self.schemes
        return f"a {', '.join(first)} or {last} URL" if first else f"a {last} URL"


@dataclass(frozen=True, slots=True)
class SecretSource:
    """The place of a profile's secret: a variable of the environment or, for a URL, the file itself."""

    text: str | None = field(default=None, repr=False)
    variable: str | None = None


class VariableReference(StrictModel):
    """A value that a variable of the environment holds."""

    variable: FilledText
    """Name of the variable."""


def options_in_profile(options: type[O]) -> type[StrictModel]:
    """Derive the form that options have in a profile.

    A secret is `{ variable = "NAME" }`, and none is required: a started target may announce the others.
    """
    changed: dict[str, Any] = {}
    for name, option in options.model_fields.items():
        default = Field(None if option.is_required() else option.default, description=option.description)
        if is_secret(option):
            changed[name] = (_secret_source(secret_url(option)) | None, default)
        elif option.is_required():
            changed[name] = (Annotated[option.annotation, *option.metadata] | None, default)
    return create_model(f"{options.__name__}InProfile", __base__=options, __doc__=options.__doc__, **changed)


def missing_options(options: type[StrictModel], given: StrictModel) -> list[str]:
    """List the required options that a profile's table leaves out."""
    return [name for name, option in options.model_fields.items() if option.is_required() and name not in _named(given)]


def resolve_options(given: StrictModel, environment: Mapping[str, str]) -> dict[str, Any]:
    """Read the options that a profile's table names, their secrets from the environment.

    Raises LookupError with the name of a variable that is not set.
    """
    values = _named(given)
    for name, value in values.items():
        if isinstance(value, SecretSource):
            values[name] = SecretStr(_secret_text(value, environment))
    return values


def _named(given: StrictModel) -> dict[str, Any]:
    return {name: getattr(given, name) for name in given.model_fields_set}


def secrets_of(options: StrictModel) -> list[str]:
    """List what must not be written of some options: of a URL its password, of another secret all of it."""
    secrets: list[str] = []
    for name, option in type(options).model_fields.items():
        value = getattr(options, name)
        if isinstance(value, SecretStr):
            text = value.get_secret_value()
            secrets.append((urlsplit(text).password or "") if secret_url(option) else text)
    return [unquote(secret) for secret in secrets if secret]


def is_secret(option: FieldInfo) -> bool:
    """Tell if an option is a secret."""
    return SecretStr in {option.annotation, *getattr(option.annotation, "__args__", ())}


def secret_url(option: FieldInfo) -> SecretUrl | None:
    """Return the mark of a secret that is a URL; None for any other option."""
    return next((mark for mark in option.metadata if isinstance(mark, SecretUrl)), None)


def _secret_text(source: SecretSource, environment: Mapping[str, str]) -> str:
    if source.variable is None:
        return source.text or ""
    if not environment.get(source.variable):
        raise LookupError(source.variable)
    return environment[source.variable]


def _secret_source(url: SecretUrl | None) -> Any:
    schema: Any = str | VariableReference if url else VariableReference
    return Annotated[SecretSource, PlainValidator(partial(_read_source, url), json_schema_input_type=schema)]


def _read_source(url: SecretUrl | None, value: object) -> SecretSource:
    if isinstance(value, dict) and set(value) == {"variable"} and isinstance(value["variable"], str):
        return SecretSource(variable=_filled(value["variable"]))
    if url is not None and isinstance(value, str):
        url.check(value)
        return SecretSource(text=value)
    table = 'a table { variable = "NAME" }, which names a variable of the environment'
    raise ValueError(f"has to be {f'{url.right}, or {table}' if url else table}")
