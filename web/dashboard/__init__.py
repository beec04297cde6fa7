"""The dashboard: pages for whoever answers for a unit."""
