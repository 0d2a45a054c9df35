"""How tracks sound: a chain of a cache and providers behind one port."""
