"""Reading the catalogue: catalogue.toml first, then the file of each chapter that it names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeVar

from reports.strict_model import InvalidContent, StrictModel, suggest, validate
from spec.catalogue.catalogue_files import ChapterFile, IndexFile, RequirementEntry
from spec.catalogue.entries import Catalogue, Chapter, Requirement

M = TypeVar("M", bound=StrictModel)

REQUIREMENTS_FOLDER: Final = Path(__file__).resolve().parent / "requirements"
INDEX: Final = "catalogue.toml"


class CatalogueError(Exception):
    """The catalogue is not valid; the message is one sentence: file, table and key, and what would be right."""


def load_catalogue(folder: Path = REQUIREMENTS_FOLDER) -> Catalogue:
    """Read the catalogue in a folder.

    Raises CatalogueError, with one sentence, for the first thing that is wrong: a file that cannot be read, a key
    unknown, missing or of the wrong type, an id used twice or not of its chapter, a value outside its closed list.
    """
    index = _read(folder / INDEX, IndexFile)
    _refuse_unlisted_files(folder, index)
    chapters = tuple(_read_chapter(folder, chapter_id, index) for chapter_id in index.chapters)
    return Catalogue(
        version=index.version,
        chapters=chapters,
        policies=index.policies,
        areas=_resolve_areas(index.areas, chapters),
        settings=index.settings,
    )


def _read(path: Path, model: type[M]) -> M:
    try:
        return validate(model, tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except InvalidContent as error:
        raise CatalogueError(str(error)) from error
    except OSError as error:
        raise CatalogueError(
            f"{path.name}: the file cannot be read ({error.strerror}); put it into {path.parent}"
        ) from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path.name}: the file is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name}: this is not valid TOML ({error}); mend it there") from error


def _refuse_unlisted_files(folder: Path, index: IndexFile) -> None:
    listed = {INDEX, *(_file_of(chapter_id) for chapter_id in index.chapters)}
    for path in sorted(folder.glob("*.toml")):
        if path.name not in listed:
            raise CatalogueError(f"{INDEX}: chapters does not name the chapter of {path.name}; name every chapter")


def _file_of(chapter_id: str) -> str:
    return f"{chapter_id.lower()}.toml"


def _read_chapter(folder: Path, chapter_id: str, index: IndexFile) -> Chapter:
    path = folder / _file_of(chapter_id)
    file = _read(path, ChapterFile)
    head = file.chapter
    if head.id != chapter_id:
        raise CatalogueError(f"{path.name}: [chapter] id has to be {chapter_id!r} in this file, it is {head.id!r}")
    for entry in file.requirement:
        for policy in entry.policies:
            if policy not in index.policies:
                raise CatalogueError(
                    f"{path.name}: [requirement.{entry.id}] policies names {policy!r}, which {INDEX} does not define; "
                    f"{suggest(policy, index.policies)}"
                )
    lines = path.read_text(encoding="utf-8").splitlines()
    return Chapter(
        id=head.id,
        title=head.title,
        why=head.why,
        references=head.references.by_scheme(),
        requirements=tuple(_complete(entry, file, _line_of(entry.id, lines)) for entry in file.requirement),
    )


def _complete(entry: RequirementEntry, file: ChapterFile, line: int) -> Requirement:
    """Add to an entry what its chapter says for all, and its place."""
    stated = {name: value for name, value in entry if name not in {"spans", "not_spanned", "references"}}
    return Requirement(
        **stated,
        chapter=file.chapter.id,
        spans={span: reason or "" for span, reason in file.spans_of(entry).items()},
        references=(entry.references or file.chapter.references).by_scheme(),
        file=f"spec/catalogue/requirements/{_file_of(file.chapter.id)}",
        line=line,
    )


def _line_of(requirement_id: str, lines: list[str]) -> int:
    """Return the line, counted from 1, on which the id is set; 1 when it is written in an unusual way."""
    setting = re.compile(rf"\s*id\s*=\s*['\"]{requirement_id}['\"]")
    return next((number for number, line in enumerate(lines, start=1) if setting.match(line)), 1)


def _resolve_areas(areas: Mapping[str, tuple[str, ...]], chapters: tuple[Chapter, ...]) -> dict[str, tuple[str, ...]]:
    """Return for each area the ids of its requirements; every requirement belongs to one at least."""
    of_chapter = {chapter.id: [requirement.id for requirement in chapter.requirements] for chapter in chapters}
    every = [requirement_id for ids in of_chapter.values() for requirement_id in ids]
    alone: set[str] = set()
    for name, members in areas.items():
        for member in members:
            if member not in of_chapter and member not in every:
                raise CatalogueError(
                    f"{INDEX}: [areas] {name} names {member!r}, which is no chapter and no requirement; "
                    f"{suggest(member, [*of_chapter, *every])}"
                )
        alone |= {member for member in members if member not in of_chapter}
    resolved = {
        name: tuple(
            one
            for member in members
            for one in ([member] if member in alone else [each for each in of_chapter[member] if each not in alone])
        )
        for name, members in areas.items()
    }
    for requirement_id in every:
        if not any(requirement_id in members for members in resolved.values()):
            raise CatalogueError(f"{INDEX}: [areas] leaves out {requirement_id}; name its chapter in one of them")
    return resolved
