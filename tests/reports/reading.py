"""Reading a report as a browser would: elements with their attributes and text, nothing executed."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "use", "path", "rect", "circle"}


@dataclass
class Element:
    """An element, the text in it (its children's included) and the elements above it."""

    tag: str
    attributes: dict[str, str]
    parents: list[Element] = field(default_factory=list, repr=False)
    text: str = ""

    @property
    def classes(self) -> set[str]:
        """The names in its class attribute."""
        return set(self.attributes.get("class", "").split())

    def is_in(self, tag: str, class_: str = "") -> bool:
        """Say whether an element above it has this tag and class."""
        return any(parent.tag == tag and (not class_ or class_ in parent.classes) for parent in self.parents)


class Document(HTMLParser):
    """A parsed report. Raises AssertionError where end tags do not match start tags."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.feed(content.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, list(self.open))
        assert len(element.attributes) == len(attrs)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, list(self.open)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def find(self, tag: str, class_: str = "") -> list[Element]:
        """Return the elements with this tag and class, in order."""
        return [item for item in self.elements if item.tag == tag and (not class_ or class_ in item.classes)]

    def by_id(self, id_: str) -> Element:
        """Return the one element with this id."""
        (element,) = [item for item in self.elements if item.attributes.get("id") == id_]
        return element

    def meta(self, name: str) -> str:
        """Return the content of the one meta element with this name."""
        (element,) = [item for item in self.find("meta") if item.attributes.get("name") == name]
        return element.attributes["content"]
