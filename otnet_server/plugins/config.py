"""Validates the configuration of plugins."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel, ValidationError

from otnet_server.errors import PluginError


def validated_config(name: str, module: ModuleType, raw: dict[str, Any]) -> Any:
    model = getattr(module, "Config", None)
    if model is None:
        if raw:
            raise PluginError(
                "plugin_config",
                f"The plugin “{name}” has no configuration.",
                f"Remove [plugins.config.{name}].",
            )
        return None
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise PluginError("plugin_config", f"The plugin “{name}”: Config must be a pydantic model.")
    if unknown := sorted(_unknown_keys(model, raw)):
        raise PluginError(
            "plugin_config",
            f"The plugin “{name}” has no option named {', '.join(unknown)}.",
            f"Its options: {', '.join(sorted(model.model_fields)) or 'none'}.",
        )
    try:
        return model.model_validate({k: _resolve_secret(name, k, v) for k, v in raw.items()})
    except ValidationError as e:
        errors = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in e.errors())
        raise PluginError("plugin_config", f"The configuration of the plugin “{name}” is invalid: {errors}.") from e


def _unknown_keys(model: type[BaseModel], raw: dict[str, Any]) -> set[str]:
    """The keys that the model ignores."""
    if model.model_config.get("extra") == "allow":
        return set()
    known = set(model.model_fields) | {field.alias for field in model.model_fields.values()}
    return set(raw) - known


def _resolve_secret(plugin: str, field: str, value: Any) -> Any:
    """Replace `{ env = "NAME" }` and `{ file = "PATH" }` with the value of the variable or the content of the file."""
    if not isinstance(value, dict) or set(value) not in ({"env"}, {"file"}):
        return value
    try:
        return os.environ[value["env"]] if "env" in value else Path(value["file"]).read_text("utf-8").strip()
    except (KeyError, OSError, TypeError, ValueError) as e:
        if "env" in value:
            reason, remedy = f"the environment variable {value['env']} is not set", "Set it, or correct its name."
        else:
            reason, remedy = f"the file {value['file']} can't be read", "Correct its path or its permissions."
        raise PluginError(
            "plugin_secret", f"The secret “{field}” of the plugin “{plugin}” is missing: {reason}.", remedy
        ) from e
