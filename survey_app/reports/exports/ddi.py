"""The public file described in DDI-Codebook 2.5, so that archives and statistical tools can read it.

Standard: DDI Alliance, DDI-Codebook 2.5 (https://ddialliance.org/Specification/DDI-Codebook/2.5/). One
file holds every language: labels and questions carry xml:lang.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from ..public_file import PublicFile
from ..snapshot import Snapshot
from .datapackage import LICENSE
from .variables import Variable

NAMESPACE = "ddi:codebook:2_5"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def ddi_codebook(
    snapshot: Snapshot,
    rows: PublicFile,
    variables: Mapping[str, Sequence[Variable]],
    *,
    titles: Mapping[str, str],
    sponsor: str,
    file_name: str,
) -> bytes:
    """The XML file. `variables`, `titles`: by language, English among them; `rows`: the public rows."""
    ET.register_namespace("", NAMESPACE)
    root = _element(None, "codeBook", version="2.5")
    document = _element(_element(root, "docDscr"), "citation")
    _title(document, "Codebook of the public file", {}, f"codebook-{snapshot.wave}")
    _study(root, snapshot, titles=titles, sponsor=sponsor)
    described = _element(_element(root, "fileDscr", ID="F1"), "fileTxt")
    _element(described, "fileName", file_name)
    sizes = _element(described, "dimensns")
    _element(sizes, "caseQnty", str(len(rows)))
    _element(sizes, "varQnty", str(len(rows.names)))
    _element(described, "fileType", "text/csv, UTF-8")
    data = _element(root, "dataDscr")
    for at, variable in enumerate(variables["en"]):
        _variable(data, rows, variable, {code: found[at] for code, found in variables.items()})
    ET.indent(root, " ")
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _study(root: ET.Element, snapshot: Snapshot, *, titles: Mapping[str, str], sponsor: str) -> None:
    study = _element(root, "stdyDscr")
    citation = _element(study, "citation")
    demo = " (demonstration: the residents are made up)" if snapshot.demo else ""
    others = {code: title for code, title in titles.items() if code != "en"}
    _title(citation, titles["en"] + demo, others, snapshot.wave)
    _element(_element(citation, "rspStmt"), "AuthEnty", sponsor)
    made = _element(citation, "prodStmt")
    _element(made, "producer", sponsor)
    _element(made, "fundAg", "City of Baltimore")
    _element(_element(citation, "verStmt"), "version", snapshot.input_sha256[:12])
    info = _element(study, "stdyInfo")
    _element(info, "abstract", "Whether residents of Baltimore feel safe and whom they trust.")
    about = _element(info, "sumDscr")
    for event, day in (("start", snapshot.opened_on), ("end", snapshot.closed_on)):
        if day:
            _element(about, "collDate", day, event=event, date=day)
    _element(about, "nation", "United States", abbr="USA")
    _element(about, "geogCover", "Baltimore City, Maryland")
    _element(about, "geogUnit", "Police district (2023)")
    _element(about, "anlyUnit", "Person")
    _element(about, "universe", "Adults (18 or older) who live in Baltimore City in homes")
    _element(about, "dataKind", "Survey data")
    method = _element(study, "method")
    collected = _element(method, "dataColl")
    _element(collected, "timeMeth", "Repeated cross-section, once a year")
    _element(collected, "sampProc", "Stratified draw of addresses; one adult an address")
    for mode in snapshot.modes:
        _element(collected, "collMode", mode.key)
    weights = next(one for one in snapshot.weights if one.wave == snapshot.wave)
    _element(collected, "weight", f"Raked to {', '.join(weights.margins)}; column weight.")
    _element(
        _element(method, "anlyInfo"),
        "EstSmpErr",
        f"{weights.n} responses, design effect of weighting {weights.kish_deff:.2f}, linearized errors",
    )
    use = _element(_element(study, "dataAccs"), "useStmt")
    _element(use, "confDec", "Do not try to find out who gave an answer.", required="yes")
    _element(use, "conditions", f"{LICENSE['title']} {LICENSE['path']}")


def _title(citation: ET.Element, title: str, others: Mapping[str, str], number: str) -> None:
    statement = _element(citation, "titlStmt")
    _element(statement, "titl", title)
    for language, other in others.items():
        _element(statement, "parTitl", other).set(_LANG, language)
    _element(statement, "IDNo", number)


def _variable(
    data: ET.Element, rows: PublicFile, variable: Variable, by_language: Mapping[str, Variable]
) -> None:
    blank = rows.blank(variable.name)
    counts = rows.counts(variable.name) if variable.levels else {}
    found = _element(data, "var", ID=f"V_{variable.name}", name=variable.name, files="F1")
    found.set("intrvl", "contin" if variable.kind == "number" else "discrete")
    for language, told in by_language.items():
        _element(found, "labl", told.label).set(_LANG, language)
    for language, told in by_language.items():
        if told.question:
            question = _element(found, "qstn")
            _element(question, "qstnLit", told.question).set(_LANG, language)
    _element(found, "sumStat", str(len(rows) - blank), type="vald")
    _element(found, "sumStat", str(blank), type="invd")
    for at, level in enumerate(variable.levels):
        category = _element(found, "catgry")
        _element(category, "catValu", level.id)
        for language, told in by_language.items():
            _element(category, "labl", told.levels[at].label).set(_LANG, language)
        _element(category, "catStat", str(counts.get(level.id, 0)), type="freq")
    _element(found, "varFormat", type="character" if variable.kind in {"text", "levels"} else "numeric")


def _element(parent: ET.Element | None, name: str, text: str = "", /, **attributes: str) -> ET.Element:
    tag = f"{{{NAMESPACE}}}{name}"
    made = ET.Element(tag, attributes) if parent is None else ET.SubElement(parent, tag, attributes)
    if text:
        made.text = text
    return made
