"""The section `[live]` of the settings."""

from __future__ import annotations

from pydantic import Field

from otnet_server.config_section import Section


class Live(Section):
    """Live streams and their recordings."""

    profile: str = Field(
        "live", description="The profile of live streams. They are encoded as H.264 in software, in segments of 2 s."
    )
    grace_s: float = Field(
        20, ge=0, le=3600, description="Seconds in which a publisher may come back and continue its stream."
    )
    failover_s: float = Field(2, ge=0.5, le=60, description="Seconds of silence of a primary until its backup is used.")
    return_s: float = Field(10, ge=0, le=3600, description="Seconds that a primary must send again until it is used.")
    dvr_s: float = Field(7200, ge=30, description="Seconds that viewers of a live stream can go back.")
    slow_s: float = Field(8, ge=0, description="Drop the highest rung when encoding was so long too slow. 0: never.")
    warn_bitrate_kbps: int = Field(300, ge=0, description="Warn below so many kilobits per second. 0: never, as below.")
    warn_keyframe_s: float = Field(5, ge=0, description="Warn when keyframes are more seconds apart.")
    warn_latency_s: float = Field(5, ge=0, description="Warn when viewers get the stream so many seconds late.")
    warn_silence_s: float = Field(10, ge=0, description="Warn when there was no sound for so many seconds.")
    warn_black_s: float = Field(5, ge=0, description="Warn when the picture was black for so many seconds.")
    warn_frozen_s: float = Field(15, ge=0, description="Warn when the picture did not move for so many seconds.")
    warn_loudness_lufs: float = Field(-9, ge=-70, le=0, description="Warn when the sound is louder (EBU R 128).")
