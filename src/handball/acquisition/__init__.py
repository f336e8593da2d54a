"""From a file to a `Video` and its pictures: true times, rotation applied, flaws named, frames streamed."""

from handball.acquisition.decoding import capture_rate_hz
from handball.acquisition.video_file import VideoFile, scan_video

__all__ = ["VideoFile", "capture_rate_hz", "scan_video"]
