import math

import pytest

from load.samples import RequestOutcome, Sample, pack, pack_all, unpack_all
from spec.target.steps import Part

ANSWERED = Sample(1.5, 1.501, 1.75, 7, 2, 3, 200, RequestOutcome.OK, cacheable=True, hit=True)
MISSED = Sample(2.0, 2.0, 2.25, 8, 0, 1, 200, RequestOutcome.OK, cacheable=True, hit=False)
UNKNOWN = Sample(2.5, 2.5, 2.75, 9, 0, 1, 500, RequestOutcome.STATUS, cacheable=True, hit=None)
LEADING = Sample(2.5, 2.5, 2.75, 9, 0, 1, 200, RequestOutcome.OK, part=Part.LEAD)
LOOKING = Sample(2.5, 2.5, 2.75, 9, 0, 1, 200, RequestOutcome.OK, part=Part.LOOK)
UNSENT = Sample(3.0, None, None, 10, 0, 0, 0, RequestOutcome.UNSENT)


def test_samples_survive_the_file_exactly() -> None:
    samples = (ANSWERED, MISSED, UNKNOWN, LEADING, LOOKING, UNSENT)
    assert tuple(unpack_all(pack_all(samples))) == samples


def test_a_record_has_the_documented_size() -> None:
    assert len(pack(ANSWERED)) == 36


def test_a_torn_file_is_refused() -> None:
    with pytest.raises(ValueError, match="no whole number of records"):
        list(unpack_all(pack(ANSWERED)[:-1]))


def test_an_unknown_outcome_is_refused() -> None:
    record = bytearray(pack(ANSWERED))
    record[33] = 200
    with pytest.raises(ValueError, match="no outcome 200"):
        list(unpack_all(bytes(record)))


def test_an_unknown_part_is_refused() -> None:
    record = bytearray(pack(ANSWERED))
    record[35] = 3
    with pytest.raises(ValueError, match="no part 3"):
        list(unpack_all(bytes(record)))


def test_latency_counts_from_the_intended_start() -> None:
    assert ANSWERED.latency == pytest.approx(250)
    assert ANSWERED.lag == pytest.approx(1)


def test_every_failure_is_infinitely_slow_however_fast_it_came() -> None:
    assert UNKNOWN.latency == math.inf
    assert UNSENT.latency == math.inf
    assert UNSENT.lag is None
