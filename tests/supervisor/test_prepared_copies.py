"""A database that has been made once is copied, as long as it would be made the same way."""

import os
import tempfile
from pathlib import Path

import pytest

from reference_app.supervisor.prepared_copies import KEPT, PreparedCopies, content_key, open_copies


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "base").mkdir(parents=True)
    (folder / "base" / "1").write_text("rows")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


def test_what_was_kept_under_a_key_is_restored_under_it_alone(tmp_path: Path, home: Path, data: Path) -> None:
    PreparedCopies(home, "key").keep({"database": data})
    assert PreparedCopies(home, "other").restore({"database": tmp_path / "restored"}) is False
    assert not (tmp_path / "restored").exists()
    assert PreparedCopies(home, "key").restore({"database": tmp_path / "restored"}) is True
    assert (tmp_path / "restored" / "base" / "1").read_text() == "rows"


def test_a_copy_that_was_interrupted_is_never_restored(tmp_path: Path, home: Path, data: Path) -> None:
    (home / "unfinished").mkdir()
    (home / "unfinished" / "torn").write_text("half")
    copies = PreparedCopies(home, "key")
    assert copies.restore({"database": tmp_path / "restored"}) is False
    copies.keep({"database": data})
    assert sorted(path.name for path in home.iterdir()) == ["key", "lock"]
    assert [str(path.relative_to(home / "key")) for path in (home / "key").glob("*/*")] == ["database/base"]


def test_the_copies_that_were_used_last_are_kept(tmp_path: Path, home: Path, data: Path) -> None:
    for number in range(KEPT):
        PreparedCopies(home, str(number)).keep({"database": data})
        os.utime(home / str(number), (number, number))
    assert PreparedCopies(home, "0").restore({"database": tmp_path / "restored"}) is True
    PreparedCopies(home, "new").keep({"database": data})
    left = {path.name for path in home.iterdir() if path.is_dir()}
    assert left == {"0", "new", *(str(number) for number in range(2, KEPT))}


def test_a_folder_that_others_can_write_to_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert open_copies("key") is not None
    (folder,) = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    assert open_copies("key") is None


def test_the_key_follows_what_decides_the_content_and_nothing_else(tmp_path: Path) -> None:
    program = tmp_path / "postgres"
    program.write_text("program")
    key = content_key(products=10, program=program, variables={"A": "1", "WEB_WORKERS": "2"})
    assert content_key(products=10, program=program, variables={"A": "1", "WEB_WORKERS": "3"}) == key
    assert content_key(products=11, program=program, variables={"A": "1", "WEB_WORKERS": "2"}) != key
    assert content_key(products=10, program=program, variables={"A": "2", "WEB_WORKERS": "2"}) != key
    program.write_text("another program")
    assert content_key(products=10, program=program, variables={"A": "1", "WEB_WORKERS": "2"}) != key
