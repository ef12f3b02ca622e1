"""The adapter tables of a profile: secrets come from the environment, and what is wrong is one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spec.catalogue import load_catalogue
from spec.target.answer_kinds import AnswerKind
from spec.target.connection import Connection
from spec.target.profile.adapter_table import VariableMissing, fill_in, read_customers
from spec.target.profile.profile_model import Profile, ProfileError
from spec.target.profile.profile_reading import read_profile
from spec.target.recording import Recorder
from spec.target.source_addresses import SourceAddresses

PROFILE = """
schema_version = 2
name = "Tenants"
[address]
base_url = "https://shop.example/api"
[adapter]
module = "spec.target.adapters.rest"
settings = { ids = "uuid", deep = { region = { variable = "REGION" } } }
headers = { X-Tenant = { variable = "TENANT_KEY" }, X-Client = "spec" }
[adapter.paths]
cart = "/basket"
[[statuses]]
status = 400
at = "/code"
value = "sold_out"
kind = "conflict"
[[accounts.customers]]
email = "ann@shop.example"
password = { variable = "ANN" }
[[accounts.customers]]
email = "bob@shop.example"
password = { variable = "BOB" }
"""
ENVIRONMENT = {"REGION": "north", "TENANT_KEY": "key-123456", "ANN": "Pw-ann-12345", "BOB": "Pw-bob-12345"}


def profile_of(folder: Path, text: str) -> Profile:
    """Write and read a profile."""
    path = folder / "target.toml"
    path.write_text(text)
    return read_profile(path, load_catalogue())


def test_a_profile_configures_its_adapter_and_takes_secrets_from_the_environment(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, PROFILE)
    choices = fill_in(profile.adapter, profile.statuses, ENVIRONMENT)
    assert choices.headers == (("X-Tenant", "key-123456"), ("X-Client", "spec"))
    assert choices.secrets == {"north", "key-123456"}
    assert choices.context.settings == {"ids": "uuid", "deep": {"region": "north"}}
    at = choices.at("https://shop.example/api")
    assert (at.base_url, at.paths, at.statuses[0].kind) == (
        "https://shop.example/api", {"cart": "/basket"}, AnswerKind.CONFLICT,
    )  # fmt: skip
    assert list(read_customers(profile.accounts, ENVIRONMENT)) == [
        ("ann@shop.example", "Pw-ann-12345"), ("bob@shop.example", "Pw-bob-12345"),
    ]  # fmt: skip
    assert "key-123456" not in repr(choices)


@pytest.mark.parametrize(
    ("variable", "key"), [("REGION", "[adapter.settings] deep.region"), ("TENANT_KEY", "[adapter.headers] X-Tenant")]
)
def test_a_variable_that_is_not_set_is_named_with_its_key(tmp_path: Path, variable: str, key: str) -> None:
    profile = profile_of(tmp_path, PROFILE)
    without = {name: value for name, value in ENVIRONMENT.items() if name != variable}
    with pytest.raises(VariableMissing) as missing:
        fill_in(profile.adapter, profile.statuses, without)
    assert str(missing.value) == f"{key} names the environment variable {variable!r}, which is not set"


def test_a_missing_password_of_a_customer_is_named_by_its_place(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, PROFILE)
    with pytest.raises(VariableMissing, match=r"^\[accounts\] customers 1 password names .* 'ANN', which is not set$"):
        list(read_customers(profile.accounts, {}))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("[[statuses]]\nstatus = 400\nkind = 'conflct'", "[[statuses]]"),
        ("[[statuses]]\nstatus = 4\nkind = 'conflict'", "status"),
        ("[[statuses]]\nstatus = 400\nat = 'code'\nkind = 'conflict'", "has to be a JSON pointer such as /error/code"),
        ("[adapter.header]\nX = 'y'", "unknown key [adapter] header; did you mean 'headers'?"),
        ("[[accounts.customers]]\nemail = 'a@b.example'\npasword = 'x'", "did you mean 'password'?"),
        ("[accounts]\ncustomer = []", "did you mean 'customers'?"),
    ],
)
def test_what_is_wrong_in_these_tables_is_one_sentence(tmp_path: Path, table: str, sentence: str) -> None:
    with pytest.raises(ProfileError) as wrong:
        profile_of(tmp_path, f'schema_version = 2\nname = "x"\n[address]\nbase_url = "http://x.example"\n{table}\n')
    assert sentence.strip("[]") in str(wrong.value)
    assert "\n" not in str(wrong.value)


CLASS = """
from spec.target.verbs import ShopVerbs
class Verbs(ShopVerbs):
    def nobody(self, thing):
        return "0"
    def __init__(self, context):
        {line}
"""
NO_NOBODY = "from spec.target.verbs import ShopVerbs\nclass Verbs(ShopVerbs):\n    pass\n"
BROKEN_MODULES = {
    "has_no_class": ("x = 1", "has no class 'Verbs' derived from spec.target.verbs.ShopVerbs"),
    "has_a_syntax_error": ("def f(:\n", "cannot be imported (SyntaxError: "),
    "raises_on_import": ("x = 1\ny = {}['z']\n", "cannot be imported (KeyError: 'z') at raises_on_import.py, line 2"),
    "imports_nothing": ("import no_such_module\n", "cannot be imported (No module named 'no_such_module') at"),
    "is_abstract": (NO_NOBODY, "has to define nobody"),
    "raises_when_made": (
        CLASS.format(line="self.x = context.nothing"),
        "'AdapterContext' object has no attribute 'nothing') at raises_when_made.py, line 7",
    ),
    "refuses_settings": (
        CLASS.format(line="raise ValueError('[adapter.settings] shop is missing')"),
        "[adapter.settings] shop is missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("module", BROKEN_MODULES)
def test_what_is_wrong_with_an_adapter_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    source, sentence = BROKEN_MODULES[module]
    (tmp_path / f"{module}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    text = f'schema_version = 2\nname = "x"\n[address]\nbase_url = "http://x.example"\n[adapter]\nmodule = "{module}"\n'
    profile = profile_of(tmp_path, text)
    with pytest.raises(ProfileError) as wrong:
        Connection(profile, addresses=SourceAddresses("run"), recorder=Recorder(), progress=print)
    assert sentence in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_an_adapter_that_is_not_on_the_path_says_how_one_is_found(tmp_path: Path) -> None:
    text = 'schema_version = 2\nname = "x"\n[address]\nbase_url = "http://x.example"\n[adapter]\nmodule = "not_there"\n'
    with pytest.raises(
        ProfileError, match=r"cannot be imported \(No module named 'not_there'\); name one on PYTHONPATH"
    ):
        Connection(profile_of(tmp_path, text), addresses=SourceAddresses("run"), recorder=Recorder(), progress=print)


def test_the_statuses_of_a_profile_are_those_of_its_schema(tmp_path: Path) -> None:
    schema = json.loads((Path(__file__).parents[2] / "docs/schemas/profile.schema.json").read_text())
    assert schema["$defs"]["AnswerKind"]["enum"] == list(AnswerKind)
