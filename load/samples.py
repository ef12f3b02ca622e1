"""Samples: one record of each request, and the file that holds them (`samples.bin`).

The file is a sequence of records without a header, little-endian, 36 bytes each:

    offset  type     meaning
         0  float64  intended start, seconds from the beginning of the schedule
         8  float64  sent; NaN for a request that was never sent
        16  float64  done: the answer was complete, or the failure known; NaN while neither was
        24  uint32   number of the shopper
        28  uint16   operation: index into the manifest's `operations`
        30  uint16   HTTP status; 0 without an answer
        32  uint8    step of the shopper's journey, from 0
        33  uint8    outcome: index into `RequestOutcome`; 0 is success
        34  uint8    1 a cacheable read, 2 it says whether it was a hit (Cache-Status), 4 it was a hit
        35  uint8    part of the request in its verb: 0 its own request, 1 leads to it, 2 looks at what it left

The manifest holds the number of records and the SHA-256 of the file.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from spec.target.steps import Part

_RECORD: Final = struct.Struct("<dddIHHBBBB")


class RequestOutcome(Enum):
    """The ways in which a request ends. The order is part of the file format: only ever add at the end."""

    OK = "ok"
    STATUS = "unexpected status"
    CONTENT = "unexpected content"
    TIMEOUT = "no answer in time"
    REFUSED = "connection refused"
    CLOSED = "connection closed without an answer"
    TLS = "TLS handshake failed"
    PROTOCOL = "no valid HTTP answer"
    UNANSWERED = "unanswered at the end"
    UNSENT = "never sent"
    NO_ACCOUNT = "no account free"
    """A sign-in that never was: the target was so slow that earlier shoppers held all accounts."""


_OUTCOMES: Final = tuple(RequestOutcome)
_INDEX: Final = {outcome: index for index, outcome in enumerate(_OUTCOMES)}
_PARTS: Final = (Part.OWN, Part.LEAD, Part.LOOK)


@dataclass(frozen=True, slots=True)
class Sample:
    """One request. Times in seconds from the beginning of the schedule.

    The requests of one verb have the same shopper and step. The first is due when the shopper wants to act, each later
    one when the answer before it came.
    """

    intended: float
    sent: float | None
    done: float | None
    shopper: int
    step: int
    operation: int
    status: int
    outcome: RequestOutcome
    cacheable: bool = False
    hit: bool | None = None
    part: Part = Part.OWN

    @property
    def ok(self) -> bool:
        """True where the answer came and was what the shopper's step expects."""
        return self.outcome is RequestOutcome.OK

    @property
    def latency(self) -> float:
        """Milliseconds from the intended start to the complete answer; infinite for every failure."""
        return (self.done - self.intended) * 1e3 if self.ok and self.done is not None else math.inf

    @property
    def lag(self) -> float | None:
        """Milliseconds by which the generator itself was late; None for a request that was never sent."""
        return None if self.sent is None else (self.sent - self.intended) * 1e3


def pack(sample: Sample) -> bytes:
    """Make the record of a sample."""
    marks = sample.cacheable + 2 * (sample.hit is not None) + 4 * bool(sample.hit)
    return _RECORD.pack(
        sample.intended,
        math.nan if sample.sent is None else sample.sent,
        math.nan if sample.done is None else sample.done,
        sample.shopper,
        sample.operation,
        sample.status,
        min(sample.step, 255),
        _INDEX[sample.outcome],
        marks,
        _PARTS.index(sample.part),
    )


def pack_all(samples: Iterable[Sample]) -> bytes:
    """Make the content of a samples file."""
    return b"".join(map(pack, samples))


def unpack_all(content: bytes) -> Iterator[Sample]:
    """Read the samples of a file. Raises ValueError when it does not consist of whole, known records."""
    if len(content) % _RECORD.size:
        raise ValueError(f"{len(content)} bytes are no whole number of records of {_RECORD.size} bytes")
    for intended, sent, done, shopper, operation, status, step, outcome, marks, part in _RECORD.iter_unpack(content):
        if outcome >= len(_OUTCOMES):
            raise ValueError(f"there is no outcome {outcome}")
        if part >= len(_PARTS):
            raise ValueError(f"there is no part {part}")
        yield Sample(
            intended=intended,
            sent=None if math.isnan(sent) else sent,
            done=None if math.isnan(done) else done,
            shopper=shopper,
            step=step,
            operation=operation,
            status=status,
            outcome=_OUTCOMES[outcome],
            cacheable=bool(marks & 1),
            hit=bool(marks & 4) if marks & 2 else None,
            part=_PARTS[part],
        )
