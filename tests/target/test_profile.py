"""Reading a target's profile: what it may say, and one sentence for each thing that it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.catalogue import load_catalogue
from spec.target.profile.profile_model import AddressPlan, Effect, Profile, ProfileError, StartPlan, WindowPlan
from spec.target.profile.profile_reading import read_profile
from tests.support.certificates import make_tls

CATALOGUE = load_catalogue()
HEAD = 'schema_version = 1\nname = "Shop"\n'
ADDRESS = f'{HEAD}[address]\nbase_url = "https://shop.example/"\n'
START = f'{HEAD}[start]\ncommand = ["shop", "--up"]\n'


def read(folder: Path, text: str) -> Profile:
    """The profile with this text."""
    path = folder / "target.toml"
    path.write_text(text)
    return read_profile(path, CATALOGUE)


def test_a_profile_with_an_address_needs_nothing_more_and_claims_nothing(tmp_path: Path) -> None:
    profile = read(tmp_path, ADDRESS)
    assert profile == Profile(
        name="Shop",
        path=tmp_path / "target.toml",
        address=AddressPlan("https://shop.example"),
        start=None,
        capabilities=frozenset(),
        chapters=frozenset(),
        effects=frozenset(),
    )
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
[adapter]
module = "mine.adapter"
paths = {{cart = "/basket"}}
[claims]
chapters = ["RATE"]
capabilities = ["admin", "db", "cache", "logs"]
[effects]
allowed = ["reads", "signs in"]
[windows]
staff_email = "staff@shop.example"
staff_password_variable = "STAFF"
database_url = "postgresql://x"
database_log = "db.log"
cache_url = "redis://x"
log_file = "/var/log/shop"
[log_fields]
status = "code"
[commands]
"stop database" = "systemctl stop postgresql"
"start database" = "systemctl start postgresql"
[policies]
rate_tolerance = 0.01
rate_window = "sliding"
deprecated_schema = "v1.json"
arrival_rate = {{per_second = 3, mix = {{browse = 1}}}}
""",
    )
    assert profile.address == AddressPlan("http://127.0.0.1:8000/shop", authority)
    assert (profile.adapter_module, profile.adapter_paths) == ("mine.adapter", {"cart": "/basket"})
    assert (profile.claims("RATE"), profile.claims("FLOW")) == (True, False)
    assert profile.effects == {Effect.READS, Effect.SIGNS_IN}
    assert profile.windows == WindowPlan(
        "staff@shop.example", "STAFF", "postgresql://x", tmp_path / "db.log", "redis://x", Path("/var/log/shop")
    )
    assert (profile.log_fields, profile.timeout_seconds) == ({"status": "code"}, 2.5)
    assert profile.commands == {
        "stop database": "systemctl stop postgresql",
        "start database": "systemctl start postgresql",
    }
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
    assert profile.start == StartPlan(("shop", "--up"), 9.0, {"burst_limit": "BURST"}, {"BURST": "9/s"})
    assert profile.claims("ANYTHING")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x", "the profile is no valid TOML (Expected '=' after a key in a key/value pair (at end of document))"),
        ('name = "x"', "schema_version has to be 1, it is None"),
        ("schema_version = 2", "schema_version has to be 1, it is 2"),
        (HEAD, "exactly one of [address] and [start] has to be there"),
        (f'{ADDRESS}[start]\ncommand = ["x"]', "exactly one of [address] and [start] has to be there"),
        (
            ADDRESS.replace("name", "nmae"),
            "unknown key 'nmae'; known are adapter, address, claims, commands, effects, ",
        ),
        (ADDRESS.replace('name = "Shop"\n', ""), "name has to be given as text, it is None"),
        (ADDRESS.replace('"Shop"', '""'), "name has to be text, it is ''"),
        (f"{HEAD}address = 3", "[address] has to be a table"),
        (f"{HEAD}[address]", "[address] base_url has to be given as text, it is None"),
        (f"{ADDRESS}port = 3", "unknown key [address] 'port'; known are base_url, ca_certificate"),
        (f'{ADDRESS}ca_certificate = "none.pem"', "[address] ca_certificate has to be a PEM file with the certificate"),
        (f'{ADDRESS}ca_certificate = "target.toml"', "[address] ca_certificate has to be a PEM file"),
        (ADDRESS.replace("https", "ftp"), "[address] base_url has to be an http or https URL with a host"),
        (ADDRESS.replace("shop.example", ""), "[address] base_url has to be an http or https URL with a host"),
        (
            ADDRESS.replace("shop.example", "a:b@shop"),
            "[address] base_url has to be an http or https URL with a host, without user, query and fragment",
        ),
        (f'{ADDRESS}[windows]\ncache_url = "localhost:6379"', "[windows] cache_url has to be a redis://, rediss:// or"),
        (f'{ADDRESS}[windows]\ndatabase_url = "localhost"', "[windows] database_url has to be a postgresql:// URL"),
        (f'{ADDRESS}[log_fields]\nrequest_id = ""', "[log_fields] request_id has to be text, it is ''"),
        (
            f'{ADDRESS}[policies]\ndeprecated_schema = "none.json"',
            "[policies] deprecated_schema has to be the path of a file that is there, it is 'none.json'",
        ),
        (ADDRESS.replace("shop.example", "x:99999"), "[address] base_url has to be an http or https URL with a host"),
        (ADDRESS.replace("example/", "example/?x"), "[address] base_url has to be an http or https URL with a host"),
        (f"{HEAD}[start]", "[start] command has to be a command and its arguments, it is None"),
        (f'{HEAD}[start]\ncommand = "x"', "[start] command has to be a list of texts, it is 'x'"),
        (f"{START}ready_within_seconds = 0", "[start] ready_within_seconds has to be a number above zero, it is 0"),
        (f"{START}ready_within_seconds = nan", "[start] ready_within_seconds has to be a number above zero, it is nan"),
        (f"{START}[start.settings]\nburst_limit = 9", "[start.settings] burst_limit has to be text, it is 9"),
        (
            f'{START}[start.settings]\nburst = "B"',
            "unknown key [start.settings] 'burst'; known are burst_limit, refresh_grace",
        ),
        (
            f'{ADDRESS}[policies]\nrate_windw = "clock"',
            "unknown key [policies] 'rate_windw'; known are allowed_origins, arrival_rate, ",
        ),
        (
            f'{ADDRESS}[policies]\nrate_window = "slding"',
            """[policies] rate_window has to be "sliding" or "clock", it is 'slding'""",
        ),
        (
            f"{ADDRESS}[policies]\nrate_tolerance = 0.02",
            "[policies] rate_tolerance has to be a number from 0 to 0.01, it is 0.02",
        ),
        (
            f'{ADDRESS}[policies]\nrate_tolerance = "0"',
            "[policies] rate_tolerance has to be a number from 0 to 0.01, it is '0'",
        ),
        (
            f"{ADDRESS}[policies]\nrefresh_grace = inf",
            "[policies] refresh_grace has to be a number of at least 0, it is inf",
        ),
        (
            f"{ADDRESS}[policies]\nquery_budget = 2.5",
            "[policies] query_budget has to be a whole number of at least 1, it is 2.5",
        ),
        (
            f"{ADDRESS}[policies]\nquery_budget = true",
            "[policies] query_budget has to be a whole number of at least 1, it is True",
        ),
        (
            f'{ADDRESS}[policies]\nallowed_origins = "*"',
            "[policies] allowed_origins has to be a list of texts, it is '*'",
        ),
        (f"{ADDRESS}[policies]\narrival_rate = 0", "[policies] arrival_rate has to be a number above 0, or a table"),
        (
            f"{ADDRESS}[policies]\narrival_rate = {{per_second = 9, mix = {{surf = 1}}}}",
            "[policies] arrival_rate has to be a number above 0, or a table of per_second and mix (shares, ",
        ),
        (f"timeout_seconds = true\n{ADDRESS}", "timeout_seconds has to be a number above zero, it is True"),
        (f"timeout_seconds = inf\n{ADDRESS}", "timeout_seconds has to be a number above zero, it is inf"),
        (f'{ADDRESS}[claims]\nchapter = ["RATE"]', "unknown key [claims] 'chapter'; known are capabilities, chapters"),
        (f'{ADDRESS}[claims]\nchapters = ["RAET"]', "[claims] chapters: unknown 'RAET'; known are FLOW, RATE, HDR,"),
        (
            f'{ADDRESS}[claims]\ncapabilities = ["x"]',
            "[claims] capabilities: unknown 'x'; known are admin, https, start",
        ),
        (f'{ADDRESS}[claims]\ncapabilities = ["start"]', "[claims] capabilities: only a profile with [start] can name"),
        (
            f'{ADDRESS}[claims]\ncapabilities = ["admin"]',
            "[claims] capabilities names 'admin', so [windows] staff_email has to be given",
        ),
        (
            f'{ADDRESS}[claims]\ncapabilities = ["logs"]',
            "[claims] capabilities names 'logs', so [windows] log_file has to be given",
        ),
        (f'{ADDRESS}[effects]\nallowed = ["loads", "sings"]', "[effects] allowed: unknown 'sings'; known are reads,"),
        (f"{ADDRESS}[effects]\nallows = []", "unknown key [effects] 'allows'; known are allowed"),
        (f"{ADDRESS}[adapter]\nmodul = 1", "unknown key [adapter] 'modul'; known are module, paths"),
        (f"{ADDRESS}[adapter.paths]\ncart = 1", "[adapter.paths] cart has to be text, it is 1"),
        (f'{ADDRESS}[windows]\nstaff_password = "x"', "unknown key [windows] 'staff_password'; known are cache_url,"),
        (f'{ADDRESS}[windows]\nstaff_email = "x"', "[windows] staff_email and staff_password_variable belong together"),
        (
            f'{ADDRESS}[log_fields]\ncolour = "x"',
            "unknown key [log_fields] 'colour'; known are duration, event, method,",
        ),
        (
            f'{ADDRESS}[claims]\ncapabilities = ["services"]',
            "[claims] capabilities names 'services', so [commands] 'stop database' has to be given",
        ),
        (f"{ADDRESS}[commands]\nx = 1", "unknown key [commands] 'x'; known are start application, start cache,"),
        (f"{ADDRESS}[commands]\n'stop cache' = 1", "[commands] stop cache has to be text, it is 1"),
        (
            f"{ADDRESS}[commands]\n'stop cache' = 'x'",
            "[commands] has 'stop cache' and no 'start cache'; the two belong together",
        ),
        (
            f"{ADDRESS}[commands]\n'stop cache' = '\"x'\n'start cache' = 'x'",
            "[commands] stop cache has to be a command that a shell could split into words (No closing quotation)",
        ),
        (
            f"{ADDRESS}[commands]\n'stop cache' = ' '\n'start cache' = 'x'",
            "[commands] stop cache has to be a command and its arguments, it is ' '",
        ),
    ],
)
def test_whatever_is_wrong_is_one_sentence_that_names_file_key_and_what_is_right(
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
        f'{ADDRESS}[windows]\ndatabase_url = "ann:hidden@shop"',
        f'{ADDRESS}[windows]\ncache_url = ":hidden@shop"',
    ],
)
def test_a_password_in_an_address_is_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(ProfileError) as refused:
        read(tmp_path, text)
    assert "hidden" not in str(refused.value)


def test_a_profile_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"none\.toml: the profile cannot be read \(No such file or directory\)$"):
        read_profile(tmp_path / "none.toml", CATALOGUE)
    (tmp_path / "target.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(ProfileError, match=r"the profile is no valid TOML \('utf-8' codec"):
        read_profile(tmp_path / "target.toml", CATALOGUE)
