"""Every error that SMOODY raises on purpose, but for those of single commands and training data, which stand there.

::

    SmoodyError
      ListenerFacing          phrase: key into phrases; becomes a reply
        NothingToRead
        UtteranceTooLong
      Unavailable             retry_after: seconds or None; becomes a calm "one moment"
        ClassifierOverloaded
        CatalogueUnavailable
      UnexpectedAnswer        somebody broke their contract
        ModelOutputUnexpected
      Misconfigured           stops start-up with exit code 78; the text is one line for the operator
        SettingsRefused
        ManifestMissing
        BundleCorrupt
        DatabaseRefused
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


class Unavailable(SmoodyError):
    """Something needed cannot answer now; ``retry_after`` in seconds where it is known."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ClassifierOverloaded(Unavailable):
    """The line in front of the classifier is full."""


class CatalogueUnavailable(Unavailable):
    """The database cannot be reached or is locked for too long."""


class UnexpectedAnswer(SmoodyError):
    """Somebody broke their contract with us."""


class ModelOutputUnexpected(UnexpectedAnswer):
    """A model gave outputs of another shape than its manifest says, or no numbers."""


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


class FeaturesRefused(SmoodyError):
    """A row of audio features that cannot be a track; the text names the feature and what is wrong with it."""


class CatalogueFileRefused(SmoodyError):
    """A file of tracks that cannot be imported; the text names the row and what is wrong with it."""
