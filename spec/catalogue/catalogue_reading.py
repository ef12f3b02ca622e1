"""Reading and validating the catalogue: ``catalogue.toml`` (version, order, policies, settings), one file a chapter."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
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
from spec.catalogue.policies import read_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

REQUIREMENTS_FOLDER: Final = Path(__file__).resolve().parent / "requirements"
INDEX: Final = "catalogue.toml"
ROADMAP_SECTIONS: Final = ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3")
SOURCES: Final = (
    *(f"roadmap {section}" for section in ROADMAP_SECTIONS),
    "success metrics",
    "risk mitigation",
    "field",
)
OPERATORS: Final = ("<", "<=", "=", ">=", ">")


def load_catalogue(folder: Path = REQUIREMENTS_FOLDER) -> Catalogue:
    """Read the catalogue in ``folder``.

    Raises ``CatalogueError``, with one sentence, for the first thing that is wrong: a file that cannot be read, a key
    unknown, missing or of the wrong type, an id used twice or not of its chapter, a value outside its closed list.
    """
    index = Table(_parse(folder / INDEX), INDEX)
    version = index.matching("version", index.text("version"), r"\d+\.\d+\.\d+")
    order = [index.matching("chapters", chapter_id, r"[A-Z]+") for chapter_id in index.texts("chapters")]
    if not order:
        raise index.error("chapters", "it is empty; name the chapters in the order of examination")
    policy_table = index.table("policies")
    policies = {name: read_policy(name, policy_table.table(name)) for name in policy_table.keys()}  # noqa: SIM118 - a method of Table, not of a dict
    area_table = index.table("areas")
    setting_table = index.table("settings")
    settings = {name: setting_table.text(name) for name in setting_table.keys()}  # noqa: SIM118 - see above
    index.finish()
    listed = {f"{chapter_id.lower()}.toml" for chapter_id in order}
    for file in sorted(path.name for path in folder.glob("*.toml")):
        if file != INDEX and file not in listed:
            raise index.error("chapters", f"{file} is not in it; name every chapter there, in the order of examination")
    chapters = tuple(_read_chapter(folder, chapter_id, policies) for chapter_id in order)
    areas = _read_areas(area_table, chapters)
    return Catalogue(version=version, chapters=chapters, policies=policies, areas=areas, settings=settings)


def _read_areas(table: Table, chapters: tuple[Chapter, ...]) -> dict[str, tuple[str, ...]]:
    """For each area the ids of its requirements; every requirement belongs to one at least."""
    of_chapter = {chapter.id: [requirement.id for requirement in chapter.requirements] for chapter in chapters}
    every = [requirement_id for ids in of_chapter.values() for requirement_id in ids]
    named = {name: table.texts(name) for name in table.keys()}  # noqa: SIM118 - see above
    alone: set[str] = set()
    for name, members in named.items():
        alone |= {table.one_of(name, member, [*of_chapter, *every]) for member in members if member not in of_chapter}
    areas = {
        name: tuple(
            one
            for member in members
            for one in ([member] if member in alone else [each for each in of_chapter[member] if each not in alone])
        )
        for name, members in named.items()
    }
    for requirement_id in every:
        if not any(requirement_id in members for members in areas.values()):
            chapter_id = requirement_id.partition("-")[0]
            raise table.error(chapter_id, f"{requirement_id} is in no area; name its chapter in one of them")
    return areas


def _parse(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(
            f"{path.name}: the file cannot be read ({error.strerror}); put it into {path.parent}."
        ) from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path.name}: the file is not UTF-8 (byte {error.start}); save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name}: this is not valid TOML ({error}); mend it there.") from error


def _read_chapter(folder: Path, chapter_id: str, policies: Iterable[str]) -> Chapter:
    path = folder / f"{chapter_id.lower()}.toml"
    file = Table(_parse(path), path.name)
    head = file.table("chapter", "the chapter")
    head.one_of("id", head.text("id"), [chapter_id])
    chapter = Chapter(chapter_id, head.text("title"), head.text("why"), _read_references(head), requirements=())
    head.finish()
    lines = path.read_text(encoding="utf-8").splitlines()
    requirements: dict[str, Requirement] = {}
    for entry in _entries(file):
        requirement_id = entry.matching("id", entry.text("id"), rf"{chapter_id}-\d{{3}}")
        if requirement_id in requirements:
            raise entry.error("id", f"{requirement_id} stands there twice; give each requirement an id of its own")
        line = _line_of(requirement_id, lines)
        requirements[requirement_id] = _read_requirement(entry, requirement_id, chapter, policies, line)
    file.finish()
    return replace(chapter, requirements=tuple(requirements.values()))


def _entries(file: Table) -> Iterator[Table]:
    """The requirements of a chapter file, each named by its id where it has one."""
    entries = file.take("requirement")
    if not isinstance(entries, list) or not entries:
        raise file.error("requirement", "a chapter must have requirements; write each as [[requirement]]")
    for number, entry in enumerate(entries, start=1):
        named = entry.get("id") if isinstance(entry, dict) else None
        yield Table(entry, f"{file.place}, {named or f'requirement {number}'}")


def _line_of(requirement_id: str, lines: list[str]) -> int:
    """The line, counted from 1, on which the id is set; 1 when it is written in an unusual way."""
    setting = re.compile(rf"\s*id\s*=\s*['\"]{requirement_id}['\"]")
    return next((number for number, line in enumerate(lines, start=1) if setting.match(line)), 1)


def _read_requirement(
    entry: Table, requirement_id: str, chapter: Chapter, known_policies: Iterable[str], line: int
) -> Requirement:
    needs = tuple(entry.choose("needs", need, Need) for need in entry.texts("needs"))
    source = tuple(entry.one_of("source", text, SOURCES) for text in entry.texts("source"))
    if not source:
        raise entry.error("source", 'it is empty; name where the requirement comes from, such as "field"')
    policies = entry.texts("policies") if entry.has("policies") else ()
    unchecked = entry.optional_text("unchecked")
    requirement = Requirement(
        id=requirement_id,
        chapter=chapter.id,
        title=entry.text("title"),
        level=entry.choice("level", Level),
        impact=entry.choice("impact", Impact),
        statement=entry.text("statement"),
        rationale=entry.text("rationale"),
        source=source,
        needs=needs,
        twin=entry.text("twin"),
        likely_fix=entry.text("likely_fix"),
        needs_when=_read_conditions(entry, needs),
        policies=tuple(entry.one_of("policies", policy, known_policies) for policy in policies),
        metric=_read_metric(entry.table("metric")) if entry.has("metric") else None,
        references=_read_references(entry) if entry.has("references") else chapter.references,
        unchecked=entry.one_of("unchecked", unchecked, [NO_CHECK_YET]) if unchecked else "",
        note=entry.optional_text("note"),
        file=f"spec/catalogue/requirements/{chapter.id.lower()}.toml",
        line=line,
    )
    entry.finish()
    return requirement


def _read_conditions(entry: Table, needs: tuple[Need, ...]) -> dict[Need, str]:
    """The conditions of conditional needs, which may not be named as unconditional too."""
    if not entry.has("needs_when"):
        return {}
    table = entry.table("needs_when")
    conditions = {table.choose(key, key, Need): table.text(key) for key in table.keys()}  # noqa: SIM118 - see Table
    for need in conditions:
        if need in needs:
            raise table.error(need, "it is needed in any case already; name it in needs or here, not in both")
    return conditions


def _read_references(entry: Table) -> dict[str, tuple[str, ...]]:
    table = entry.table("references")
    for scheme in table.keys():  # noqa: SIM118 - see Table
        table.one_of(scheme, scheme, SCHEMES)
    return {
        scheme: tuple(table.matching(scheme, reference, form) for reference in table.texts(scheme))
        for scheme, form in SCHEMES.items()
        if table.has(scheme)
    }


def _read_metric(table: Table) -> MetricLimit:
    metric = MetricLimit(
        title=table.text("title"),
        statistic=table.text("statistic"),
        operator=table.one_of("operator", table.text("operator"), OPERATORS),
        limit=table.number("limit"),
        unit=table.text("unit"),
    )
    table.finish()
    return metric
