"""TOK-018: the form in which passwords are stored."""

from __future__ import annotations

from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.password_hashes import describe_weakness
from spec.target.shop import Shop
from spec.target.windows.database_window import DatabaseWindow

ACCOUNTS: Final = 3


@verifies("TOK-018", effects={"writes", "signs in"})
def test_passwords_are_stored_with_a_slow_hash_of_their_own(target: Shop, examine: Examination) -> None:
    """The database is asked for the stored form of passwords: of two new customers, of one who changed it, of staff.

    Each has to be the output of a password hash with at least the cost that OWASP's Password Storage Cheat Sheet
    names. Two customers with the same password must not be stored alike, and none of the forms may hold the password.
    """
    database = target.windows.database
    credentials = target.new_credentials()
    emails = [credentials.email, target.new_credentials().email]
    for email in emails:
        target.visitor().must(target.verbs.register(email, credentials.password))
    renewed = target.new_credentials().password
    changed = [_change_password(target, renewed)] if target.verbs.offers("change_password") else []
    if not changed:
        examine.note("The shop does not offer to change a password, so no changed one was asked for.")
    staff = [target.staff.email] if target.grants_staff else []
    accounts = [*emails, *changed, *staff]
    stored = [_expect_slow(examine, database, email, {credentials.password, renewed}) for email in accounts]
    examine.that(
        stored[0] != stored[1],
        Outcome.STORED_TOO_WEAKLY,
        "the same password of two customers stored in two forms (a salt of its own for each)",
        saw=database.ask_password(emails[1]),
        observed="the same form twice",
    )
    examine.progress(len(accounts), len(accounts))


def _change_password(shop: Shop, renewed: str) -> str:
    """Register a customer who takes another password; return the e-mail address."""
    customer = shop.customer()
    customer.must(shop.verbs.change_password(customer.password, renewed))
    return customer.email


def _expect_slow(examine: Examination, database: DatabaseWindow, email: str, passwords: set[str]) -> str:
    answer = database.ask_password(email)
    values = [str(row[0]) for row in answer.rows if row and row[0] is not None]
    examine.that(
        len(values) == 1,
        Outcome.WRONG_CONTENT,
        "one stored password for one account",
        saw=answer,
        observed=f"{len(values)} rows",
    )
    weakness = describe_weakness(values[0], passwords)
    examine.that(
        weakness is None,
        Outcome.STORED_TOO_WEAKLY,
        "a password hash at OWASP's minimum cost or above",
        saw=answer,
        observed=weakness,
    )
    return values[0]
