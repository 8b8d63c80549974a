"""PDF files from HTML pages of ours, in every script; says which system packages are missing.

Laying out a page takes a tenth of a second and more, so this runs in jobs and commands, never while
somebody waits for a page.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence

from .problems import ConflictProblem

#: What Pango needs, and fonts by language: (code for fontconfig, Debian package).
_ENGINE = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
_FONTS = {
    "ar": ("ar", "fonts-noto-core"),
    "zh": ("zh-cn", "fonts-noto-cjk"),
    "ko": ("ko", "fonts-noto-cjk"),
}
_ANY_FONT = ("en", "fonts-noto-core")

_PICTURES = "picture:"
#: One list for all scripts; the first font that has a sign draws it.
FONT_FAMILY = (
    '"Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC", "Noto Sans CJK KR", "DejaVu Sans", sans-serif'
)


def missing_packages(languages: Iterable[str]) -> tuple[str, ...]:
    """System packages that a PDF in these languages lacks on this machine."""
    missing: list[str] = []
    if not _engine_loads():
        missing += _ENGINE
    if shutil.which("fc-list") is None:
        return (*missing, "fontconfig", *sorted({_FONTS.get(code, _ANY_FONT)[1] for code in languages}))
    for code in languages:
        name, package = _FONTS.get(code, _ANY_FONT)
        if package not in missing and not _has_font(name):
            missing.append(package)
    return tuple(missing)


def _engine_loads() -> bool:
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    try:
        import weasyprint  # noqa: F401 - loading it is the test
    except OSError:
        return False
    return True


def _has_font(language: str) -> bool:
    # The program's name is fixed and its argument is one of ours.
    found = subprocess.run(  # noqa: S603
        ["fc-list", f":lang={language}", "family"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return bool(found.stdout.strip())


def require_packages(languages: Sequence[str]) -> None:
    """Raises ConflictProblem with the command that installs what is missing."""
    missing = missing_packages(languages)
    if missing:
        raise ConflictProblem(
            "Printing needs packages of the system that are not here. An administrator of this "
            f"machine installs them with: apt-get install {' '.join(missing)}"
        )


def render_pdf(html: str, *, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The pages of an HTML document, tagged for screen readers. It may show `pictures`, SVG by name,
    under the addresses of `picture_address`, and fetches nothing else."""
    return render_pages(html, pictures=pictures)[0]


def render_pages(html: str, *, pictures: Mapping[str, bytes] | None = None) -> tuple[bytes, int]:
    """The same, and how many pages there are."""
    # Before it is loaded: it tells of reading its own style sheets.
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    from weasyprint import HTML
    from weasyprint.urls import URLFetcherResponse

    held = pictures or {}

    def fetch(url: str, *_arguments: object, **_options: object) -> object:
        name = url.removeprefix(_PICTURES)
        if not url.startswith(_PICTURES) or name not in held:
            raise ValueError(f"a printed page fetches nothing, and not {url[:80]}")
        return URLFetcherResponse(url, held[name], {"Content-Type": "image/svg+xml"})

    document = HTML(string=html, url_fetcher=fetch).render()
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return pdf, len(document.pages)


def picture_address(name: str) -> str:
    """The address under which a printed page shows a picture handed to `render_pdf`."""
    return f"{_PICTURES}{name}"
