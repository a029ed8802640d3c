"""`make tv`: builds the television app and packages it for LG webOS (.ipk), Samsung Tizen (.wgt), and Android TV and
Fire TV (.apk, signed, without an SDK). The packages are written to tv/build.

`python scripts/tv.py webos tizen` packages only those platforms; `--packages-only` uses the existing build.

The first .apk creates a signing key in tv/build/signing. Keep it: Android accepts updates only with the same key.
OTNET_TV_KEYSTORE (PKCS 12) and OTNET_TV_KEYSTORE_PASSWORD select another key.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
TV = ROOT / "tv"
BUILD = TV / "build"
APP = TV / "dist-package"
VERSION: str = json.loads((TV / "package.json").read_text("utf-8"))["version"]
TOKENS = json.loads((ROOT / "web_ui" / "tokens.json").read_text("utf-8"))

ANDROID_TOOLS = ["aapt", "apksigner", "zipalign", "smali", "keytool"]
ANDROID_PACKAGES = ["aapt", "apksigner", "zipalign", "libsmali-java", "android-framework-res", "default-jre-headless"]
FRAMEWORK = Path("/usr/share/android-framework-res/framework-res.apk")
MIN_SDK, TARGET_SDK = 22, 28


def node(*arguments: str) -> None:
    subprocess.run([sys.executable, str(ROOT / "scripts" / "node.py"), *arguments], check=True, cwd=ROOT)


def run(*argv: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    result = subprocess.run([str(a) for a in argv], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{argv[0]} failed:\n{result.stdout}{result.stderr}")


def build() -> None:
    # The player's engine imports shaka-player from the player's node_modules.
    if not (ROOT / "player" / "node_modules" / "shaka-player").exists():
        node("npm", "--prefix", "player", "ci", "--no-audit", "--no-fund", "--loglevel=error")
    node("npm", "--prefix", "tv", "ci", "--no-audit", "--no-fund", "--loglevel=error")
    node("npm", "--prefix", "tv", "run", "build", "--silent")


def android_tools() -> None:
    """Check that the tools are installed. Installs them as root on Debian, else exits with the command."""
    if all(shutil.which(tool) for tool in ANDROID_TOOLS) and FRAMEWORK.exists():
        return
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *ANDROID_PACKAGES]
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(f"The .apk needs Android's build tools. Install them with: sudo {' '.join(command)}")
    print("Installing Android's build tools …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], check=True, env=environment, stdout=subprocess.DEVNULL)
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def draw_emblem(path: Path, width: int, height: int, name: bool = False) -> None:
    """Draw the emblem, seven colour bars on a dark background; with the name below for a banner. Size in pixels."""
    scale = 4
    image = Image.new("RGB", (width * scale, height * scale), TOKENS["color"]["ink"]["bg"])
    draw = ImageDraw.Draw(image)
    bars = TOKENS["color"]["bars"]
    bar = min(width, height) * scale * 0.6 / len(bars)
    left = (width * scale - bar * len(bars)) / 2
    top, bottom = (height * scale * y for y in ((0.24, 0.46) if name else (0.3, 0.7)))
    for i, color in enumerate(bars):
        draw.rectangle([left + i * bar, top, left + (i + 1) * bar - 1, bottom], fill=color)
    if name:
        file = TV / "node_modules" / "@fontsource" / "figtree" / "files" / "figtree-latin-600-normal.woff"
        font = ImageFont.truetype(str(file), height * scale // 4)
        position = (width * scale / 2, height * scale * 0.68)
        draw.text(position, "OTNet", font=font, fill=TOKENS["color"]["ink"]["text"], anchor="mm")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.resize((width, height), Image.Resampling.LANCZOS).save(path)


def stage(name: str) -> Path:
    """Create a new folder with a copy of the built application."""
    folder = BUILD / "stage" / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(APP, folder)
    return folder


def webos() -> Path:
    packaging = TV / "packaging"
    if not (packaging / "node_modules" / ".bin" / "ares-package").exists():
        node("npm", "--prefix", str(packaging), "ci", "--no-audit", "--no-fund", "--loglevel=error")
    folder = stage("webos")
    info = json.loads((packaging / "webos" / "appinfo.json").read_text("utf-8")) | {"version": VERSION}
    (folder / "appinfo.json").write_text(json.dumps(info, indent=2) + "\n", "utf-8")
    draw_emblem(folder / "icon.png", 80, 80)
    draw_emblem(folder / "largeIcon.png", 130, 130)
    out = BUILD / f"{info['id']}_{VERSION}_all.ipk"
    out.unlink(missing_ok=True)
    # Minifying a second time breaks the classic script.
    node("npm", "--prefix", str(packaging), "exec", "--", "ares-package", str(folder), "-o", str(BUILD), "--no-minify")
    return out


def tizen() -> Path:
    folder = stage("tizen")
    config = (TV / "packaging" / "tizen" / "config.xml").read_text("utf-8").replace("0.0.0", VERSION)
    (folder / "config.xml").write_text(config, "utf-8")
    draw_emblem(folder / "icon.png", 512, 423)
    out = BUILD / f"OTNet-{VERSION}.wgt"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(file, file.relative_to(folder).as_posix())
    return out


def signing_key() -> tuple[Path, str]:
    keystore_path = os.environ.get("OTNET_TV_KEYSTORE")
    if keystore_path:
        return Path(keystore_path), os.environ.get("OTNET_TV_KEYSTORE_PASSWORD", "")
    folder = BUILD / "signing"
    store, secret = folder / "key.p12", folder / "password"
    if not store.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(24), "utf-8")
        argv: list[str | Path] = [
            "keytool",
            "-genkeypair",
            "-keystore",
            store,
            "-storetype",
            "PKCS12",
            "-storepass:file",
            secret,
        ]
        argv += ["-alias", "otnet", "-keyalg", "RSA", "-keysize", "3072", "-validity", "10950", "-dname", "CN=OTNet TV"]
        run(*argv)
    return store, secret.read_text("utf-8")


def android() -> Path:
    android_tools()
    source = TV / "packaging" / "android"
    work = BUILD / "stage" / "android"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(APP, work / "assets" / "www")
    shutil.copytree(source / "res", work / "res")
    draw_emblem(work / "res" / "drawable-nodpi" / "icon.png", 192, 192)
    draw_emblem(work / "res" / "drawable-xhdpi" / "banner.png", 320, 180, name=True)
    major, minor, patch = (int(n) for n in VERSION.split("."))
    versions = ["--version-name", VERSION, "--version-code", str(major * 10_000 + minor * 100 + patch)]
    levels = ["--min-sdk-version", str(MIN_SDK), "--target-sdk-version", str(TARGET_SDK)]
    manifest: list[str | Path] = [
        "-M",
        source / "AndroidManifest.xml",
        "-S",
        work / "res",
        "-A",
        work / "assets",
        "-I",
        FRAMEWORK,
    ]
    # woff2 is compressed already; aapt's -0 stores it without compression.
    run("aapt", "package", "-f", *manifest, *versions, *levels, "-0", "woff2", "-F", work / "unaligned.apk")
    run("smali", "assemble", "--api", str(MIN_SDK), "-o", work / "classes.dex", source / "smali")
    run("aapt", "add", "unaligned.apk", "classes.dex", cwd=work)
    run("zipalign", "-f", "-p", "4", work / "unaligned.apk", work / "aligned.apk")
    store, password = signing_key()
    out = BUILD / f"OTNet-{VERSION}.apk"
    sign: list[str | Path] = [
        "apksigner",
        "sign",
        "--ks",
        store,
        "--ks-pass",
        "env:OTNET_TV_KEY",
        "--out",
        out,
        work / "aligned.apk",
    ]
    run(*sign, env=os.environ | {"OTNET_TV_KEY": password})
    (BUILD / f"{out.name}.idsig").unlink(missing_ok=True)
    return out


PLATFORMS = {"webos": webos, "tizen": tizen, "android": android}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("platforms", nargs="*", choices=[*PLATFORMS, []], help="default: all")
    parser.add_argument("--packages-only", action="store_true", help="use the existing build")
    options = parser.parse_args()
    if not options.packages_only or not APP.is_dir():
        build()
    BUILD.mkdir(exist_ok=True)
    for name in options.platforms or PLATFORMS:
        out = PLATFORMS[name]()
        print(f"{name}: {out.relative_to(ROOT)}, {out.stat().st_size / 1024:,.0f} KB", flush=True)


if __name__ == "__main__":
    main()
