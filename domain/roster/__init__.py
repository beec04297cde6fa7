"""Rosters: from the sheets of an office to what changes on the roll."""
