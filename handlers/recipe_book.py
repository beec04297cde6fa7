"""The book of recipes: what writes a message of the post when it leaves."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.recipes import Recipe

RECIPES: Mapping[str, Recipe] = {}
