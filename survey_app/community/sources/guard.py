"""Office files are ZIP files of XML: what is dangerous in them is refused before anything reads
them."""

from __future__ import annotations

import io
import re
import zipfile

from flask_babel import gettext as _

from ...problems import BadFileProblem

MOST_BYTES = 5 * 1024 * 1024
_MOST_PARTS = 2_000
#: Together, unpacked: a sheet of 20,000 long rows has a tenth of this.
_MOST_UNPACKED = 100 * 1024 * 1024
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9_-]+)["']""")


def check_office_file(data: bytes, name: str) -> None:
    """Raises BadFileProblem for a ZIP bomb, a document type or entity (XXE), a disguised encoding, or
    macros; the file is not opened by anything else before."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(one.file_size for one in parts) > _MOST_UNPACKED:
                raise BadFileProblem(_("%(file)s unpacks to far too much.", file=name), ())
            for part in parts:
                if part.flag_bits & 1:
                    raise BadFileProblem(
                        _("%(file)s is locked with a password. Save it without one.", file=name), ()
                    )
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_xml(archive.read(part), name)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise BadFileProblem(
            _("%(file)s is broken. Open it in your program, save it again.", file=name), ()
        ) from error


def _check_xml(text: bytes, name: str) -> None:
    head = text[:200]
    encoding = _ENCODING.search(head)
    strange = encoding is not None and encoding.group(1).lower() not in {b"utf-8", b"us-ascii"}
    if strange or b"\x00" in head or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise BadFileProblem(
            _("%(file)s refers to things outside itself and is not read.", file=name), ()
        )
