"""Start, cocking, strike and finish of a throw: which hand throws, and when; and what the feet do meanwhile."""

from handball.key_actions.events import throw_events
from handball.key_actions.manual import at_times
from handball.key_actions.rule import StrikeFirstRule
from handball.key_actions.strikes import throwing_hand

__all__ = ["StrikeFirstRule", "at_times", "throw_events", "throwing_hand"]
