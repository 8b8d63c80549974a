"""The method: weights, errors, change, themes, charts. No Flask, no SQL."""
