"""What a person can ask: one file per conversation; `routes` is the contents page."""
