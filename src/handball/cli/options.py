"""From options to settings: the command line lies over the config file, that over the defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from handball.config import Settings, load_config, merged, parsed_key_actions, settings_from
from handball.errors import UsageError


def given(**options: Any) -> dict[str, Any]:
    """Keep the options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def clip_options(
    athlete: str | None,
    hand: str | None,
    slow_motion: float | None,
    start: float | None,
    end: float | None,
    key: str | None,
) -> dict[str, Any]:
    """Return the given options of one side as nested settings."""
    times = parsed_key_actions(key) if key is not None else None
    return given(athlete=athlete, hand=hand, slow_motion=slow_motion, start=start, end=end, key=times)


def built_settings(
    config: Path | None, joints: Path | None, top: Mapping[str, Any], **sides: Mapping[str, Any]
) -> Settings:
    """Build the settings of a run.

    Raises
    ------
    InvalidConfigError
        When the config file or an option has an unknown name or a value out of range.
    """
    values: dict[str, Any] = dict(top)
    values.update({name: dict(side) for name, side in sides.items() if side})
    if joints is not None:
        from handball.storage.marker_names import load_joint_map

        values["joints"] = load_joint_map(joints)
    base = load_config(config, values) if config is not None else {}
    return settings_from(merged(base, values))


def check_there(paths: Sequence[Path], option: str = "") -> None:
    """Refuse clips that are not there or are folders, before work begins.

    Raises
    ------
    UsageError
        Naming the option and the path.
    """
    for path in paths:
        if path.is_dir():
            raise UsageError(f"{option}{path} is a folder, expected a clip: name one or more files.")
        if not path.exists():
            raise UsageError(f"No such file: {option}{path}. Check the name and the folder.")


def check_videos(paths: Sequence[Path]) -> None:
    """Refuse what is no video before the other clips are analysed; pose files are read soon enough.

    Raises
    ------
    UnreadableVideoError
        Not a video, or sound without pictures.
    """
    from handball.acquisition.decoding import open_stream
    from handball.storage.poses import is_pose_file

    for path in paths:
        if not is_pose_file(path):
            with open_stream(path):
                pass
