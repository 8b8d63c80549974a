"""The instrument as data: questions, codes, wording, comparison across years."""
