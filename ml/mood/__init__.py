"""How music sounds: from Spotify's nine audio features to a mix of four moods."""
