"""What the pages of a hall show and do: its codes, its screen, its rehearsal, its door."""
