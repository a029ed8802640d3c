"""Sources of plugins by their hooks, for the tests of the plugin host."""

from __future__ import annotations

HEAD = """
from otnet_server import *
name = "stranger"
api = 2
"""

# One minimal plugin for each hook; `ask` returns its object when the plugin is active.
LIVE: dict[str, str] = {
    "register_storage": """
class Store:
    name = "stranger's storage"
    async def put(self, key, data): ...
    async def put_file(self, key, file): ...
    async def open(self, key, start=0, end=None): yield b""
    async def stat(self, key): return None
    async def list(self, prefix):
        return
        yield
    async def delete(self, prefix): ...
    async def presign(self, key, seconds): return None
    def path(self, key): return None
    async def free(self): return None
@hookimpl
def register_storage(server, config): return [Store()]
""",
    "register_video_encoders": """
class E:
    name = "stranger's encoder"
    async def choose(self, request): return "x"
    async def encode_chunk(self, request): ...
    async def encode_pass(self, request): yield
@hookimpl
def register_video_encoders(): return [E()]
""",
    "register_audio_encoders": """
class E:
    name = "stranger's encoder"
    async def encode(self, request): yield
@hookimpl
def register_audio_encoders(): return [E()]
""",
    "register_subtitle_converters": """
class C:
    name = "stranger's converter"
    async def convert(self, request): return b""
@hookimpl
def register_subtitle_converters(): return [C()]
""",
    "register_picture_encoders": """
class E:
    name = "stranger's encoder"
    async def picture(self, request): return b""
    async def sheet(self, request): return b""
@hookimpl
def register_picture_encoders(): return [E()]
""",
    "register_packagers": """
class P:
    name = "stranger's packager"
    async def package(self, request): return {}
@hookimpl
def register_packagers(server): return (P(),)
""",
    "register_executors": """
class X:
    name = "stranger's executor"
    async def run_tasks(self, request): ...
    def submit(self, tasks): ...
    def promote(self, task_id, priority, *, urgent=False): return False
    def cancel(self, revision): ...
    def pending(self, revision): return set()
    async def stop_tasks(self): ...
@hookimpl
def register_executors(config): return [X()]
""",
    "register_metadata": """
class M:
    name = "stranger's metadata"
    async def read(self, request): return Metadata(title="A stranger says so")
@hookimpl
def register_metadata(): return [M()]
""",
    "register_title_lookups": """
class L:
    name, label, attribution = "stranger's lookup", "A database", "Of a stranger."
    async def search(self, request): return [TitleMatch("1", request.title)]
    async def details(self, request): return TitleDetails(request.id)
@hookimpl
def register_title_lookups(): return [L()]
""",
    "register_drm": """
from pydantic import BaseModel
class D:
    name, label, systems, settings, issues_keys = "stranger's drm", "A stranger", (DrmSystem.WIDEVINE,), BaseModel, False
    async def keys(self, request): return ()
    def signalling(self, request): return ()
    async def licence(self, request): return LicenceResponse(request.challenge)
    async def certificate(self, request): return None
    async def test(self, request): return "A stranger answers."
@hookimpl
def register_drm(): return [D()]
""",
    "register_key_services": """
class K:
    name, key = "stranger's keys", "1"
    async def wrap(self, plaintext, context): return plaintext.hex()
    async def unwrap(self, text, context): return bytes.fromhex(text)
@hookimpl
def register_key_services(): return [K()]
""",
    "register_policies": """
class P:
    name, on_error = "stranger's policy", "open"
    def decide(self, request): return PolicyDecision(refusal="No.")
@hookimpl
def register_policies(): return [P()]
""",
    "register_entitlements": """
class E:
    name = "stranger's entitlements"
    async def grants(self, request): return [ViewerGrant("everything")]
@hookimpl
def register_entitlements(): return [E()]
""",
    "register_auth": """
class A:
    name, label = "stranger's sign-in", "Sign in with a stranger"
    async def begin(self, request): return SignInRedirect("https://id.example.org/?back=" + request.callback, "state")
    async def finish(self, response): return Identity("subject", "ann@example.org", True, "Ann")
@hookimpl
def register_auth(): return [A()]
""",
    "register_exporters": """
class E:
    name, label, description, feed = "stranger's feed", "A feed", "Of a stranger.", True
    async def export(self, request): return Exported("feed.txt", "text/plain", request.subject.encode())
@hookimpl
def register_exporters(): return [E()]
""",
    "register_schedulers": """
class S:
    name, label, description = "stranger's scheduler", "Nothing", "Plays nothing."
    def validate(self, settings): ...
    def next_title(self, request): return None
@hookimpl
def register_schedulers(): return [S()]
""",
    "register_ads": """
class A:
    name, label, description = "stranger's ads", "Nothing", "Plays no ads."
    def validate(self, settings): ...
    async def ads(self, request): return []
@hookimpl
def register_ads(): return [A()]
""",
    "register_mailers": """
class M:
    name = "stranger's mailer"
    async def send(self, request): ...
@hookimpl
def register_mailers(): return [M()]
""",
    "register_ingest": """
class I:
    name, protocol = "stranger's ingest", "tcp"
    async def start(self, host): ...
    async def close(self): ...
    def url(self, request): return ""
@hookimpl
def register_ingest(): return [I()]
""",
    "register_routes": """
async def hello(request): return RouteResponse(b"hello", "text/plain")
@hookimpl
def register_routes(): return [Route("hello", "anyone", hello)]
""",
    "register_commands": """
def greet(): print("hello")
@hookimpl
def register_commands(): return [greet]
""",
    "startup": """
calls = []
@hookimpl
async def startup(server): calls.append("startup")
""",
    "shutdown": """
calls = []
@hookimpl
async def shutdown(): calls.append("shutdown")
""",
    "on_event": """
calls = []
@hookimpl
async def on_event(event): calls.append(event.type)
""",
}
