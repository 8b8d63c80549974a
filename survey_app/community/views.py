"""What the templates get: frozen, worded in the language of the page, decided here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel import format_date, get_locale
from sqlalchemy.orm import Session

from analysis.themes.codebook import NONE, SPECIAL, UNCLEAR, load_codebook

from ..pii.doors import doors
from ..pii.rules import Finding
from .agenda import ACCESSIBILITY, UNREACHED
from .door_labels import DoorView, door_name, view_doors
from .kinds import direction_of, kind_label, police_districts, spoken_languages
from .models import Comment, CommentImport, CommunitySession
from .note_chips import SPEAKER_GROUPS, group_label, prompt_label
from .note_words import Wording
from .pii import KEPT_BECAUSE, KIND_LABELS, unsettled
from .queries import CommentPage, Progress, count_hand_offs, count_progress, list_imports
from .services.themes import words_that_led
from .theme_labels import theme_label


@dataclass(frozen=True)
class SessionView:
    """A session in words. `districts` and `languages` are lists of names as one text."""

    id: str
    kind: str
    held_on: str
    place: str
    districts: str
    attendance: int | None
    languages: str
    youth: bool
    is_open: bool
    opening_read: bool
    finalised_on: str
    demo: bool
    progress: Progress
    hosts: str = ""
    partners: str = ""
    interpreters: str = ""
    accessibility: str = ""
    held_with: str = ""
    attributions: tuple[str, ...] = ()
    #: door and how often it was shown
    hand_offs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class ThemeChip:
    """A theme beside a comment. `because` are the words that led the machine to it."""

    code: str
    label: str
    because: tuple[str, ...]
    suggested: bool
    chosen: bool
    stands_alone: bool


@dataclass(frozen=True)
class Stretch:
    """A piece of a text; `warning` says what it looks like, empty where it is harmless."""

    text: str
    warning: str


@dataclass(frozen=True)
class WordingView:
    """One wording in pieces, its English beside it (empty where there is none), its chips as labels."""

    body: tuple[Stretch, ...]
    language: str
    direction: str
    english: tuple[Stretch, ...]
    prompt: str
    group: str

    @property
    def marks(self) -> tuple[Stretch, ...]:
        return tuple(piece for piece in (*self.body, *self.english) if piece.warning)


@dataclass(frozen=True)
class CommentView:
    """A comment with its themes: `decided` by a person, else `suggested`; `machine_none` and
    `machine_unclear` say what the machine says where it suggests no theme. While its session is open:
    what is personal in it, doors to show, the `rival` of its wording."""

    id: str
    session_id: str
    wording: WordingView
    body: str
    english: str
    language: str
    prompt: str
    group: str
    revision: int
    position: int
    is_open: bool
    removed: bool
    can_undo: bool
    rival: WordingView | None
    doors: tuple[DoorView, ...]
    is_decided: bool
    decided: tuple[str, ...]
    suggested: tuple[ThemeChip, ...]
    machine_none: bool
    machine_unclear: bool

    @property
    def direction(self) -> str:
        return self.wording.direction

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """Why what looks personal can stay."""
        return tuple((code, str(label)) for code, label in KEPT_BECAUSE.items())


@dataclass(frozen=True)
class NoteFields:
    """What stands in the fields of a note: a fresh one, one that is changed, or one that was refused.
    `choices` of chips are (code, label); `base` is the revision that was seen."""

    comment_id: str
    wording: Wording
    languages: tuple[tuple[str, str], ...]
    prompts: tuple[tuple[str, str], ...]
    base: int | None = None
    error: str = ""

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        return tuple((code, str(label)) for code, label in SPEAKER_GROUPS.items())

    @property
    def warnings(self) -> tuple[tuple[str, str], ...]:
        """Kind of personal data and what is said about it, for the marks while typing."""
        return tuple((kind, str(label)) for kind, label in KIND_LABELS.items())

    @property
    def doors(self) -> tuple[tuple[str, str, str], ...]:
        """Code, name and number of each door, for the hint while typing."""
        return tuple((code, door_name(code), door.call) for code, door in doors().items())

    @property
    def needs_english(self) -> bool:
        return any(code != "en" for code, _name in self.languages)


@dataclass(frozen=True)
class NotesView:
    """The capture screen. `device_half`: the server's half of the key for what a device keeps."""

    session: SessionView
    note: NoteFields
    comments: tuple[CommentView, ...]
    page: int
    pages: int
    total: int
    show: str
    revision: int
    device_half: str


def listed(names: Sequence[str]) -> str:
    """Names as one text, the way the language of the page lists things."""
    return format_list(list(names), style="standard", locale=get_locale() or "en")


def view_session(
    meeting: CommunitySession,
    progress: Progress,
    imports: Sequence[CommentImport] = (),
    hand_offs: Mapping[str, int] | None = None,
) -> SessionView:
    districts, names = police_districts(), spoken_languages()
    return SessionView(
        id=meeting.id,
        kind=kind_label(meeting.kind),
        held_on=format_date(meeting.held_on, "long"),
        place=meeting.place,
        districts=listed([districts.get(code, code) for code in meeting.districts]),
        attendance=meeting.attendance,
        languages=listed([names.get(code, code) for code in meeting.languages]),
        youth=meeting.youth,
        is_open=meeting.is_open,
        opening_read=meeting.opening_read_on is not None,
        finalised_on=format_date(meeting.finalised_on, "long") if meeting.finalised_on else "",
        demo=meeting.demo,
        progress=progress,
        hosts=listed(meeting.hosts),
        partners=listed(meeting.partners),
        interpreters=listed([names.get(code, code) for code in meeting.interpreters]),
        accessibility=" · ".join(str(ACCESSIBILITY[code]) for code in meeting.accessibility),
        held_with=" · ".join(str(UNREACHED[code]) for code in meeting.held_with),
        attributions=tuple(dict.fromkeys(one.attribution for one in imports if one.attribution)),
        hand_offs=tuple((door_name(code), count) for code, count in sorted((hand_offs or {}).items())),
    )


def load_session_view(session: Session, meeting: CommunitySession) -> SessionView:
    """The session in words, with how far it is and whose words were brought in."""
    progress = count_progress(session, [meeting.id])[meeting.id]
    return view_session(
        meeting, progress, list_imports(session, meeting.id), count_hand_offs(session, meeting.id)
    )


def view_comment(comment: Comment, *, is_open: bool) -> CommentView:
    codes = [one.code for one in comment.suggestions]
    decided = [one.code for one in comment.decision.themes] if comment.decision else []
    why = words_that_led(comment)
    words = comment.words
    current = words.current
    return CommentView(
        id=comment.id,
        session_id=comment.session_id or "",
        wording=_view_wording(current, unsettled(words) if is_open else {}),
        body=current.body,
        english=current.english or "",
        language=comment.language,
        prompt=comment.prompt or "",
        group=comment.speaker_group or "",
        revision=comment.revision or 0,
        position=comment.position or 0,
        is_open=is_open,
        removed=bool(comment.removed),
        can_undo=bool(words.past),
        rival=_view_wording(words.rivals[0], {}) if words.rivals else None,
        doors=view_doors(words) if is_open else (),
        is_decided=comment.decision is not None,
        decided=tuple(theme_label(code) for code in _in_order(decided)),
        suggested=tuple(
            _chip(one.code, why.get(one.code, ()), suggested=True, chosen=True)
            for one in comment.suggestions
            if one.code not in SPECIAL
        ),
        machine_none=codes == [NONE],
        machine_unclear=codes == [UNCLEAR],
    )


def _view_wording(wording: Wording, found: dict[str, tuple[Finding, ...]]) -> WordingView:
    return WordingView(
        body=stretches(wording.body, found.get("body", ())),
        language=wording.language,
        direction=direction_of(wording.language),
        english=stretches(wording.english or "", found.get("english", ())),
        prompt=prompt_label(wording.prompt) if wording.prompt else "",
        group=group_label(wording.speaker_group) if wording.speaker_group else "",
    )


def view_choices(comment: Comment, chosen: Sequence[str] | None = None) -> tuple[ThemeChip, ...]:
    """Every code as a chip: what was decided (or `chosen`, or suggested) is ticked."""
    read = words_that_led(comment)
    why = {one.code: read.get(one.code, ()) for one in comment.suggestions if one.code not in SPECIAL}
    if chosen is None:
        decision = comment.decision
        chosen = [one.code for one in decision.themes] if decision else list(why)
    return tuple(
        _chip(code, why.get(code, ()), suggested=code in why, chosen=code in chosen)
        for code in (*load_codebook().codes, *SPECIAL)
    )


def view_notes(
    meeting: SessionView,
    note: NoteFields,
    found: CommentPage,
    *,
    show: str,
    revision: int,
    device_half: str,
) -> NotesView:
    return NotesView(
        session=meeting,
        note=note,
        comments=tuple(view_comment(one, is_open=meeting.is_open) for one in found.comments),
        page=found.page,
        pages=found.pages,
        total=found.total,
        show=show,
        revision=revision,
        device_half=device_half,
    )


def stretches(text: str, findings: tuple[Finding, ...]) -> tuple[Stretch, ...]:
    pieces: list[Stretch] = []
    end = 0
    for one in findings:
        pieces.append(Stretch(text[end : one.start], ""))
        pieces.append(Stretch(text[one.start : one.end], str(KIND_LABELS[one.kind])))
        end = one.end
    pieces.append(Stretch(text[end:], ""))
    return tuple(piece for piece in pieces if piece.text)


def _chip(code: str, because: tuple[str, ...], *, suggested: bool, chosen: bool) -> ThemeChip:
    longest = tuple(
        one for one in because if not any(one != other and one in other for other in because)
    )
    return ThemeChip(code, theme_label(code), longest, suggested, chosen, code in SPECIAL)


def _in_order(codes: Sequence[str]) -> list[str]:
    known = (*load_codebook().codes, *SPECIAL)
    return sorted(codes, key=lambda code: known.index(code) if code in known else len(known))
