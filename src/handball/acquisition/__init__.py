"""From a file to a `Video` and its pictures: true times, rotation applied, flaws named, frames streamed."""

from handball.acquisition.video_file import VideoFile, scan_video

__all__ = ["VideoFile", "scan_video"]
