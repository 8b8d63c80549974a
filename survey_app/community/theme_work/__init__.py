"""Work on themes: the queue, the blind draw, its shares, the codebook, the learning machine."""
