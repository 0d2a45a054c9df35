"""Who is who without knowing anyone: platform ids become keyed hashes before anything else sees them."""

import hashlib
import hmac
from dataclasses import dataclass

from bot.domain import ConversationId, ListenerId


@dataclass(frozen=True, slots=True)
class Identities:
    """Hashes platform ids with a secret that stays on this machine."""

    secret: bytes

    def listener(self, platform: str, platform_id: str) -> ListenerId:
        """The listener behind a platform's id: HMAC-SHA256 of ``platform:id``, 64 hexadecimal digits."""
        return ListenerId(self._digest(f"{platform}:{platform_id}"))

    def conversation(self, platform: str, chat_id: str) -> ConversationId:
        """The conversation behind a platform's chat id, in a name space of its own."""
        return ConversationId(self._digest(f"{platform}/chat:{chat_id}"))

    def _digest(self, text: str) -> str:
        return hmac.new(self.secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
