"""Settings: what is missing or weak stops the start and names the variable (roadmap 4.1)."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from reference_app.settings.checks import check_production, check_values, is_weak
from reference_app.settings.environment import VARIABLES

ROOT = Path(__file__).resolve().parents[3]
COMPLETE = {
    "SECRET_KEY": secrets.token_urlsafe(40),
    "TOKEN_SIGNING_KEY": secrets.token_urlsafe(40),
    "ALLOWED_HOSTS": "shop.example",
    "DATABASE_URL": "postgres://shop@db.example/shop",
    "REDIS_URL": "redis://cache.example/0",
}


def start(variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Import the WSGI application in production settings, as a worker of gunicorn does."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-c", "import reference_app.wsgi"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd="/")


def test_a_complete_environment_starts() -> None:
    ended = start(COMPLETE)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_everything_that_is_missing_is_named_at_once() -> None:
    ended = start({})
    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr
    named = {line.split()[1] for line in ended.stderr.splitlines() if line.startswith("shop.E001:")}
    assert named == set(COMPLETE) == {variable.name for variable in VARIABLES if variable.default is None}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SECRET_KEY", "short", "shop.E002"),
        ("TOKEN_SIGNING_KEY", "a" * 64, "shop.E002"),
        pytest.param("SECRET_KEY", "django-insecure-" + secrets.token_urlsafe(40), "shop.E002", id="insecure"),
        ("METRICS_TOKEN", "hello", "shop.E002"),
        pytest.param("TOKEN_SIGNING_KEY", COMPLETE["SECRET_KEY"], "shop.E003", id="the same key twice"),
        ("ALLOWED_HOSTS", "*", "shop.E004"),
        ("DATABASE_URL", "sqlite:///shop.sqlite3", "shop.E005"),
        ("DATABASE_SSLMODE", "prefer", "shop.E006"),
        ("PLAIN_HTTP", "serve", "shop.E008"),
        ("REDIS_URL", "http://cache.example", "shop.E009"),
    ],
)
def test_a_weak_value_is_named(
    settings: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: str
) -> None:
    settings.PLAIN_HTTP = "refuse"
    monkeypatch.setenv("DATABASE_SSLMODE", "require")
    for variable, sound in COMPLETE.items():
        monkeypatch.setenv(variable, sound)
        setattr(settings, variable, [sound] if variable == "ALLOWED_HOSTS" else sound)
    assert not list(check_production())
    monkeypatch.setenv(name, value)
    setattr(settings, name, [value] if name == "ALLOWED_HOSTS" else value)
    [error] = check_production()
    assert error.id == code
    assert error.msg.startswith(name)


def test_a_number_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    misread: list[str] = []
    monkeypatch.setattr("reference_app.settings.checks.MISREAD", misread)
    monkeypatch.setattr("reference_app.settings.environment.MISREAD", misread)
    monkeypatch.setenv("WEB_THREADS", "many")
    [error] = check_values()
    assert (error.id, error.msg) == ("shop.E000", "WEB_THREADS is not a number.")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("THROTTLE_STORE_DOWN", "ajar", "shop.E011"),
        ("PLAIN_HTTP", "maybe", "shop.E012"),
        ("TRUSTED_PROXY_COUNT", -1, "shop.E013"),
        ("ACCESS_TOKEN_MINUTES", 0.0, "shop.E014"),
        ("REFRESH_GRACE_SECONDS", -1.0, "shop.E015"),
        ("SENTRY_DSN", "tracker.example", "shop.E016"),
        ("LOG_LEVEL", "LOUD", "shop.E017"),
    ],
)
def test_values_that_no_environment_may_have_are_named(settings: Any, name: str, value: object, code: str) -> None:
    assert not list(check_values())
    setattr(settings, name, value)
    [error] = check_values()
    assert error.id == code
    assert error.msg.startswith(name)


def test_random_secrets_are_not_weak() -> None:
    assert not any(is_weak(secrets.token_urlsafe(32)) for _ in range(100))


@pytest.mark.parametrize(("module", "expected"), [("production", "False False"), ("development", "True True")])
def test_the_debug_toolbar_is_for_development_alone(module: str, expected: str) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **COMPLETE}
    look = (
        f"import reference_app.settings.{module} as s;"
        "print(s.DEBUG, any('debug_toolbar' in name for name in [*s.INSTALLED_APPS, *s.MIDDLEWARE]))"
    )
    ended = subprocess.run([sys.executable, "-c", look], env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == expected


def test_no_setting_shows_a_browsable_api(settings: Any) -> None:
    assert settings.REST_FRAMEWORK["DEFAULT_RENDERER_CLASSES"] == ["rest_framework.renderers.JSONRenderer"]


def test_the_page_of_settings_is_what_the_command_prints() -> None:
    printed = StringIO()
    call_command("list_settings", stdout=printed)
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == printed.getvalue(), "write it again: python -m reference_app.manage list_settings > docs/settings.md"
