"""The types of fields."""

from otnet_server.schema.fields.boolean import Boolean
from otnet_server.schema.fields.choice import Choice, Choices, ComputedChoice, Scopes
from otnet_server.schema.fields.dates import Date, Moment
from otnet_server.schema.fields.expression import Expression
from otnet_server.schema.fields.integration import ExternalId, Metadata
from otnet_server.schema.fields.json_object import JsonObject
from otnet_server.schema.fields.numbers import Duration, Integer, Number
from otnet_server.schema.fields.origins import Origins
from otnet_server.schema.fields.reference import Reference, References
from otnet_server.schema.fields.regions import Regions
from otnet_server.schema.fields.shown import Computed, Image, Object, Secret
from otnet_server.schema.fields.slug import Slug
from otnet_server.schema.fields.text import Markdown, Text
from otnet_server.schema.fields.translations import Translations
from otnet_server.schema.fields.words import Color, Email, HostName, Language, RtmpUrl, TimeZone, Url

__all__ = [
    "Boolean",
    "Choice",
    "Choices",
    "Color",
    "Computed",
    "ComputedChoice",
    "Date",
    "Duration",
    "Email",
    "Expression",
    "ExternalId",
    "HostName",
    "Image",
    "Integer",
    "JsonObject",
    "Language",
    "Markdown",
    "Metadata",
    "Moment",
    "Number",
    "Object",
    "Origins",
    "Reference",
    "References",
    "Regions",
    "RtmpUrl",
    "Scopes",
    "Secret",
    "Slug",
    "Text",
    "TimeZone",
    "Translations",
    "Url",
]  # fmt: skip
