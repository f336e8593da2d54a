"""Every error that the package raises on purpose.

A message says what is wrong, what was expected, what was found and what to do; the command line
prints it without a traceback and exits with `exit_code`.
"""

from __future__ import annotations


class HandballError(Exception):
    """Root of all errors raised on purpose. Bad input unless a child says otherwise."""

    exit_code = 2


class UsageError(HandballError):
    """The call itself is wrong: an unknown option value, a folder where a file belongs."""


class MissingExtraError(UsageError):
    """What was asked for needs packages that the plain install leaves out."""


class InvalidConfigError(HandballError):
    """A setting is unknown, misspelt or out of its range."""


class UnreadableVideoError(HandballError):
    """A file that should be a video cannot be decoded."""


class InvalidPoseFileError(HandballError):
    """A pose file has wrong joints, unsorted times or a broken layout."""


class InvalidStandardError(HandballError):
    """A standard file is damaged, of another kind, or from a version that is not known."""


class InvalidRigError(HandballError):
    """A rig file or another calibration is damaged, or its cameras cannot measure what was asked."""


class SyncError(HandballError):
    """It cannot be known how far apart the clocks of two recordings are."""


class InvalidFlightError(HandballError):
    """Places of a ball are no free flight, or too few of one."""


class InvalidBallTrackError(HandballError):
    """A table of a ball's places has a broken layout or values that cannot be."""


class InvalidCropsError(HandballError):
    """Pictures for training are missing, unreadable, or no set of crops."""


class NoAthleteError(HandballError):
    """Nobody was found in the pictures, or not the person who was asked for."""


class NoThrowError(HandballError):
    """There is a person, and no throw."""


class ArmNotVisibleError(HandballError):
    """The throwing arm is outside the picture or hidden during the action."""


class ModelError(HandballError):
    """A model file is missing or is not the file that it should be."""


class InvalidPrototxtError(HandballError):
    """A text that should describe a net or its training cannot be read, or describes another kind of net."""


class OutputError(HandballError):
    """A result cannot be written where it was asked for."""
