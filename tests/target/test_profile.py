"""Reading a target's profile: what it may say, and one sentence for each thing that it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from spec.catalogue import Need, load_catalogue
from spec.target.profile.grants import Grant, GrantState
from spec.target.profile.profile_model import AddressTable, Effect, Profile, ProfileError, StartTable
from spec.target.profile.profile_reading import read_profile
from spec.target.window_opening import profile_options
from spec.target.windows.browser_window import BrowserOptions
from tests.support.certificates import make_tls

CATALOGUE = load_catalogue()
HEAD = 'schema_version = 2\nname = "Shop"\n'
ADDRESS = f'{HEAD}[address]\nbase_url = "https://shop.example/"\n'
START = f'{HEAD}[start]\ncommand = ["shop", "--up"]\n'
URL = "an http or https URL with a host, without user, query and fragment"
VARIABLE = 'a table { variable = "NAME" }, which names a variable of the environment'


def read(folder: Path, text: str) -> Profile:
    """Read the profile with this text."""
    path = folder / "target.toml"
    path.write_text(text)
    return read_profile(path, CATALOGUE)


def test_a_profile_with_an_address_needs_nothing_more_and_claims_nothing(tmp_path: Path) -> None:
    profile = read(tmp_path, ADDRESS)
    assert (profile.name, profile.path) == ("Shop", tmp_path / "target.toml")
    assert (profile.address, profile.start) == (AddressTable(base_url="https://shop.example"), None)
    assert (profile.capabilities, profile.chapters, profile.effects) == (frozenset(), frozenset(), frozenset())
    assert (profile.adapter.module, profile.adapter.paths) == ("spec.target.adapters.rest", {})
    assert profile_options(profile, {}) == {}
    assert not profile.claims("RATE")


def test_everything_that_a_profile_can_say_is_read(tmp_path: Path) -> None:
    _, authority = make_tls(tmp_path / "tls")
    (tmp_path / "v1.json").write_text("{}")
    profile = read(
        tmp_path,
        f"""{HEAD}timeout_seconds = 2.5
[address]
base_url = "http://127.0.0.1:8000/shop"
ca_certificate = "{authority.relative_to(tmp_path)}"
clients_apart = false
[adapter]
module = "mine.adapter"
paths = {{cart = "/basket"}}
[claims]
chapters = ["RATE"]
capabilities = ["admin", "db", "cache", "logs", "services", "process", "commands", "auto:docker"]
[effects]
allowed = ["reads", "signs in", "loads"]
[windows.staff]
email = "staff@shop.example"
password = {{variable = "STAFF"}}
[windows.database]
url = {{variable = "DATABASE"}}
log = "db.log"
[windows.cache]
url = "redis://x"
[windows.logs]
file = "/var/log/shop"
status = "code"
[services]
"stop database" = "systemctl stop postgresql"
"start database" = "systemctl start postgresql"
"stop cache" = "true"
"start cache" = "true"
[processes]
reload = "systemctl reload shop"
[commands]
routes = "./manage routes"
[load]
hosts = ["shop.example", "2001:db8::1"]
[policies]
rate_tolerance = 0.01
rate_window = "sliding"
deprecated_schema = "v1.json"
arrival_rate = {{per_second = 3, mix = {{browse = 1}}}}
""",
    )
    assert profile.address == AddressTable(
        base_url="http://127.0.0.1:8000/shop", ca_certificate=authority, clients_apart=False
    )
    assert (profile.adapter.module, profile.adapter.paths) == ("mine.adapter", {"cart": "/basket"})
    assert (profile.claims("RATE"), profile.claims("FLOW")) == (True, False)
    assert profile.effects == {Effect.READS, Effect.SIGNS_IN, Effect.LOADS}
    assert profile_options(profile, {"STAFF": "Pw-1", "DATABASE": "postgresql://y"}) == {
        "staff": {"email": "staff@shop.example", "password": SecretStr("Pw-1")},
        "database": {"url": SecretStr("postgresql://y"), "log": tmp_path / "db.log"},
        "cache": {"url": SecretStr("redis://x")},
        "logs": {"file": Path("/var/log/shop"), "status": "code"},
    }
    assert profile.timeout_seconds == 2.5
    assert profile.services.commands == {
        "stop database": "systemctl stop postgresql",
        "start database": "systemctl start postgresql",
        "stop cache": "true",
        "start cache": "true",
    }
    assert (profile.processes.commands, profile.commands) == (
        {"reload": "systemctl reload shop"}, {"routes": "./manage routes"},
    )  # fmt: skip
    assert profile.load.hosts == ("shop.example", "2001:db8::1")
    assert profile.policies == {
        "rate_tolerance": 0.01,
        "rate_window": "sliding",
        "deprecated_schema": str(tmp_path / "v1.json"),
        "arrival_rate": {"per_second": 3, "mix": {"browse": 1}},
    }
    assert (profile.policy_number("rate_tolerance", 0), profile.policy_number("refresh_grace", 7)) == (0.01, 7.0)


def test_a_profile_that_is_started_says_how_and_with_which_settings(tmp_path: Path) -> None:
    text = f'{START}ready_within_seconds = 9\n[start.settings]\nburst_limit = "BURST"\n[start.roomy]\nBURST = "9/s"\n'
    profile = read(tmp_path, f'{text}[claims]\nchapters = ["all"]\ncapabilities = ["start", "db"]\n')
    assert profile.start == StartTable(
        command=("shop", "--up"), ready_within_seconds=9.0, settings={"burst_limit": "BURST"}, roomy={"BURST": "9/s"}
    )
    assert profile.claims("ANYTHING")


def test_a_need_is_granted_shut_or_left_to_this_machine(tmp_path: Path) -> None:
    (tmp_path / "chromium").write_text("")
    claims = '[claims]\ncapabilities = ["https", "auto:browser"]\n[windows.browser]\nexecutable'
    here = read(tmp_path, f'{ADDRESS}{claims} = "chromium"\n')
    assert here.grants(Need.HTTPS) == Grant(GrantState.GRANTED, "the target grants https")
    assert here.grants(Need.DB) == Grant(GrantState.SHUT, "the target does not grant db")
    assert here.grants(Need.DOCKER) == Grant(GrantState.SHUT, "the target does not grant docker")
    assert here.grants(Need.BROWSER) == Grant(GrantState.GRANTED, "this machine has browser")
    elsewhere = read(tmp_path, f'{ADDRESS}{claims} = "none"\n')
    assert elsewhere.grants(Need.BROWSER) == Grant(GrantState.ABSENT, f"there is no browser at {tmp_path / 'none'}")
    # Claimed for good, it is in the scope of the run wherever that is.
    claimed = read(tmp_path, f'{ADDRESS}{claims} = "none"\n'.replace("auto:browser", "browser"))
    assert claimed.grants(Need.BROWSER).answer is GrantState.GRANTED


def test_a_browser_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = read(tmp_path, f'{ADDRESS}[claims]\ncapabilities = ["auto:browser"]\n')
    monkeypatch.setenv("PATH", str(tmp_path))
    sentence = "there is no browser on this machine's PATH (chromium, chromium-browser, google-chrome)"
    assert profile.grants(Need.BROWSER) == Grant(GrantState.ABSENT, sentence)
    (tmp_path / "google-chrome").write_text("")
    (tmp_path / "google-chrome").chmod(0o755)
    assert profile.grants(Need.BROWSER).answer is GrantState.GRANTED
    assert BrowserOptions() == BrowserOptions(executable=None)


@pytest.mark.parametrize(
    ("text", "environment", "sentence"),
    [
        ('[windows.staff]\nemail = "s"\npassword = {variable = "S"}', {},
         "[windows.staff]: the environment variable S is not set"),
        ('[windows.staff]\nemail = "s"\npassword = {variable = "S"}', {"S": ""},
         "[windows.staff]: the environment variable S is not set"),
        ('[windows.database]\nurl = {variable = "D"}', {"D": "mysql://ann:hidden@x"},
         "[windows.database]: url has to be a postgresql:// or postgres:// URL"),
    ],
)  # fmt: skip
def test_a_variable_that_is_not_set_or_holds_the_wrong_thing_is_named(
    tmp_path: Path, text: str, environment: dict[str, str], sentence: str
) -> None:
    profile = read(tmp_path, f"{ADDRESS}{text}\n")
    with pytest.raises(ProfileError) as refused:
        profile_options(profile, environment)
    assert str(refused.value) == f"{tmp_path / 'target.toml'}: {sentence}"


WRONG = {
    "x": "the profile is no valid TOML (Expected '=' after a key in a key/value pair (at end of document))",
    'name = "x"': "schema_version is missing",
    ADDRESS.replace("= 2", "= 1"): "schema_version has to be 2, it is 1",
    HEAD: "exactly one of [address] and [start] has to be there",
    f'{ADDRESS}[start]\ncommand = ["x"]': "exactly one of [address] and [start] has to be there",
    f"nmae = 1\n{ADDRESS}": "unknown key nmae; did you mean 'name'?",
    ADDRESS.replace('name = "Shop"\n', ""): "name is missing",
    ADDRESS.replace('"Shop"', '""'): "name has to be text that is not empty",
    f"{HEAD}address = 3": "address has to be an object, it is 3",
    f"{HEAD}[address]": "[address] base_url is missing",
    f"{ADDRESS}port = 3": "unknown key [address] port; known are base_url, ca_certificate, clients_apart",
    f'{ADDRESS}ca_certificate = "none.pem"':
        "[address] ca_certificate has to be a PEM file with the certificate of an authority, it is ",
    f'{ADDRESS}ca_certificate = "target.toml"': "[address] ca_certificate has to be a PEM file",
    ADDRESS.replace("https", "ftp"): f"[address] base_url has to be {URL}, it is 'ftp://shop.example/'",
    ADDRESS.replace("shop.example", ""): f"[address] base_url has to be {URL}, it is 'https:///'",
    ADDRESS.replace("shop.example", "a:b@shop"): f"[address] base_url has to be {URL}",
    ADDRESS.replace("shop.example", "x:99999"): f"[address] base_url has to be {URL}",
    ADDRESS.replace("example/", "example/?x"): f"[address] base_url has to be {URL}",
    f'{ADDRESS}[windows.cache]\nurl = "localhost:6379"':
        "[windows.cache] url has to be a redis://, rediss:// or unix:// URL",
    f'{ADDRESS}[windows.database]\nurl = "localhost"':
        "[windows.database] url has to be a postgresql:// or postgres:// URL",
    f"{ADDRESS}[windows.database]\nurl = 3":
        f"[windows.database] url has to be a postgresql:// or postgres:// URL, or {VARIABLE}",
    f'{ADDRESS}[windows.staff]\nemail = "x"\npassword = "x"': f"[windows.staff] password has to be {VARIABLE}",
    f'{ADDRESS}[windows.staff]\nemail = "x"\npassword = {{variabel = "x"}}':
        f"[windows.staff] password has to be {VARIABLE}",
    f'{ADDRESS}[windows.staff]\nemail = "x"': "[windows.staff] password is missing",
    f'{ADDRESS}[windows.staf]\nemail = "x"': "unknown key [windows] staf; did you mean 'staff'?",
    f'{ADDRESS}[windows.logs]\nfile = "x"\nrequest_id = ""':
        "[windows.logs] request_id has to be text that is not empty",
    f'{ADDRESS}[windows.logs]\nfile = "x"\nrequest_di = "x"':
        "unknown key [windows.logs] request_di; did you mean 'request_id'?",
    f'{ADDRESS}[windows.errors]\nlisten = "9000"':
        """[windows.errors] listen has to be a host and a port, as in "127.0.0.1:9000", it is '9000'""",
    f'{ADDRESS}[policies]\ndeprecated_schema = "none.json"':
        "[policies] deprecated_schema has to be the path of a file that is there, it is 'none.json'",
    f"{HEAD}[start]": "[start] command is missing",
    f'{HEAD}[start]\ncommand = "x"': "[start] command has to be a",
    f"{HEAD}[start]\ncommand = []": "[start] command has to be a command and its arguments",
    f"{START}ready_within_seconds = 0": "[start] ready_within_seconds has to be a number above zero, it is 0",
    f"{START}ready_within_seconds = nan": "[start] ready_within_seconds has to be a number above zero, it is nan",
    f"{START}[start.settings]\nburst_limit = 9": "[start.settings] burst_limit has to be text, it is 9",
    f'{START}[start.settings]\nburst_limt = "B"':
        "unknown key [start.settings] burst_limt; did you mean 'burst_limit'?",
    f'{ADDRESS}[policies]\nrate_windw = "clock"':
        "unknown key [policies] rate_windw; did you mean 'rate_window'?",
    f'{ADDRESS}[policies]\nrate_window = "slding"':
        """[policies] rate_window has to be "sliding" or "clock", it is 'slding'""",
    f"{ADDRESS}[policies]\nrate_tolerance = 0.02":
        "[policies] rate_tolerance has to be a number from 0 to 0.01, it is 0.02",
    f'{ADDRESS}[policies]\nrate_tolerance = "0"':
        "[policies] rate_tolerance has to be a number from 0 to 0.01, it is '0'",
    f"{ADDRESS}[policies]\nrefresh_grace = inf":
        "[policies] refresh_grace has to be a number of at least 0, it is inf",
    f"{ADDRESS}[policies]\nquery_budget = 2.5":
        "[policies] query_budget has to be a whole number of at least 1, it is 2.5",
    f"{ADDRESS}[policies]\nquery_budget = true":
        "[policies] query_budget has to be a whole number of at least 1, it is True",
    f'{ADDRESS}[policies]\nallowed_origins = "*"': "[policies] allowed_origins has to be a list of texts, it is '*'",
    f"{ADDRESS}[policies]\narrival_rate = 0": "[policies] arrival_rate has to be a number above 0, or a table",
    f"{ADDRESS}[policies]\narrival_rate = {{per_second = 9, mix = {{surf = 1}}}}":
        "[policies] arrival_rate has to be a number above 0, or a table of per_second and mix (shares, ",
    f"{ADDRESS}[policies]\nrefresh_grace = 2026-01-01":
        "it may hold no dates, times and other values that JSON lacks (",
    f"timeout_seconds = true\n{ADDRESS}": "timeout_seconds has to be number, it is true",
    f"timeout_seconds = inf\n{ADDRESS}": "timeout_seconds has to be a number above zero, it is inf",
    f'{ADDRESS}[claims]\nchapter = ["RATE"]': "unknown key [claims] chapter; did you mean 'chapters'?",
    f'{ADDRESS}[claims]\nchapters = ["RAET"]': "[claims] chapters has 'RAET', which is unknown; did you mean 'RATE'?",
    f'{ADDRESS}[claims]\ncapabilities = ["databse"]':
        "[claims] capabilities[0] is 'databse', which is unknown; known are admin, https, start, ",
    f'{ADDRESS}[claims]\ncapabilities = ["auto:dockr"]':
        "[claims] capabilities[0] is 'auto:dockr', which is unknown; did you mean 'auto:docker'?",
    f'{ADDRESS}[claims]\ncapabilities = ["auto:db"]': "[claims] capabilities[0] is 'auto:db', which is unknown; ",
    f'{ADDRESS}[claims]\ncapabilities = ["start"]':
        "[claims] capabilities: only a profile with [start] can name 'start'",
    f'{ADDRESS}[claims]\ncapabilities = ["admin"]':
        "[claims] capabilities names 'admin', so [windows.staff] has to be given",
    f'{ADDRESS}[claims]\ncapabilities = ["logs"]':
        "[claims] capabilities names 'logs', so [windows.logs] has to be given",
    f'{ADDRESS}[claims]\ncapabilities = ["errors"]':
        "[claims] capabilities names 'errors', so [windows.errors] has to be given",
    f'{ADDRESS}[claims]\ncapabilities = ["services"]':
        "[claims] capabilities names 'services', so [services] 'stop database' has to be given",
    f'{ADDRESS}[claims]\ncapabilities = ["process"]':
        "[claims] capabilities names 'process', so [processes] has to be given",
    f'{ADDRESS}[claims]\ncapabilities = ["commands"]':
        "[claims] capabilities names 'commands', so [commands] has to be given",
    f'{ADDRESS}[effects]\nallowed = ["loads", "sings"]': "[effects] allowed[1] has to be 'reads', 'writes', ",
    f"{ADDRESS}[effects]\nallows = []": "unknown key [effects] allows; did you mean 'allowed'?",
    f"{ADDRESS}[adapter]\nmodul = 1": "unknown key [adapter] modul; did you mean 'module'?",
    f"{ADDRESS}[adapter.paths]\ncart = 1": "[adapter.paths] cart has to be text, it is 1",
    f"{ADDRESS}[services]\nx = 1": "unknown key [services] x; known are resume application, resume cache, ",
    f"{ADDRESS}[services]\n'stop cache' = 1": "[services] stop cache has to be text, it is 1",
    f"{ADDRESS}[services]\n'stop cache' = 'x'":
        "services has 'stop cache' and no 'start cache'; the two belong together",
    f"{ADDRESS}[services]\n'resume cache' = 'x'":
        "services has 'resume cache' and no 'suspend cache'; the two belong together",
    f"{ADDRESS}[services]\n'stop cache' = '\"x'\n'start cache' = 'x'":
        "[services] stop cache has to be a command that a shell could split into words (No closing quotation)",
    f"{ADDRESS}[services]\n'stop cache' = ' '\n'start cache' = 'x'":
        "[services] stop cache has to be a command and its arguments",
    f"{ADDRESS}[processes]\n'kill wroker' = 'x'": "unknown key [processes] kill wroker; did you mean 'kill worker'?",
    f"{ADDRESS}[commands]\nroutes = ''": "[commands] routes has to be a command and its arguments",
    f'{ADDRESS}[effects]\nallowed = ["loads"]\n[load]\nhosts = ["https://x"]':
        "[load] hosts[0] has to be an exact host name or an IP address, it is 'https://x'",
    f'{ADDRESS}[effects]\nallowed = ["loads"]\n[load]\nhosts = ["*.example"]':
        "[load] hosts[0] has to be an exact host name or an IP address, it is '*.example'",
    f'{ADDRESS}[load]\nhosts = ["shop.example"]':
        "[load] hosts takes the effect 'loads', and [effects] allowed does not name it",
}  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), WRONG.items())
def test_what_is_wrong_is_one_sentence_that_names_file_key_and_what_is_right(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(ProfileError) as refused:
        read(tmp_path, text)
    said = str(refused.value)
    assert said.startswith(f"{tmp_path / 'target.toml'}: {sentence}")
    assert "\n" not in said


@pytest.mark.parametrize(
    "text",
    [
        ADDRESS.replace("shop.example", "ann:hidden@shop"),
        f'{ADDRESS}[windows.database]\nurl = "ann:hidden@shop"',
        f'{ADDRESS}[windows.cache]\nurl = ":hidden@shop"',
        f'{ADDRESS}[windows.staff]\nemail = "x"\npassword = "hidden"',
        f'{ADDRESS}[windows.metrics]\ntoken = ["hidden"]',
    ],
)
def test_a_secret_is_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(ProfileError) as refused:
        read(tmp_path, text)
    assert "hidden" not in str(refused.value)


def test_a_profile_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"none\.toml: the profile cannot be read \(No such file or directory\)$"):
        read_profile(tmp_path / "none.toml", CATALOGUE)
    (tmp_path / "target.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(ProfileError, match=r"the profile is no valid TOML \('utf-8' codec"):
        read_profile(tmp_path / "target.toml", CATALOGUE)
