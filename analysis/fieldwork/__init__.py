"""What fieldwork brought: outcome rates by number, who did not answer, what weighting had to move."""
