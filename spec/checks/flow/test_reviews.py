"""FLOW-005: reviews."""

from __future__ import annotations

from spec.checking.examination import Examination, verifies
from spec.surface.goods import find_unreviewed
from spec.target.shop import Shop
from spec.target.values import Review


@verifies("FLOW-005", effects={"writes", "signs in"})
def test_a_review_is_written_and_read(target: Shop, examine: Examination) -> None:
    """A review is in the product's list for everybody as it was written.

    The list of the reviews of a product that the customer has not reviewed is read by a stranger. The customer reviews
    it: the answer shows the rating, title and body that were sent. Then the stranger's list holds that review and no
    other that it did not hold before.
    """
    customer, stranger, verbs = target.customer(), target.visitor(), target.verbs
    product_id, mark = find_unreviewed(target, customer), target.unique_name("review")
    known = {one.id for one in stranger.must(verbs.list_reviews(product_id))}
    sent = (2, f"Smaller than it looks, {mark}", f"It does what it should: {mark}.")
    rating, title, body = sent
    written = customer.do(verbs.write_review(product_id, rating=rating, title=title, body=body))
    examine.equal(_content(written.value), sent, "rating, title and body of the review as it was sent", saw=written)
    listed = stranger.do(verbs.list_reviews(product_id))
    new = [_content(one) for one in listed.value if one.id not in known]
    examine.equal(new, [sent], "the only new review in the product's list", saw=listed)


def _content(review: Review) -> tuple[int, str, str]:
    return review.rating, review.title, review.body
