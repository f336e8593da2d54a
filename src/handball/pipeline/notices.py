"""What the user must know about a clip and its throw."""

from __future__ import annotations

from handball.config import Settings
from handball.domain.action import KeyActions
from handball.domain.performance import Notice
from handball.domain.skeleton import Side
from handball.domain.video import Video
from handball.key_actions.strikes import HIDDEN
from handball.pipeline.choosing import Found
from handball.pipeline.measuring import Measured

_LOW_RATE_HZ = 58.0


def throw_notices(hand: Side, key_actions: KeyActions, settings: Settings, *, unsure: bool) -> tuple[Notice, ...]:
    """Return what the user must know of a throw itself."""
    notices = [Notice(key="hand_unsure", values=(("hand", hand),))] if unsure else []
    strike = key_actions["strike"]
    if strike.rule == HIDDEN:
        notices.append(Notice(key="hand_lost", values=(("milliseconds", f"{1000 * strike.timing_sigma_s:.0f}"),)))
    if settings.technique is not None and settings.technique.contradicted_by(key_actions.kind):
        notices.append(Notice(key="not_a_jump" if settings.technique.feet == "jump" else "not_standing"))
    return tuple(notices)


def video_notices(video: Video, found: Found, measured: Measured) -> tuple[Notice, ...]:
    """Return what the user must know of a video and of whom it shows."""
    notices = []
    if video.variable_rate:
        notices.append(Notice(key="variable_rate", values=(("rate_hz", f"{video.rate_hz:.0f}"),)))
    if video.repeated_share > 0.02:
        values = (("percent", f"{100 * video.repeated_share:.0f}"), ("rate_hz", f"{video.distinct_rate_hz:.0f}"))
        notices.append(Notice(key="repeated_frames", values=values))
    if video.lost_frames:
        notices.append(Notice(key="lost_frames", values=(("count", str(video.lost_frames)),)))
    if video.distinct_rate_hz < _LOW_RATE_HZ:
        notices.append(Notice(key="low_rate", values=(("rate_hz", f"{video.distinct_rate_hz:.0f}"),)))
    if len(video.shots) > 1:
        notices.append(Notice(key="several_shots", values=(("count", str(len(video.shots))),)))
    if measured.repaired_sides:
        notices.append(Notice(key="sides_repaired", values=(("count", str(measured.repaired_sides)),)))
    if found.athlete.people > 1:
        notices.append(Notice(key="several_people", values=(("count", str(found.athlete.people)),)))
    return tuple(notices)
