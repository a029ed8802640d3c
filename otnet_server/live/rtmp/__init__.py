"""RTMP without input and output, as a receiver of publishers needs it. Pure."""

from otnet_server.live.rtmp.connection import RtmpConnection, RtmpData, RtmpEvent, RtmpPublish, RtmpStop, State
from otnet_server.live.rtmp.error import RtmpError

__all__ = ["RtmpConnection", "RtmpData", "RtmpError", "RtmpEvent", "RtmpPublish", "RtmpStop", "State"]
