"""Series of sessions and the duties that come with them; who came, as counts of voluntary cards."""
