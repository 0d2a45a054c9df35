"""How good recommendations are, measured on simulated listeners: no listener's own data is needed or used."""
