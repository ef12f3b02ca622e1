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
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    services = Services(IdleControl(), recovery_seconds=20)
    with services.stopped(Service.DATABASE):
        with services.hanging(Service.CACHE):
            assert services.troubled == {Service.DATABASE, Service.CACHE}
        assert services.troubled == {Service.DATABASE}
        assert services.recovering == {Service.CACHE}
        clock[0] = 115.0
    assert not services.troubled
    assert services.recovering == {Service.DATABASE, Service.CACHE}
    clock[0] = 121.0
    assert services.recovering == {Service.DATABASE}
    clock[0] = 136.0
    assert not services.recovering
