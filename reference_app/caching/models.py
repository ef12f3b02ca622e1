"""Moves of generations that Redis has still to see."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class PendingMove(models.Model):
    """Written in the transaction of a change and deleted once Redis knows: a row that stays is a move that was lost."""

    topic = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.topic
