"""Themes of public comments: codebook, text, tagger, draw, corrected shares."""
