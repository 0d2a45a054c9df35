"""The emotion model: what is heard in words."""
