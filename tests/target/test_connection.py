"""The connection to a target that runs or is started grants what its profile and its ready message say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from spec.catalogue import load_catalogue
from spec.target.connection import Connection, TargetUnreachable
from spec.target.control.services import Service
from spec.target.exchange import MARK_VARIABLE
from spec.target.profile.profile_model import ProfileError
from spec.target.profile.profile_reading import read_profile
from spec.target.recording import Recorder
from spec.target.source_addresses import SourceAddresses
from spec.target.windows import WindowUnusable
from spec.target.windows.registry import REGISTRY
from spec.target.windows.staff_window import Credentials
from tests.support.processes import wait_until
from tests.support.tiny_shop import TinyShop
from tests.target.supervisor_programs import SPEAKS, children


def connect(path: Path, text: str) -> Connection:
    """Make a connection by the profile with this text."""
    path.write_text(f'schema_version = 2\nname = "Tiny"\ntimeout_seconds = 5\n{text}')
    profile = read_profile(path, load_catalogue())
    return Connection(profile, addresses=SourceAddresses("run"), recorder=Recorder(), progress=print)


def test_a_running_target_is_reached_and_grants_what_its_profile_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_STAFF", "Pw-staff-1")
    (tmp_path / "shop.log").write_text("")
    windows = (
        '[windows.staff]\nemail = "s@x"\npassword = {variable = "TINY_STAFF"}\n[windows.logs]\nfile = "shop.log"\n'
    )
    powers = """[services]
"stop cache" = "true"
"start cache" = "true"
[processes]
reload = "echo 7"
[commands]
routes = "echo 'GET /x'"
broken = "/no/such"
"""
    with TinyShop() as tiny:
        text = f'[address]\nbase_url = "{tiny.base_url}"\n{windows}{powers}'
        connection = connect(tmp_path / "target.toml", text)
        shop = connection.open()
        # Once from the system's own address, once from one that is bound.
        assert tiny.asked == ["/livez", "/livez"]
        assert (shop.grants_staff, shop.tells_clients_apart) == (True, True)
        named = [window.name for window in REGISTRY if window.name in shop.windows]
        assert named == ["staff", "logs", "metrics"]
        assert shop.windows.staff == Credentials("s@x", "Pw-staff-1")
        tiny.accounts["s@x"] = "Pw-staff-1"
        assert (shop.staff.email, shop.staff.password, shop.staff is shop.staff) == ("s@x", "Pw-staff-1", True)
        assert shop.windows.logs.position().offset == 0
        with pytest.raises(WindowUnusable, match=r"^the target grants db, but has named no database$"):
            _ = shop.windows.database
        with shop.services.stopped(Service.CACHE):
            pass
        assert shop.processes.reload() == (7,)
        assert shop.command("routes", "--all").output == "GET /x --all\n"
        with pytest.raises(WindowUnusable, match=r"^command 'broken' of the profile failed: "):
            shop.command("broken")
        with pytest.raises(WindowUnusable, match=r"^only a target that the run starts by itself can"), shop.started():
            pytest.fail("it is not started")
        assert "Pw-staff-1" in shop.recorder.secrets
        connection.close()


def test_a_running_target_whose_profile_gives_no_commands_grants_no_power(tmp_path: Path) -> None:
    with TinyShop() as tiny:
        connection = connect(tmp_path / "target.toml", f'[address]\nbase_url = "{tiny.base_url}"\n')
        shop = connection.open()
        for what, sentence in (
            (lambda: shop.services, "the target grants services, but its profile's [services] gives no commands"),
            (lambda: shop.processes, "the target grants process, but its profile's [processes] gives no commands"),
            (lambda: shop.command("x"), "the target grants commands, but has named none"),
            (lambda: shop.staff, "the target grants admin, but has named no staff"),
        ):
            with pytest.raises(WindowUnusable) as refused:
                what()
            assert str(refused.value) == sentence
        connection.close()


def test_a_target_where_nobody_listens_cannot_be_reached(tmp_path: Path) -> None:
    connection = connect(tmp_path / "target.toml", '[address]\nbase_url = "http://127.0.0.1:1"\n')
    with pytest.raises(
        TargetUnreachable, match=r"^the target 'Tiny' cannot be reached at http://127\.0\.0\.1:1: connec"
    ):
        connection.open()
    connection.close()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[windows.staff]\nemail = "s@x"\npassword = {variable = "NO_SUCH_VARIABLE"}\n',
            "[windows.staff]: the environment variable NO_SUCH_VARIABLE is not set",
        ),
        ('[adapter]\nmodule = "no.such"\n', "adapter module 'no.such' cannot be imported"),
        ('[adapter]\nmodule = "json"\n', "adapter module 'json' has no class 'Verbs' derived from"),
        (
            '[adapter.paths]\ncarts = "/x"\n',
            "adapter 'spec.target.adapters.rest': [adapter.paths] has 'carts', which is unknown; did you mean 'cart'?",
        ),
    ],
)
def test_what_a_profile_cannot_keep_is_said_before_anything_is_sent(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ProfileError) as refused:
        connect(tmp_path / "target.toml", f'[address]\nbase_url = "http://127.0.0.1:1"\n{text}')
    assert str(refused.value).startswith(f"{tmp_path / 'target.toml'}: {sentence}")


def test_only_falsify_decides_that_exchanges_are_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with TinyShop() as tiny:
        program = tmp_path / "speaks.py"
        program.write_text(SPEAKS.replace('"BASE_URL"', f'"{tiny.base_url}"'))
        marks = []
        for asked in (None, "1"):
            if asked:
                monkeypatch.setenv(MARK_VARIABLE, asked)
            connection = connect(tmp_path / "target.toml", f'[start]\ncommand = ["{{python}}", "{program}"]\n')
            marks.append(connection.open().endpoint.mark_examined)
            connection.close()
    assert marks == [False, True]


def started(tmp_path: Path, ready: Mapping[str, object], text: str = "") -> Connection:
    """Connect by a profile whose start command says this first."""
    program = tmp_path / "speaks.py"
    said = {"event": "ready", "protocol": 2, **ready}
    program.write_text(SPEAKS.replace('{"event": "ready", "protocol": 2, "base_url": "BASE_URL"}', repr(said)))
    return connect(tmp_path / "target.toml", f'[start]\ncommand = ["{{python}}", "{program}"]\n{text}')


def test_a_started_target_grants_what_its_ready_message_says_and_ends_with_the_connection(tmp_path: Path) -> None:
    before = children()
    with TinyShop() as tiny:
        ready = {
            "base_url": f"{tiny.base_url}/",
            "ca_certificate": None,
            "windows": {
                "staff": {"email": "s@x", "password": "Pw-staff-2"},
                "logs": {"file": "/x.log", "status": "code"},
                "cache": {"url": "redis://:hidden@127.0.0.1:1"},
                "processes": {"application": 7},
            },
            "identity": {"commit": None, "settings_sha256": "ab"},
        }
        # A started target's profile adds to what it announces, and does not overrule it.
        text = '[windows.logs]\nroute = "path"\nstatus = "stat"\n[windows.metrics]\npath = "/numbers"\n'
        connection = started(tmp_path, ready, text)
        shop = connection.open()
        assert (shop.endpoint.base_url, shop.endpoint.mark_examined) == (tiny.base_url, False)
        assert (shop.identity, shop.grants_staff) == ({"settings_sha256": "ab"}, True)
        assert (shop.windows.logs.path, shop.windows.logs.fields.status) == (Path("/x.log"), "code")
        assert shop.windows.logs.fields.route == "path"
        assert shop.processes.pids == {Service.APPLICATION: 7}
        assert shop.recorder.secrets == {"Pw-staff-2", "hidden"}
        assert shop.windows.metrics.scrape().status == 404
        with pytest.raises(WindowUnusable, match=r"^the target grants commands, but has named none$"):
            shop.command("routes")
        assert len(children() - before) == 1
        connection.close()
    assert wait_until(lambda: children() == before, 10)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"protocol": 1}, "the target's ready message: protocol has to be 2, it is 1"),
        ({"mark_examined": True}, "the target's ready message: unknown key mark_examined; known are base_url, ca_cert"),
        ({"windows": {"databse": {}}}, "the target's ready message: unknown key [windows] databse; did you mean 'data"),
        ({"windows": {"database": {"url": "mysql://ann:hidden@x"}}},
         "the target's ready message: [windows.database] url has to be a postgresql:// or postgres:// URL"),
        ({"windows": {"staff": {"email": "x"}}}, "the target's ready message: [windows.staff] password is missing"),
        ({"windows": {"commands": {"names": ["a", "a"]}}},
         "the target's ready message: [windows.commands] names has to name each command once"),
    ],
)  # fmt: skip
def test_a_ready_message_is_read_strictly_and_repeats_no_secret(
    tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    before = children()
    connection = started(tmp_path, {"base_url": "http://127.0.0.1:1", **changes})
    with pytest.raises(TargetUnreachable) as refused:
        connection.open()
    assert str(refused.value).startswith(sentence)
    assert "hidden" not in str(refused.value)
    assert children() == before
    connection.close()
