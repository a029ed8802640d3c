"""OTNet. Plugins import only this module: its names are the plugin interface.

`tests/contract/test_interface.py` fails when the list changes.
"""

from otnet_server.config import Profile
from otnet_server.errors import MediaError, OtnetError, StorageUnavailable
from otnet_server.events import (
    Event,
    MediaEncoding,
    MediaEvent,
    MediaFailed,
    MediaFound,
    MediaPlanned,
    MediaPlayable,
    MediaProbed,
    MediaReady,
    MediaRemoved,
    RecordCreated,
    RecordDeleted,
    RecordEvent,
    RecordUpdated,
)
from otnet_server.hookspecs import ServerContext, hookimpl
from otnet_server.logs import log
from otnet_server.media.ladder import Rung
from otnet_server.media.plan import AudioPlan, Plan, VideoPlan
from otnet_server.media.timeline import Chunk, Timeline
from otnet_server.process.command import Command, Limits, ProcessFailed, Result
from otnet_server.process.ffmpeg_image_input import image_guard
from otnet_server.process.ffmpeg_input import input_guard
from otnet_server.protocols import (
    Ask,
    AudioChunk,
    AuthProvider,
    EncodeContext,
    Encoder,
    Executor,
    Exported,
    Exporter,
    ExportSite,
    Identity,
    Metadata,
    MetadataProvider,
    PackagedTrack,
    Packager,
    Run,
    Storage,
    StoredObject,
    Task,
    VideoChunk,
)

__all__ = [
    "Ask",
    "AudioChunk",
    "AudioPlan",
    "AuthProvider",
    "Chunk",
    "Command",
    "EncodeContext",
    "Encoder",
    "Event",
    "Executor",
    "ExportSite",
    "Exported",
    "Exporter",
    "Identity",
    "Limits",
    "MediaEncoding",
    "MediaError",
    "MediaEvent",
    "MediaFailed",
    "MediaFound",
    "MediaPlanned",
    "MediaPlayable",
    "MediaProbed",
    "MediaReady",
    "MediaRemoved",
    "Metadata",
    "MetadataProvider",
    "OtnetError",
    "PackagedTrack",
    "Packager",
    "Plan",
    "ProcessFailed",
    "Profile",
    "RecordCreated",
    "RecordDeleted",
    "RecordEvent",
    "RecordUpdated",
    "Result",
    "Run",
    "Rung",
    "ServerContext",
    "Storage",
    "StorageUnavailable",
    "StoredObject",
    "Task",
    "Timeline",
    "VideoChunk",
    "VideoPlan",
    "hookimpl",
    "image_guard",
    "input_guard",
    "log",
]
