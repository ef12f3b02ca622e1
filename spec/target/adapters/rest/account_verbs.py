"""Accounts and sessions over REST."""

from __future__ import annotations

from spec.target.adapters.rest.field_tables import UNTOLD_FIELD, CredentialFields
from spec.target.adapters.rest.rest_verbs import RestVerbs
from spec.target.answer_kinds import AnswerKind
from spec.target.session import Session
from spec.target.steps import Ask, Steps, Verb
from spec.target.values import Account, Tokens


class TokenSession(Session):
    """A session whose access token is carried as the backend wants it."""

    def __init__(self, header: str, scheme: str) -> None:
        super().__init__()
        self._header, self._scheme = header, scheme

    def authorization(self, tokens: Tokens) -> tuple[str, str]:
        return self._header, f"{self._scheme} {tokens.access}".lstrip()


class AccountVerbs(RestVerbs):
    """Registration, sign-in and everything that has to do with who someone is."""

    def stranger(self) -> Session:
        return TokenSession(self.settings.token_header, self.settings.token_scheme)

    def register(self, email: str, password: str) -> Verb[Account]:
        body = self._credentials("register", self.fields.registration, email, password)
        return self.showing("register", self.request("register", json=body), self.readings.account)

    def sign_in(self, email: str, password: str) -> Verb[Session]:
        return self._signing_in("sign_in", email, password)

    def sign_in_staff(self, email: str, password: str) -> Verb[Session]:
        return self._signing_in("sign_in_staff", email, password)

    def refresh(self, refresh_token: str) -> Verb[Tokens]:
        request = self.request("refresh", json=self.body("refresh", (self.fields.tokens.sent, refresh_token)))
        return self.showing("refresh", request, self.readings.tokens)

    def sign_out(self) -> Verb[None]:
        self.expect_offered("sign_out")
        told = self.fields.tokens.refresh != UNTOLD_FIELD

        def steps(session: Session) -> Steps[None]:
            token = session.tokens.refresh if session.tokens else ""
            body = self.body("sign_out", *([(self.fields.tokens.sent, token)] if told else []))
            self.expect(AnswerKind.DONE, (yield Ask(self.request("sign_out", json=body))))

        return self.make("sign_out", steps)

    def whoami(self) -> Verb[Account]:
        return self.showing("whoami", self.request("whoami"), self.readings.account)

    def change_password(self, current: str, new: str) -> Verb[None]:
        fields = self.fields.password_change
        body = self.body("change_password", (fields.current_password, current), (fields.new_password, new))
        return self.doing("change_password", self.request("change_password", json=body))

    def _signing_in(self, verb: str, email: str, password: str) -> Verb[Session]:
        request = self.request(verb, json=self._credentials(verb, self.fields.sign_in, email, password))
        told = self.fields.tokens.access != UNTOLD_FIELD

        def steps(session: Session) -> Steps[Session]:
            if told:
                session.tokens = self.readings.tokens(self.readings.thing((yield from self.answer(request))))
            else:
                self.expect(AnswerKind.DONE, (yield Ask(request)))
            return session

        return self.make(verb, steps, begins_session=True)

    def _credentials(self, verb: str, fields: CredentialFields, email: str, password: str) -> dict[str, object]:
        return self.body(verb, (fields.email, email), (fields.password, password))
