"""The operator's own Spotify account: login, playlists, and audio features for applications that still may."""
