"""Files with finer codes for partner universities, under an agreement that ends."""
