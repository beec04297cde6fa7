"""The book of recipes: what writes a message of the post when it leaves."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import (
    broadcast_progress,
    charts,
    digests,
    nudge_answers,
    nudge_message,
    reminding,
    settling,
    trials,
)
from handlers.recipes import Recipe
from storage import broadcasts, claims, escalations, nudges

RECIPES: Mapping[str, Recipe] = {
    "due": reminding.write,
    broadcasts.RECIPE: broadcast_progress.recipe,
    nudges.RECIPE: nudge_message.write,
    nudges.ASKED: nudge_answers.write_reminder,
    escalations.RECIPE: digests.write,
    trials.RECIPE: trials.write,
    claims.RECIPE: settling.write,
    **charts.RECIPES,
}
