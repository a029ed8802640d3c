"""The page of one title for whoever has a preview link (`playback/previews.py`): the page, its pictures, its playback.

The secret is in the path of every request and stands for nothing else: no cookie is set, and no other route accepts it.
Responses are never cached, and the page is neither indexed nor named to other sites.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.endpoint import address
from otnet_server.api.html_pages import HtmlPages
from otnet_server.api.model_json import model_response
from otnet_server.api.playback import player_poster
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.api.viewer_models import PreviewCredit, PreviewPage
from otnet_server.catalogue.catalogue import Catalogue
from otnet_server.db.engine import Database
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError
from otnet_server.images.store import CONTENT_TYPES, Pictures
from otnet_server.media.drm import Quality
from otnet_server.media.protection import includes_video
from otnet_server.pipeline.media_queries import main_media
from otnet_server.pipeline.services import PipelineServices
from otnet_server.playback import player_config
from otnet_server.playback.access import Credential
from otnet_server.playback.media_summary import MediaSummary
from otnet_server.playback.previews import Preview, Previews
from otnet_server.playback.services import PlaybackServices
from otnet_server.playback.visibility import NO_MEDIA, Refusal, Visitor, no_quality
from otnet_server.read_model.catalogue import Images, Title
from otnet_server.read_model.pictures import Picture
from otnet_server.schema.resource import Role

NO_TRACE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
API_PATH = "/api/v1/site/previews"
# Parts of the player's configuration that need access to more than the media.
UNUSED_CONFIGURATION = ("waveform", "share", "progress", "next")
NOT_FOR_VIEWER = Refusal(404, "not_found", "This title does not exist for this viewer.",
                         "The studio says why: “Can this viewer watch it?”.")  # fmt: skip
artwork, media, credit = (metadata.tables[name] for name in ("artwork", "media", "credit"))


class PreviewsApi:
    def __init__(
        self,
        db: Database,
        catalogue: Catalogue,
        pictures: Pictures,
        services: PipelineServices,
        playback: PlaybackServices,
        pages: HtmlPages,
    ) -> None:
        self._db, self._catalogue, self._pictures = db, catalogue, pictures
        self._services, self._playback, self._previews = services, playback, Previews(db)
        self._page = pages.page()

    async def page(self, request: Request, ctx: SiteRequest) -> Response:
        """The page, which reads the title itself: an invalid link has the same page as a valid one."""
        response = await self._page(request, ctx)
        response.headers.update(NO_TRACE)
        return response

    async def show(self, request: Request, ctx: SiteRequest) -> Response:
        preview = await self._find(request)
        title, (summary, _) = await self._title(preview), await self._media(request, preview)
        return model_response(preview_page(title, summary, preview, _images(request)), headers=NO_TRACE)

    async def playback(self, request: Request, ctx: SiteRequest) -> Response:
        preview = await self._find(request)
        title, (summary, max_quality) = await self._title(preview), await self._media(request, preview)
        if summary is None or not summary["playable"]:
            raise ApiError(
                409, "not_ready", "This title can't be played yet.", "Try again in a moment.", Retry_After="3"
            )
        ends_s = datetime.fromisoformat(preview.expires_at).timestamp()
        credential = Credential(preview.caller, expires_at=ends_s, preview=preview.id)
        session = await self._playback.sessions.start(summary["id"], credential, address(request))
        if session is None:
            raise _not_valid()
        id = summary["revision"]
        revision = await self._services.revisions.get(id) if id is not None else None
        drm = None
        if revision is not None:
            drm = await self._playback.drm.target(ctx.site.id, revision, session.id, None, max_quality)
        configuration: dict[str, Any] = dict(
            player_config.configuration(
                summary, content=None, title=title.title, subtitle=title.subtitle,
                poster=_moved(player_poster(title.images, summary["kind"]), _images(request)), telemetry=False,
                accent=ctx.site.accent, session=session, drm=drm,
            )
        )  # fmt: skip
        for name in UNUSED_CONFIGURATION:
            configuration.pop(name, None)
        configuration["session"]["configuration"] = f"{API_PATH}/{request.path_params['token']}/playback"
        return JSONResponse(configuration, headers=NO_TRACE)

    async def picture(self, request: Request, ctx: SiteRequest) -> Response:
        """A picture of the title or of a person in its credits."""
        preview, params = await self._find(request), request.path_params
        data = None
        if preview.viewer is not None:
            await self._media(request, preview)
        if await self._shows(preview, params["kind"], params["id"]):
            data = await self._pictures.variant(params["kind"], params["id"], params["version"], params["name"])
        if data is None:
            raise ApiError(404, "not_found", "This picture does not exist.", "Use addresses from the API.")
        return Response(data, media_type=CONTENT_TYPES[params["name"].rpartition(".")[2]], headers=NO_TRACE)

    async def _shows(self, preview: Preview, kind: str, id: str) -> bool:
        """Whether a picture (`a`: artwork, `m`: of a media) is on the page."""
        if kind == "m":
            query = select(media.c.id).where(media.c.id == id, media.c.content == preview.content)
        else:
            people = exists().where(credit.c.person == artwork.c.person, credit.c.content == preview.content)
            query = select(artwork.c.id).where(artwork.c.id == id, (artwork.c.content == preview.content) | people)
        async with self._db.read() as c:
            return (await c.execute(query)).first() is not None

    async def _find(self, request: Request) -> Preview:
        """Raises ApiError (404) for a link that is not valid; it counts towards the rate limit of the address."""
        preview = await self._previews.by_token(request.path_params["token"])
        if preview is None:
            raise _not_valid()
        return preview

    async def _title(self, preview: Preview) -> Title:
        # The staff's view of this one record: drafts exist in it. What it says about other records is left out.
        title = await self._catalogue.titles.page(Visitor(preview.organization, role=Role.ANALYST), preview.content)
        if title is None:
            raise _not_valid()
        return title

    async def _media(self, request: Request, preview: Preview) -> tuple[MediaSummary | None, Quality | None]:
        """The media of the title, and the best picture that the viewer may have. Raises ApiError with the refusal if
        the link plays as a viewer who may not watch the title."""
        async with self._db.read() as c:
            id = (await c.execute(main_media(preview.content))).scalar()
        row = await self._services.media.media(id) if id is not None else None
        summary = await self._playback.summaries.summarize(row) if row is not None else None
        if preview.viewer is None:
            return summary, None
        if row is None:
            raise ApiError(*NO_MEDIA)
        decision = await self._playback.authorization.decide_for_caller(preview.caller, row.id, request.scope)
        if decision.refusal is not None:
            raise ApiError(*(NOT_FOR_VIEWER if decision.refusal.status == 404 else decision.refusal))
        limit = decision.max_quality
        revision = await self._services.revisions.get(row.playing) if row.playing is not None else None
        if limit is not None and revision is not None and not includes_video(revision.plan, limit):
            raise ApiError(*no_quality(limit))
        return summary, limit


def preview_page(title: Title, media: MediaSummary | None, preview: Preview, path: str) -> PreviewPage:
    """What the page shows, without links to other pages; its pictures are below `path`. Pure."""
    images = {n: _moved(getattr(title.images, n), path) for n in ("poster", "still", "square", "backdrop")}
    credits = [
        PreviewCredit(role=c.role, character=c.character, name=c.person.name, image=_moved(c.person.image, path))
        for c in title.credits
    ]
    return PreviewPage(
        title=title.title,
        subtitle=title.subtitle,
        tagline=title.tagline,
        synopsis=title.synopsis,
        kind=title.kind,
        year=title.year,
        duration_s=title.duration_s,
        age_rating=title.age_rating,
        genres=[genre.name for genre in title.genres],
        credits=credits,
        images=Images(**images),
        media_kind=media["kind"] if media is not None else None,
        playable=media is not None and media["playable"],
        expires_at=preview.expires_at,
        viewer=preview.viewer_name,
    )


def _moved(picture: Picture | None, path: str) -> Picture | None:
    """The picture with its variants below another path than `/images`."""
    return replace(picture, base=path + picture.base.removeprefix("/images")) if picture is not None else None


def _images(request: Request) -> str:
    return f"/preview/{request.path_params['token']}/images"


def _not_valid() -> ApiError:
    return ApiError(404, "bad_preview", "This preview link is not valid. It may have expired, or been withdrawn.",
                    "Ask the person who gave it to you for a new one.", Referrer_Policy="no-referrer")  # fmt: skip
