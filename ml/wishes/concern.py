"""The encoder that hears concern beside the n-grams, as the service runs it: one int8 graph on one thread."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from tokenizers import Tokenizer

from bot.errors import BundleCorrupt
from ml.bundle import digest_of
from ml.emotion.runtime import EMBEDDED_BUNDLE, TOKENIZER, session_options, tokenizer_of
from ml.emotion.text import normalise

GRAPH: Final = "concern.onnx"

Logits = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernEncoder:
    """Reads a whole utterance at once, with the tokenizer of the embedded emotion bundle."""

    tokenizer: Tokenizer
    session: ort.InferenceSession
    lowercase: bool

    @classmethod
    def load(cls, directory: Path, fields: dict[str, Any]) -> "ConcernEncoder":
        """Open the encoder of a bundle of wishes; ``fields`` are what its manifest says of it.

        Raises:
            BundleCorrupt: The tokenizer is not the one that it was trained with.
        """
        file = EMBEDDED_BUNDLE / TOKENIZER
        digest = digest_of(file)
        if digest != fields["tokenizer_sha256"]:
            raise BundleCorrupt(f"{file}: not the tokenizer that {directory} was made with")
        tokenizer = tokenizer_of(file, int(fields["max_length"]), digest)
        session = ort.InferenceSession(str(directory / GRAPH), session_options(), ["CPUExecutionProvider"])
        return cls(tokenizer=tokenizer, session=session, lowercase=bool(fields["lowercase"]))

    def logits(self, text: str) -> Logits:
        """One number for each of `ml.wishes.runtime.SAFETY_LABELS`."""
        ids = np.array([self.tokenizer.encode(normalise(text, lowercase=self.lowercase)).ids], dtype=np.int64)
        (logits,) = self.session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.asarray(logits[0], dtype=np.float32)
