"""Reading and validating the catalogue: ``catalogue.toml`` (version, order, policies) and one file a chapter."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spec.catalogue.entries import (
    NO_CHECK_YET,
    SCHEMES,
    Catalogue,
    Chapter,
    Impact,
    Level,
    MetricLimit,
    Need,
    Requirement,
)
from spec.catalogue.fields import CatalogueError, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REQUIREMENTS_FOLDER: Final = Path(__file__).resolve().parent.parent / "requirements"
INDEX: Final = "catalogue.toml"
ROADMAP_SECTIONS: Final = ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3")
SOURCES: Final = (*(f"roadmap {section}" for section in ROADMAP_SECTIONS), "success metrics", "risk mitigation", "field")
OPERATORS: Final = ("<", "<=", "=", ">=", ">")


def load_catalogue(folder: Path = REQUIREMENTS_FOLDER) -> Catalogue:
    """Read the catalogue in ``folder``.

    Raises ``CatalogueError``, with one sentence, for the first thing that is wrong: a file that cannot be read, a key
    unknown, missing or of the wrong type, an id used twice or not of its chapter, a value outside its closed list.
    """
    index = Table(_parse(folder / INDEX), INDEX)
    version = index.matching("version", index.text("version"), r"\d+\.\d+\.\d+")
    order = index.texts("chapters")
    policy_table = index.table("policies")
    policies = {name: policy_table.text(name) for name in policy_table.keys()}  # noqa: SIM118 - a method of Table, not of a dict
    index.finish()
    listed = {f"{chapter_id.lower()}.toml" for chapter_id in order}
    for file in sorted(path.name for path in folder.glob("*.toml")):
        if file != INDEX and file not in listed:
            raise index.error("chapters", f"{file} is not in it; name every chapter there, in the order of examination")
    chapters = tuple(_read_chapter(folder, chapter_id, policies) for chapter_id in order)
    return Catalogue(version=version, chapters=chapters, policies=policies)


def _parse(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(f"{path.name}: the file cannot be read ({error.strerror}); put it into {path.parent}.") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path.name}: the file is not UTF-8 (byte {error.start}); save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name}: this is not valid TOML ({error}); mend it there.") from error


def _read_chapter(folder: Path, chapter_id: str, policies: Mapping[str, str]) -> Chapter:
    path = folder / f"{chapter_id.lower()}.toml"
    file = Table(_parse(path), path.name)
    head = file.table("chapter")
    head.one_of("id", head.text("id"), [chapter_id])
    title, why, references = head.text("title"), head.text("why"), _read_references(head)
    head.finish()
    lines = path.read_text(encoding="utf-8").splitlines()
    requirements: list[Requirement] = []
    for entry in _entries(file):
        requirement = _read_requirement(entry, chapter_id, references, policies)
        if any(requirement.id == earlier.id for earlier in requirements):
            raise entry.error("id", f"{requirement.id} stands there twice; give each requirement an id of its own")
        place = {"file": f"spec/requirements/{path.name}", "line": lines.index(f'id = "{requirement.id}"') + 1}
        requirements.append(requirement)
    file.finish()
    return Chapter(id=chapter_id, title=title, why=why, references=references, requirements=tuple(requirements))
