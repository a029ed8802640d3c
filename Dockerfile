# The same wheel that `make build` makes, in a small image. Run it with:
#   docker run -p 8096:8096 -v otnet-data:/data -v ~/Movies:/library:ro -e OTNET_SERVER__PUBLIC=true otnet

FROM node:22-slim AS web
WORKDIR /src
COPY player/package.json player/package-lock.json player/.npmrc player/
RUN npm --prefix player ci --no-audit --no-fund
COPY web_ui/package.json web_ui/package-lock.json web_ui/.npmrc web_ui/
RUN npm --prefix web_ui ci --no-audit --no-fund
COPY web_ui/tokens.json web_ui/
COPY web_ui/shared web_ui/shared
COPY player player
RUN npm --prefix player run build
COPY web_ui web_ui
RUN npm --prefix web_ui run build
COPY tv tv
RUN npm --prefix tv ci --no-audit --no-fund && npm --prefix tv run build

FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/otnet && sed -n '/^[a-z].*==/s/ *\\$//p' requirements.lock > constraints.txt
COPY pyproject.toml README.md config.example.toml ./
COPY otnet_server otnet_server
COPY plugins plugins
COPY --from=web /src/web_ui/dist web_ui/dist
COPY --from=web /src/player/dist player/dist
COPY --from=web /src/tv/dist tv/dist
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
    && /opt/otnet/bin/pip install --no-cache-dir --constraint constraints.txt /wheels/otnet-*.whl

FROM python:3.12-slim
RUN apt-get update -q && apt-get install -y -q --no-install-recommends libsrt1.5-gnutls && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 1000 --create-home otnet && install -d -o otnet /data /library
COPY --from=build /opt/otnet /opt/otnet
ENV PATH=/opt/otnet/bin:$PATH PYTHONUNBUFFERED=1 \
    OTNET_DATA=/data OTNET_LIBRARIES='[{"path": "/library"}]'
USER otnet
WORKDIR /data
VOLUME /data
EXPOSE 8096 1935 8890/udp
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8096/healthz', timeout=4)"]
CMD ["otnet", "serve", "--host", "0.0.0.0"]
