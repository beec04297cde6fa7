"""What stands behind the dashboard's doors: one module per subject."""
