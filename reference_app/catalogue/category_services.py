"""Changes of categories, by staff."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError

from reference_app.api.problems import DanglingReference, NotFound
from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import CATEGORIES
from reference_app.catalogue.models import Category, make_slug
from reference_app.catalogue.problems import CategoryCycle, CategoryInUse
from reference_app.locks import lock_category_tree

MAX_DEPTH = 10  # bounds the walk to the root


@transaction.atomic(savepoint=False)
def create_category(*, name: str, parent_id: int | None = None) -> Category:
    """Create a category.

    Raises DanglingReference for an unknown parent, CategoryCycle when the tree gets too deep.
    """
    if parent_id is not None:
        lock_category_tree()
        require_place(None, parent_id)
    category = Category.objects.create(name=name, slug=make_slug(name), parent_id=parent_id)
    invalidate(CATEGORIES)
    return category


@transaction.atomic(savepoint=False)
def change_category(*, category_id: int, values: dict[str, object]) -> Category:
    """Rename or move a category; its slug stays. Raises NotFound, DanglingReference, CategoryCycle."""
    lock_category_tree()
    category = Category.objects.filter(pk=category_id).first()
    if category is None:
        raise NotFound
    parent_id = values.get("parent_id")
    if isinstance(parent_id, int):
        require_place(category_id, parent_id)
    for name, value in values.items():
        setattr(category, name, value)
    if values:
        category.save(update_fields=list(values))
        invalidate(CATEGORIES)
    return category


@transaction.atomic(savepoint=False)
def delete_category(*, category_id: int) -> None:
    """Delete an empty category. Raises NotFound; CategoryInUse when products or categories are in it."""
    lock_category_tree()
    category = Category.objects.filter(pk=category_id).first()
    if category is None:
        raise NotFound
    try:
        category.delete()
    except ProtectedError:
        raise CategoryInUse("Move its products and categories first.") from None
    invalidate(CATEGORIES)


def require_place(category_id: int | None, parent_id: int) -> None:
    """Walk from `parent_id` to the root. Raises DanglingReference, or CategoryCycle on meeting `category_id`."""
    above = parent_id
    for _ in range(MAX_DEPTH):
        if above == category_id:
            raise CategoryCycle
        parent = Category.objects.filter(pk=above).only("parent_id").first()
        if parent is None:
            raise DanglingReference.of("/parent_id")
        if parent.parent_id is None:
            return
        above = parent.parent_id
    raise CategoryCycle(f"Categories are nested {MAX_DEPTH} deep at most.")
