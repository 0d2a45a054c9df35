"""SMOODY's core: from a sentence about how someone feels to five track cards."""

__version__ = "0.1.0"
