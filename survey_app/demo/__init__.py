"""The synthetic city: seeded residents over public census figures."""
