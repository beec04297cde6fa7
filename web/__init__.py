"""What a browser or a messenger's server calls: hooks, chat, landing page, screens, health."""
