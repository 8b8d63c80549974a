"""What becomes of what was said: public summaries of sessions, and commitments until they are kept."""
