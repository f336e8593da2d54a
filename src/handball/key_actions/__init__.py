"""Start, cocking, strike and finish of a throw: which hand throws, and when."""

from handball.key_actions.curves import throwing_hand
from handball.key_actions.manual import at_times
from handball.key_actions.rule import StrikeFirstRule

__all__ = ["StrikeFirstRule", "at_times", "throwing_hand"]
