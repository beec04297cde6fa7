"""The pages of a hall: behind its codes and cards, on its screen, at its door."""
