"""The models: how they are trained, exported, measured and run. Only the runtimes are part of the service."""
