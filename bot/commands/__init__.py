"""The commands of `smoody`, one module a subject. Heavy imports stand inside the functions that need them."""
