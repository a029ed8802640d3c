"""OpenAPI of the operations on files: the picture of artwork, subtitles, uploads (tus 1.0), imports, exports. Pure.

They are not generated from a resource, because they are not operations on its fields.
"""

from __future__ import annotations

from otnet_server.schema.field import Surface
from otnet_server.schema.openapi_metadata_imports import metadata_import_paths
from otnet_server.schema.openapi_nodes import (
    JSON,
    RETRY_AFTER,
    Node,
    body_problems,
    file_operation,
    header,
    id_parameter,
    problem_response,
    response,
    shared_response,
)
from otnet_server.schema.openapi_subtitles import subtitle_paths
from otnet_server.schema.resource import Verb

ID = r"^[0-9a-f]{12}$"
ROLES = ("main", "trailer", "extra")
FILE_ID = r"^[0-9a-f]{32}$"
PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/avif")
BINARY = {"type": "string", "format": "binary"}

# Operations that are tools of an AI assistant too: the resource and the verb whose permission they need, or a scope.
TOOLS: dict[str, tuple[str | None, str, str]] = {
    "home_layout_get": ("content", Verb.GET, ""),
    "home_layout_update": ("content", Verb.UPDATE, ""),
    "channels_list_stream_keys": ("channel", Verb.UPDATE, ""),
    "channels_create_stream_key": ("channel", Verb.UPDATE, ""),
    "channels_rotate_stream_key": ("channel", Verb.UPDATE, ""),
    "channels_revoke_stream_key": ("channel", Verb.UPDATE, ""),
    "channels_get_pull": ("channel", Verb.UPDATE, ""),
    "channels_set_pull": ("channel", Verb.UPDATE, ""),
    "channels_remove_pull": ("channel", Verb.UPDATE, ""),
    "channels_airings": ("channel", Verb.GET, ""),
    "channels_forecast": ("channel", Verb.GET, ""),
    "channels_live": ("channel", Verb.GET, ""),
    "media_create_clip": ("media", Verb.UPDATE, ""),
    "artwork_put_file": ("artwork", Verb.UPDATE, ""),
    "media_list_subtitles": ("media", Verb.GET, ""),
    "media_add_subtitles": ("media", Verb.UPDATE, ""),
    "media_put_subtitles": ("media", Verb.UPDATE, ""),
    "media_change_subtitles": ("media", Verb.UPDATE, ""),
    "media_replace_subtitles": ("media", Verb.UPDATE, ""),
    "media_delete_subtitles": ("media", Verb.UPDATE, ""),
    "metadata_imports_create": ("content", Verb.CREATE, ""),
    "metadata_imports_get": ("content", Verb.UPDATE, ""),
    "metadata_imports_delete": ("content", Verb.DELETE, ""),
    "imports_create": (None, Verb.CREATE, "upload:write"),
    "imports_get": (None, Verb.GET, "upload:write"),
    "imports_delete": (None, Verb.DELETE, "upload:write"),
    "exports_list": (None, Verb.LIST, "export:read"),
}


def file_paths(surface: Surface, artwork: Node) -> Node:
    """The paths of the operations on files. `artwork` is the schema of an artwork record."""
    base = f"/api/v1/{surface}"
    return {
        f"{base}/artwork/{{id}}/file": {
            "parameters": [id_parameter(ID, "Id of the artwork.")],
            "put": _put_picture(surface, artwork),
        },
        **subtitle_paths(surface),
        f"{base}/uploads": {"post": _create_upload(surface)},
        f"{base}/uploads/{{id}}": {
            "parameters": [id_parameter(FILE_ID, "Id of the upload.")],
            "head": _upload_offset(surface),
            "patch": _append_to_upload(surface),
            "delete": _cancel_upload(surface),
        },
        f"{base}/uploads/{{id}}/media": {
            "parameters": [id_parameter(FILE_ID, "Id of the upload.")],
            "get": file_operation(surface, "Uploads", "uploads_media", "Read what an upload has become", {
                "200": response("The ids of the media and its content; null until they exist.", ARRIVED),
                "404": problem_response("The upload does not exist.")}),
        },
        **metadata_import_paths(surface),
        f"{base}/imports": {"post": _create_import(surface)},
        f"{base}/imports/{{id}}": {
            "parameters": [id_parameter(FILE_ID, "Id of the import.")],
            "get": file_operation(surface, "Imports", "imports_get", "Read the state of an import", {
                "200": response("The import.", IMPORT), "404": problem_response("The import does not exist.")}),
            "delete": file_operation(surface, "Imports", "imports_delete", "Cancel an import", {
                "204": {"description": "The import was cancelled. A file that has arrived stays in its library."},
                "404": problem_response("The import does not exist.")}),
        },
        f"{base}/exports": {"get": file_operation(
            surface, "Exports", "exports_list", "List exports and feeds", {"200": response("The exports.", EXPORTS)},
            description="What exporter plugins make of the public catalogue. With a key: scope `export:read`.")},
        f"{base}/exports/{{id}}": {"get": _download_export(surface)},
    }  # fmt: skip


def _put_picture(surface: Surface, artwork: Node) -> Node:
    fractions = {"x": "Left edge of the crop", "y": "Top edge of the crop", "width": "Width of the crop",
                 "height": "Height of the crop"}  # fmt: skip
    parameters = [
        {"name": n, "in": "query", "description": f"{text}, as a fraction of the picture.",
         "schema": {"type": "number", "minimum": 0, "maximum": 1}}
        for n, text in fractions.items()
    ]  # fmt: skip
    source = {
        "type": "object",
        "additionalProperties": False,
        "description": "Either `data`, `url` or `still`.",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {
            "data": {"type": "string", "contentEncoding": "base64", "description": "The picture in base64."},
            "url": {"type": "string", "description": "An http or https URL from which the server downloads it."},
            "still": {
                "type": "object",
                "additionalProperties": False,
                "description": "A moment of a media: `at_s` seconds after its start.",
                "required": ["media"],
                "properties": {
                    "media": {"type": "string", "pattern": ID, "description": "The id of the media."},
                    "at_s": {"type": "number", "minimum": 0, "maximum": 1_000_000, "default": 0},
                },
            },
        },
    }
    content: Node = {type: {"schema": BINARY} for type in PICTURE_TYPES}
    content[JSON] = {"schema": source, "example": {"url": "https://example.org/poster.jpg"}}
    headers = {"ETag": header("The version of the artwork, for If-Match.")}
    return file_operation(
        surface, "Artwork", "artwork_put_file", "Store the picture of artwork",
        {
            "200": response("The artwork with its picture.", artwork, headers),
            "400": shared_response("Malformed"),
            "404": problem_response("The artwork does not exist."),
            "413": problem_response("The picture has more than 20 MiB or 40 million pixels."),
            "415": problem_response("The data are not a JPEG, PNG, WebP or AVIF picture."),
            "422": problem_response("The body has not one of `data` and `url`, or the URL can't be downloaded."),
            "503": problem_response("The server is decoding other pictures, or not available.", RETRY_AFTER),
        },
        description="The picture is turned upright, cropped, made at most 2560 pixels wide and high, and stored as "
        "JPEG or PNG. It replaces the former one. Send the bytes, or JSON with `data` or `url`.",
        parameters=parameters, requestBody={"required": True, "content": content},
    )  # fmt: skip


# --- uploads ---

ARRIVED: Node = {
    "type": "object",
    "required": ["media", "content"],
    "properties": {"media": {"type": ["string", "null"]}, "content": {"type": ["string", "null"]}},
}
VERSION = {"name": "Tus-Resumable", "in": "header", "required": True, "schema": {"const": "1.0.0"}}
OFFSET = {"Upload-Offset": header("The number of bytes that the server has.")}
UPLOAD_PROBLEMS = {
    "400": problem_response("A header is malformed."),
    "404": problem_response("The upload, the library or the content does not exist."),
    "410": problem_response("The upload has expired."),
    "412": problem_response("Tus-Resumable is missing, or names another version."),
    "423": problem_response("Another request is writing to this upload."),
    "507": problem_response("There is no space left."),
}
METADATA = """\
`key base64` pairs, separated by commas: `filename`; `library`, the id of the library into which the file goes; \
optionally `content`, the id of the content that it is a file of, and `role` (`main`, `trailer` or `extra`). A new \
main file replaces the former one of the content. `filetype` is ignored; other keys are refused."""


def _create_upload(surface: Surface) -> Node:
    return file_operation(
        surface, "Uploads", "uploads_create", "Create an upload",
        {
            "201": {"description": "Created. Send the bytes to its `Location`.",
                    "headers": {"Location": header("The path of the upload."), **OFFSET}},
            **UPLOAD_PROBLEMS,
            "413": problem_response("The file is larger than the server accepts."),
            "415": problem_response("The file is neither video nor audio."),
        },
        description="A resumable upload (tus 1.0, https://tus.io). The file enters its library when it is complete.",
        parameters=[
            VERSION,
            {"name": "Upload-Length", "in": "header", "required": True, "description": "The size of the file in bytes.",
             "schema": {"type": "integer", "minimum": 1}},
            {"name": "Upload-Metadata", "in": "header", "required": True, "description": METADATA,
             "schema": {"type": "string"}},
        ],
    )  # fmt: skip


def _upload_offset(surface: Surface) -> Node:
    ok = {"description": "The upload exists.", "headers": {**OFFSET, "Upload-Length": header("The size of the file.")}}
    return file_operation(
        surface, "Uploads", "uploads_offset", "Read the offset of an upload", {"200": ok, **UPLOAD_PROBLEMS},
        parameters=[VERSION],
    )  # fmt: skip


def _append_to_upload(surface: Surface) -> Node:
    offset = {"name": "Upload-Offset", "in": "header", "required": True, "schema": {"type": "integer", "minimum": 0},
              "description": "The number of bytes that the server has."}  # fmt: skip
    return file_operation(
        surface, "Uploads", "uploads_append", "Send bytes of an upload",
        {
            "204": {"description": "The bytes are stored.", "headers": OFFSET},
            **UPLOAD_PROBLEMS,
            "409": problem_response("The offset is another one: read it and resume from there."),
            "413": problem_response("There are more bytes than announced."),
            "415": problem_response("The file is neither video nor audio, or the Content-Type is another one."),
        },
        parameters=[VERSION, offset],
        requestBody={"required": True, "content": {"application/offset+octet-stream": {"schema": BINARY}}},
    )  # fmt: skip


def _cancel_upload(surface: Surface) -> Node:
    cancelled = {"description": "The upload was cancelled. A file that has arrived stays in its library."}
    return file_operation(
        surface, "Uploads", "uploads_cancel", "Cancel an upload", {"204": cancelled, **UPLOAD_PROBLEMS},
        parameters=[VERSION],
    )  # fmt: skip


# --- imports ---

IMPORT: Node = {
    "type": "object",
    "required": ["id", "state", "name", "bytes", "total", "error"],
    "properties": {
        "id": {"type": "string"},
        "state": {"enum": ["running", "done", "failed"]},
        "name": {"type": "string", "description": "The name of the file in its library."},
        "bytes": {"type": "integer", "description": "The number of bytes received."},
        "total": {"type": ["integer", "null"], "description": "The size of the file, null while it is unknown."},
        "error": {
            "type": ["object", "null"],
            "properties": {n: {"type": "string"} for n in ("code", "message", "remedy")},
        },
    },
}


def _create_import(surface: Surface) -> Node:
    body = {
        "type": "object",
        "additionalProperties": False,
        "required": ["url", "library"],
        "dependentRequired": {"role": ["content"]},
        "properties": {
            "url": {"type": "string", "description": "An http or https URL of a video or audio file."},
            "library": {"type": "string", "pattern": ID, "description": "Id of the library into which the file goes."},
            "content": {
                "type": "string",
                "pattern": ID,
                "description": "Id of the content that it is a file of. A new "
                "main file replaces the former one. Without it, content is found or created by the name.",
            },
            "role": {"enum": list(ROLES), "description": "The role of the file in its content (default: main)."},
        },
    }
    example = {"url": "https://example.org/film.mp4", "library": "0123456789ab"}
    return file_operation(
        surface, "Imports", "imports_create", "Import a file from a URL",
        {
            "202": response("The import, which runs in the background.", IMPORT),
            "400": shared_response("Malformed"),
            "404": problem_response("The content does not exist."),
            **body_problems(),
        },
        description="The server downloads the file from a public address. Read the state until it is `done` or "
        "`failed`.",
        requestBody={"required": True, "content": {JSON: {"schema": body, "example": example}}},
    )  # fmt: skip


# --- exports ---

EXPORTS: Node = {
    "type": "object",
    "required": ["items"],
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "label", "description", "feed", "url"],
                "properties": {
                    **{n: {"type": "string"} for n in ("name", "label", "description")},
                    "feed": {"type": "boolean", "description": "Whether it is a public feed."},
                    "url": {"type": "string", "description": "The path of the file; of a feed, without its subject."},
                },
            },
        },
    },
}


def _download_export(surface: Surface) -> Node:
    name = {"name": "id", "in": "path", "required": True, "description": "Name of the export.",
            "schema": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}}  # fmt: skip
    return file_operation(
        surface, "Exports", "exports_download", "Download an export",
        {
            "200": {"description": "The file.", "content": {"*/*": {"schema": BINARY}}},
            "404": problem_response("The export does not exist, or is a feed."),
        },
        parameters=[name],
    )  # fmt: skip
