"""Moves of generations that Redis has still to see."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class PendingMove(models.Model):
    """A move that Redis may not have seen: written in the transaction of the change, deleted once Redis knows."""

    topic = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.topic
