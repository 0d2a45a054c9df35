"""Hears wishes and concern in words, beside the rules of the core."""
