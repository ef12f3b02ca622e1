"""Reading a profile: everything in it is checked before anything is sent.

An unknown key is an error, not a typo that switches a check off.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from reports.strict_model import explain
from spec.catalogue import Catalogue, PolicyKind
from spec.target.control.powers import POWERS
from spec.target.profile.profile_model import CHAPTERS_ALL, Profile, ProfileError, nearest
from spec.target.windows.option_types import BESIDE, missing_options
from spec.target.windows.registry import REGISTRY

JSON_LACKS: Final = "it may hold no dates, times and other values that JSON lacks"


def read_profile(path: Path, catalogue: Catalogue) -> Profile:
    """Read the profile in a file, in the terms of the catalogue: its chapters, policies and settings.

    Raises ProfileError with one sentence.
    """
    try:
        content = json.dumps(tomllib.loads(path.read_text(encoding="utf-8")))
        profile = Profile.model_validate_json(content, context={BESIDE: path.parent})
    except OSError as error:
        raise ProfileError(f"{path}: the profile cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: the profile is no valid TOML ({error})") from error
    except ValidationError as error:
        raise ProfileError(explain(error, Profile, str(path))) from error
    except TypeError as error:
        raise ProfileError(f"{path}: {JSON_LACKS} ({error})") from error
    try:
        chapters = (*(chapter.id for chapter in catalogue.chapters), CHAPTERS_ALL)
        for chapter in sorted(profile.chapters - set(chapters)):
            raise ValueError(f"[claims] chapters has {chapter!r}, which is unknown; {nearest(chapter, chapters)}")
        _expect_known("[start.settings]", profile.start.settings if profile.start else {}, tuple(catalogue.settings))
        _expect_known("[policies]", profile.policies, tuple(catalogue.policies))
        if profile.address is not None:
            _refuse_empty_claims(profile)
        policies = {name: _policy(path, name, value, catalogue) for name, value in profile.policies.items()}
    except ValueError as error:
        raise ProfileError(f"{path}: {error}") from error
    return profile.model_copy(update={"policies": policies}).from_file(path)


def _expect_known(table: str, content: Mapping[str, object], known: tuple[str, ...]) -> None:
    for key in content:
        if key not in known:
            raise ValueError(f"unknown key {table} {key}; {nearest(key, known)}")


def _policy(path: Path, name: str, value: object, catalogue: Catalogue) -> object:
    policy = catalogue.policies[name]
    file = path.parent / value if policy.kind is PolicyKind.FILE and isinstance(value, str) else None
    if not policy.allows(value) or (file is not None and not file.is_file()):
        there = " that is there" if file is not None else ""
        raise ValueError(f"[policies] {name} has to be {policy.right}{there}, it is {value!r}")
    return str(file.resolve()) if file is not None else value


def _refuse_empty_claims(profile: Profile) -> None:
    """Hold each claim to its table: a target that runs already grants what its profile says how to reach."""
    claimed = "[claims] capabilities names"
    for window in REGISTRY:
        table = getattr(profile.windows, window.name)
        for option in missing_options(window.options, table) if table is not None else ():
            raise ValueError(f"[windows.{window.name}] {option} is missing")
    for window in REGISTRY:
        if (
            window.need in profile.capabilities
            and window.absent is None
            and getattr(profile.windows, window.name) is None
        ):
            raise ValueError(f"{claimed} {str(window.need)!r}, so [windows.{window.name}] has to be given")
    for power in POWERS:
        if power.need not in profile.capabilities:
            continue
        table = getattr(profile, power.name)
        given = table if isinstance(table, dict) else table.commands
        for command in power.required:
            if command not in given:
                raise ValueError(f"{claimed} {str(power.need)!r}, so [{power.name}] {command!r} has to be given")
        if not given:
            raise ValueError(f"{claimed} {str(power.need)!r}, so [{power.name}] has to be given")
    if "start" in profile.capabilities:
        raise ValueError("[claims] capabilities: only a profile with [start] can name 'start'")
