"""The services that are in trouble at a moment, and those that are coming back."""

from __future__ import annotations

import time

import pytest

from spec.target.control.services import Service, Services


class IdleControl:
    """Control over services that do nothing."""

    def stop(self, service: Service) -> None:
        """Do nothing."""

    def start(self, service: Service) -> None:
        """Do nothing."""

    def suspend(self, service: Service) -> None:
        """Do nothing."""

    def resume(self, service: Service) -> None:
        """Do nothing."""


def test_a_service_is_in_trouble_inside_the_block_and_recovers_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: moment)
    services = Services(IdleControl(), recovery_seconds=20)
    with services.stopped(Service.DATABASE):
        with services.hanging(Service.CACHE):
            assert services.troubled == {Service.DATABASE, Service.CACHE}
        assert (services.troubled, services.recovering) == ({Service.DATABASE}, {Service.CACHE})
        moment = 115.0
    assert (services.troubled, services.recovering) == (set(), {Service.DATABASE, Service.CACHE})
    moment = 121.0
    assert services.recovering == {Service.DATABASE}
    moment = 136.0
    assert services.recovering == set()
