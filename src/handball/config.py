"""Every setting in one frozen place, from the command line or a TOML file; a wrong one is named."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from handball.detection.choice import check_rule
from handball.domain.action import KEY_ACTION_NAMES, AnchorName, KeyActionName
from handball.errors import InvalidConfigError, UsageError

if TYPE_CHECKING:
    from handball.key_actions.techniques import Technique

HIGHEST_SLOW_MOTION = 64.0
ANY_ACTION = "any"
THROWS = ("best", "last", "all")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"must be a number, found {value}")
    return value


Number = Annotated[float, AfterValidator(_finite)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClipSettings(_Frozen):
    """How to read one clip.

    Attributes
    ----------
    athlete
        `auto`, `largest`, `moving`, `center`, the number of a person or a point `X,Y` in pixels.
    hand
        The throwing hand, or `auto`.
    slow_motion
        How many times slower the file plays than life: 8 for 240 pictures a second stored at 30.
    start, end
        Part of the clip to look at, in real seconds since its first frame.
    key
        Key actions set by hand, in real seconds: `{"strike": 1.4}`.
    throw
        Which throw of a recording that has several: `best`, `last`, a number from 1, or `all`.
    """

    athlete: str = "auto"
    hand: Literal["auto", "left", "right"] = "auto"
    slow_motion: Annotated[Number, Field(gt=0, le=HIGHEST_SLOW_MOTION)] = 1.0
    start: Annotated[Number, Field(ge=0)] | None = None
    end: Annotated[Number, Field(gt=0)] | None = None
    key: Mapping[KeyActionName, Annotated[Number, Field(ge=0)]] = {}
    throw: str = "best"

    @field_validator("throw", mode="before")
    @classmethod
    def _known_throw(cls, value: Any) -> str:
        text = str(value)
        if text not in THROWS and not (text.isascii() and text.isdigit() and int(text) > 0):
            close = difflib.get_close_matches(text, THROWS, 1)
            hint = f" (did you mean '{close[0]}'?)" if close else ""
            raise ValueError(f"'{text}' is no throw{hint}, expected best, last, all or a number from 1")
        return text

    @field_validator("athlete")
    @classmethod
    def _known_rule(cls, value: str) -> str:
        return check_rule(value)

    @model_validator(mode="after")
    def _ordered(self) -> ClipSettings:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"end ({self.end:g} s) must come after start ({self.start:g} s)")
        if self.key and self.throw != "best":
            raise ValueError("key actions set by hand are those of one throw: leave --throw out")
        return self

    @property
    def anchors(self) -> Mapping[AnchorName, float]:
        """Start, cocking, strike and finish, as far as they are set by hand."""
        return {name: self.key[name] for name in KEY_ACTION_NAMES if name in self.key}

    @property
    def all_anchors_given(self) -> bool:
        """Whether start, cocking, strike and finish are all set by hand."""
        return len(self.anchors) == len(KEY_ACTION_NAMES)


class Settings(_Frozen):
    """Settings of one evaluation.

    Attributes
    ----------
    test, standard
        How to read the clips of either side.
    action
        `throw`; `jump_shot`, `standing_shot` or `pass` where it is known which, or one of a coach's own; `any` for
        a movement that need not be one.
    techniques
        A coach's own table of techniques; None for the shipped one alone.
    strictness
        How many spreads of the standard still count as fine; smaller forgives less.
    own_standard
        The standard is an earlier throw of the same athlete: every difference counts, none is a matter of style.
    blur_face
        Blur the faces in every picture that is written.
    pose
        The pose net: `heavy` (better) or `full` (three times faster).
    lift
        How joints get their depth: `temporal` by our net from the pictures around each picture, `landmarks` by the
        pose net from single pictures.
    ball
        Look for the ball around the strike: where it is seen to leave the hand, that is the strike.
    language
        Language of report, tips and notices.
    rig
        Rig file of the cameras that filmed each throw together; None for one camera.
    joints
        Marker names of a laboratory file and our joints for them.
    """

    test: ClipSettings = ClipSettings()
    standard: ClipSettings = ClipSettings()
    action: str = "throw"
    techniques: Path | None = None
    strictness: Annotated[Number, Field(ge=0.25, le=10)] = 2.0
    own_standard: bool = False
    blur_face: bool = False
    pose: Literal["heavy", "full"] = "heavy"
    lift: Literal["temporal", "landmarks"] = "temporal"
    ball: bool = True
    language: str = "en"
    rig: Path | None = None
    joints: Mapping[str, str] = {}
    _techniques_text: str = PrivateAttr("")

    @model_validator(mode="after")
    def _known_action(self) -> Settings:
        try:
            _ = self.technique
        except InvalidConfigError as error:
            raise ValueError(str(error).removesuffix(".")) from error
        return self

    @model_validator(mode="after")
    def _one_throw_of_a_rig(self) -> Settings:
        if self.rig is not None:
            for side in (self.test, self.standard):
                if side.throw != "best":
                    raise ValueError("several cameras measure one throw at a time: leave --throw out, or --rig")
        return self

    @property
    def technique(self) -> Technique | None:
        """The technique that is evaluated; None for any movement."""
        from handball.key_actions.techniques import technique  # noqa: PLC0415 - keeps --help quick

        if self.action == ANY_ACTION:
            return None
        return technique(self.action, self.techniques, self._techniques_text)

    @property
    def looks_for_the_ball(self) -> bool:
        """Whether the ball is looked for: in throws only, for another movement has no release."""
        return self.ball and self.action != ANY_ACTION

    @property
    def techniques_text(self) -> str:
        """The coach's own table of techniques as text; empty for the shipped one alone."""
        from handball.key_actions.techniques_table import read_text  # noqa: PLC0415 - keeps --help quick

        return read_text(self.techniques) if self.techniques is not None else self._techniques_text

    def with_techniques(self, action: str, text: str) -> Settings:
        """Return settings for an action of a coach's table that comes as text, as a frozen standard holds it.

        Raises
        ------
        InvalidConfigError
            When the text or the action is none that this program knows.
        """
        found = self.model_copy(update={"action": action, "techniques": None})
        found._techniques_text = text
        _ = found.technique
        return found

    @property
    def key_action_names(self) -> tuple[KeyActionName, ...]:
        """Names of the key actions that can be set by hand."""
        return tuple(dict.fromkeys((*KEY_ACTION_NAMES, *(self.technique.compared if self.technique else ()))))

    @property
    def words(self) -> Mapping[str, str]:
        """The coach's own words for the key actions, by their keys in the language tables."""
        return self.technique.words() if self.technique is not None else {}


def settings_from(values: Mapping[str, Any]) -> Settings:
    """Build settings from nested values.

    Raises
    ------
    InvalidConfigError
        For an unknown or misspelt key (with the nearest known one) or a value out of range.
    UsageError
        When a rule for choosing the athlete is none.
    """
    _check_keys(values, Settings, "the settings", ())
    _check_key_actions(values, None)
    try:
        return Settings.model_validate(dict(values))
    except ValidationError as error:
        raise InvalidConfigError(_told(error)) from error


def _check_key_actions(values: Mapping[str, Any], source: str | None) -> None:
    """Refuse key actions set by hand that the technique does not have; a wrong technique is told elsewhere.

    `source` is the file that sets them; None for options.
    """
    chosen = {name: values[name] for name in ("action", "techniques") if name in values}
    try:
        known = Settings.model_validate(chosen).key_action_names
    except ValidationError:
        return
    for side, option in (("test", "--key"), ("standard", "--standard-key")):
        for name in values.get(side, {}).get("key", {}):
            if source is not None:
                _check_name(name, known, source, (side, "key"))
            elif name not in known:
                close = difflib.get_close_matches(name, known, 1)
                hint = f" Did you mean '{close[0]}'?" if close else ""
                raise UsageError(f"{option}: '{name}' is no key action, expected one of {', '.join(known)}.{hint}")


def _told(error: ValidationError) -> str:
    """Say what is wrong with the first value, and which option sets it."""
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"]]
    told = first["msg"].removeprefix("Value error, ").replace("Input should", "must")
    value = first["input"]
    found = f", found {value!r}" if isinstance(value, (str, int, float)) and "found" not in told else ""
    option = "-".join(path[1 if path[:1] == ["test"] else 0 : 2]).replace("_", "-")
    called = f" (--{option})" if path[1:] or option not in ("", "standard") else ""
    return f"Setting {'.'.join(path)}{called}: {told}{found}." if path else f"{told}{found}."


def load_config(path: Path, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Read a TOML file of settings; check its keys. `given` are settings that win over those of the file.

    Raises
    ------
    InvalidConfigError
        When it is not there, not TOML, or has a key that is no setting.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidConfigError(f"Config file {path} cannot be read ({error.strerror}): check the name.") from error
    except UnicodeDecodeError as error:
        raise InvalidConfigError(f"Config file {path} is not UTF-8 text: save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidConfigError(f"Config file {path} is not valid TOML: {error}.") from error
    _check_keys(values, Settings, str(path), ())
    chosen = {name: value for name, value in (given or {}).items() if name in ("action", "techniques")}
    _check_key_actions(merged(values, chosen), str(path))
    return values


def merged(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one set of nested values over another."""
    result = dict(base)
    for key, value in override.items():
        below = result.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        result[key] = merged(below, value) if both and isinstance(below, Mapping) else value
    return result


def _check_keys(values: Mapping[str, Any], model: type[BaseModel], source: str, above: tuple[str, ...]) -> None:
    for key, value in values.items():
        _check_name(key, tuple(model.model_fields), source, above)
        below = model.model_fields[key].annotation
        path = (*above, key)
        if isinstance(below, type) and issubclass(below, BaseModel):
            _check_keys(_table(value, source, path), below, source, path)
        elif key == "key":
            _table(value, source, path)


def _table(value: Any, source: str, path: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        name = ".".join(path)
        raise InvalidConfigError(f"Setting '{name}' in {source} must be a table: write [{name}] above its settings.")
    return value


def _check_name(name: str, known: Sequence[str], source: str, above: tuple[str, ...]) -> None:
    if name not in known:
        close = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean '{close[0]}'?" if close else f"known are {', '.join(known)}."
        raise InvalidConfigError(f"Unknown setting '{'.'.join((*above, name))}' in {source}: {hint}")


def parsed_key_actions(text: str) -> dict[str, float]:
    """Read `start=0.8,strike=1.4`.

    Raises
    ------
    UsageError
        For a key action that is given twice or a time that is no number.

    Examples
    --------
    >>> parsed_key_actions("start=0.8, strike=1.4")
    {'start': 0.8, 'strike': 1.4}
    """
    result: dict[str, float] = {}
    for part in text.split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name.isdigit() and result:
            raise UsageError(f"'{text}' has a comma inside a number: write seconds with a point, as in strike=0.8.")
        if not name:
            raise UsageError(f"'{text}' names no key action: write --key strike=0.8.")
        if name in result:
            raise UsageError(f"Key action {name} is given twice, in '{text}': give it once.")
        try:
            result[name] = float(value)
        except ValueError:
            raise UsageError(f"Key action {name} needs seconds, found '{value}': write {name}=0.8.") from None
    return result
