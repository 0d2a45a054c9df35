"""Every error that SMOODY raises on purpose, but for those of single commands and training data, which stand there.

::

    SmoodyError
      ListenerFacing          phrase: key into phrases; becomes a reply
        NothingToRead
        UtteranceTooLong
        OrderExpired
        PlaylistHalfMade
      Unavailable             retry_after: seconds or None; becomes a calm "one moment"
        ClassifierOverloaded
        CatalogueUnavailable
        PlaylistSourceUnavailable
        ProviderPostponed     a provider asked for hours of rest, or our own budget is spent
        FeatureSourceUnavailable
        ArtworkUnavailable
      SourceRefused           a source that only its operator can mend
        PlaylistForeign
        PlaylistGone
        PlaylistFileRefused
        AuthorisationMissing
        AuthorisationExpired
        CodeRefused
      UnexpectedAnswer        somebody broke their contract
        ModelOutputUnexpected
        SpotifyAnswerUnexpected
        FeatureAnswerUnexpected
      Misconfigured           stops start-up with exit code 78; the text is one line for the operator
        SettingsRefused
        ManifestMissing
        BundleCorrupt
        DatabaseRefused
        PlatformRefused
      FeaturesRefused         a row of audio features that cannot be a track
      CatalogueFileRefused    a file of tracks that cannot be imported
"""


class SmoodyError(Exception):
    """Root of all errors raised on purpose."""


class ListenerFacing(SmoodyError):
    """Something that the listener can mend; ``phrase`` is the key of what they are told."""

    phrase: str

    def __init__(self) -> None:
        super().__init__(self.phrase)


class NothingToRead(ListenerFacing):
    """The utterance holds no words, digits or emoji."""

    phrase = "nothing_to_read"


class UtteranceTooLong(ListenerFacing):
    """The utterance is longer than anyone's feelings in one message."""

    phrase = "utterance_too_long"


class OrderExpired(ListenerFacing):
    """The link under which something was ordered is too old, or none of ours."""

    phrase = "order_expired"


class PlaylistHalfMade(ListenerFacing):
    """A playlist was made for a listener, but its tracks could not be put into it."""

    phrase = "playlist_half_made"


class Unavailable(SmoodyError):
    """Something needed cannot answer now; ``retry_after`` in seconds where it is known."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ClassifierOverloaded(Unavailable):
    """The line in front of the classifier is full."""


class CatalogueUnavailable(Unavailable):
    """The database cannot be reached or is locked for too long."""


class PlaylistSourceUnavailable(Unavailable):
    """Spotify did not answer, though it was asked more than once."""


class ProviderPostponed(Unavailable):
    """A provider must be left alone for longer than anyone should wait; ``retry_after`` says for how long."""


class FeatureSourceUnavailable(Unavailable):
    """A provider of audio features did not answer, or refused."""


class ArtworkUnavailable(Unavailable):
    """The artwork of a track cannot be looked up now."""


class SourceRefused(SmoodyError):
    """A source cannot be read until its operator changes something; the text says what."""


class PlaylistForeign(SourceRefused):
    """The playlist belongs to somebody else: Spotify shows contents to owners and collaborators only."""


class PlaylistGone(SourceRefused):
    """There is no such playlist, or it is one of Spotify's own, which no application may read."""


class PlaylistFileRefused(SourceRefused):
    """A file of playlist rows cannot be read; the text names the row and what is wrong with it."""


class AuthorisationMissing(SourceRefused):
    """No Spotify account is connected: ``smoody spotify login``."""


class AuthorisationExpired(SourceRefused):
    """Spotify has ended the operator's authorisation: ``smoody spotify login`` again."""


class CodeRefused(SourceRefused):
    """Spotify does not take what a browser brought back from it: it is used up, or too old."""


class UnexpectedAnswer(SmoodyError):
    """Somebody broke their contract with us."""


class ModelOutputUnexpected(UnexpectedAnswer):
    """A model gave outputs of another shape than its manifest says, or no numbers."""


class SpotifyAnswerUnexpected(UnexpectedAnswer):
    """Spotify answered with something that is no playlist, page or token."""


class FeatureAnswerUnexpected(UnexpectedAnswer):
    """A provider of audio features answered with something that is none."""


class Misconfigured(SmoodyError):
    """The operator must change something before SMOODY can start; ``problems`` has one line for each thing."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class SettingsRefused(Misconfigured):
    """A setting is unknown or has a value that cannot be."""


class ManifestMissing(Misconfigured):
    """A directory that should be a model bundle has no readable ``manifest.json``."""


class BundleCorrupt(Misconfigured):
    """A file of a model bundle is missing or is not the one that its manifest describes."""


class DatabaseRefused(Misconfigured):
    """The database cannot be opened or is newer than this version of SMOODY."""


class PlatformRefused(Misconfigured):
    """A chat platform refuses what the operator gave: its token, its intents, or where it shall bring updates."""


class FeaturesRefused(SmoodyError):
    """A row of audio features that cannot be a track; the text names the feature and what is wrong with it."""


class CatalogueFileRefused(SmoodyError):
    """A file of tracks that cannot be imported; the text names the row and what is wrong with it."""
