"""Who may do what: the one table. A test fails on any route that is not in it.

Roles: a facilitator writes up community sessions; an analyst imports waves, codes comments and
builds reports; a publisher approves and publishes; an administrator manages accounts and waves. An
interviewer asks the questions aloud and keys paper forms, and sees nothing else. A partner reads drafts
and leaves remarks.
"""

from __future__ import annotations

FACILITATOR, ANALYST, PUBLISHER, ADMINISTRATOR, INTERVIEWER, PARTNER = (
    "facilitator",
    "analyst",
    "publisher",
    "administrator",
    "interviewer",
    "partner",
)
ROLES = (FACILITATOR, ANALYST, PUBLISHER, ADMINISTRATOR, INTERVIEWER, PARTNER)
#: Who signs in with a second factor, always; for the others it is their choice.
NEED_SECOND_FACTOR = frozenset({PUBLISHER, ADMINISTRATOR})

#: Anyone, signed in or not.
PUBLIC: frozenset[str] = frozenset({"public"})
#: Anyone signed in.
STAFF = frozenset(ROLES)
_CITY = STAFF - {PARTNER}
_ADMIN = frozenset({ADMINISTRATOR})
#: Those who write up community sessions and work on their themes.
_WRITERS = frozenset({FACILITATOR, ANALYST, ADMINISTRATOR})
#: Those who ask residents the questions, and key what they wrote on paper.
_ASKERS = frozenset({INTERVIEWER, ADMINISTRATOR})
#: Those who tell the public what became of what was said.
_TELLERS = _WRITERS | {PUBLISHER}

#: Those who prepare a wave and read what fieldwork brought.
_PLANNERS = frozenset({ANALYST, PUBLISHER, ADMINISTRATOR})
#: Those who read drafts and leave remarks on them; the first three answer.
_ANSWERERS = frozenset({ANALYST, PUBLISHER, ADMINISTRATOR})
_READERS = _ANSWERERS | {PARTNER}

ROUTES: dict[str, frozenset[str]] = {
    "static": PUBLIC,
    "pages.root": PUBLIC,
    "pages.home": PUBLIC,
    "pages.healthz": PUBLIC,
    "pages.privacy": PUBLIC,
    "pages.help_lines": PUBLIC,
    "pages.robots": PUBLIC,
    "pages.components": STAFF,
    "accounts.sign_in": PUBLIC,
    "joining.accept": PUBLIC,
    "accounts.give_code": STAFF,
    "accounts.set_up": STAFF,
    "accounts.sign_out": STAFF,
    "accounts.sign_out_everywhere": STAFF,
    "accounts.home": STAFF,
    "accounts.own": STAFF,
    "accounts.renew_codes": STAFF,
    "accounts.list_accounts": _ADMIN,
    "accounts.create_account": _ADMIN,
    "accounts.change_account": _ADMIN,
    "accounts.invite": _ADMIN,
    "accounts.audit_log": _ADMIN,
    "accounts.jobs": _CITY,
    "accounts.job": _CITY,
    "accounts.cancel_job": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    # asks for the token of METRICS_TOKEN itself
    "metrics.show": PUBLIC,
    "operations.retention": _ADMIN,
    "operations.place": _ADMIN,
    "operations.lift": _ADMIN,
    "records.desk": _ADMIN,
    "records.write_down": _ADMIN,
    "records.make": _ADMIN,
    "records.take": _ADMIN,
    # survey: pages of residents
    "survey.start": PUBLIC,
    "survey.begin": PUBLIC,
    "survey.resume": PUBLIC,
    "survey.page": PUBLIC,
    "survey.send_page": PUBLIC,
    "survey.review": PUBLIC,
    "survey.send": PUBLIC,
    "survey.thank_you": PUBLIC,
    "survey.code_used": PUBLIC,
    "survey.not_eligible": PUBLIC,
    "survey.kept": PUBLIC,
    "survey.erase": PUBLIC,
    "survey.erased": PUBLIC,
    "survey.worker": PUBLIC,
    "survey.pack": PUBLIC,
    "survey.adopt": PUBLIC,
    "survey.keep": PUBLIC,
    "survey.send_from_phone": PUBLIC,
    "survey.waiting": PUBLIC,
    "survey.make_code": PUBLIC,
    "survey.forget": PUBLIC,
    "survey.forgotten": PUBLIC,
    "survey.ask_code": PUBLIC,
    "survey.come_back": PUBLIC,
    # kiosk and interview: the pages of residents through other doors, see below
    "kiosks.setup": frozenset({FACILITATOR, ADMINISTRATOR}),
    "kiosks.make": frozenset({FACILITATOR, ADMINISTRATOR}),
    "kiosks.stop": frozenset({FACILITATOR, ADMINISTRATOR}),
    # paper: print and key
    "paper.index": _ASKERS | {ANALYST},
    "paper.wave": _ASKERS | {ANALYST},
    "paper.print_sheets": _ASKERS,
    "paper.sheet": _ASKERS | {ANALYST},
    "paper.key": _ASKERS,
    "paper.save": _ASKERS,
    "paper.kept": _ASKERS | {ANALYST},
    "paper.differences": frozenset({ANALYST, ADMINISTRATOR}),
    "paper.settle": frozenset({ANALYST, ADMINISTRATOR}),
    # results of the pulse and of partners
    "series.results": PUBLIC,
    "series.index": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "series.desk": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "series.set_reach": frozenset({ANALYST, PUBLISHER}),
    "series.publish": frozenset({PUBLISHER}),
    # waves
    "waves.waves": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "waves.wave": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "waves.create_wave": _ADMIN,
    "waves.confirm_step": _ADMIN,
    "waves.take_step": _ADMIN,
    "opening.languages": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "opening.waive": _ADMIN,
    "opening.help_lines": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "opening.check": _ADMIN,
    "opening.reached": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "opening.targets": frozenset({ANALYST, ADMINISTRATOR}),
    "opening.set_targets": frozenset({ANALYST, ADMINISTRATOR}),
    # previews: the survey's own pages; nothing is stored
    "preview.index": STAFF,
    "preview.start": STAFF,
    "preview.begin": STAFF,
    "preview.page": STAFF,
    "preview.send_page": STAFF,
    "preview.review": STAFF,
    "preview.send": STAFF,
    "preview.thank_you": STAFF,
    "preview.not_eligible": STAFF,
    # languages
    "languages.about": PUBLIC,
    "languages.index": STAFF,
    "languages.download": STAFF,
    "languages.review": _ADMIN,
    "languages.take_review": _ADMIN,
    # invitations: letters hold codes in plain signs, so few may see them
    "invitations.index": _PLANNERS,
    "invitations.plan": _PLANNERS,
    "invitations.sample": _PLANNERS,
    "invitations.bring_in": frozenset({ANALYST, ADMINISTRATOR}),
    "invitations.letters": _ADMIN,
    "invitations.lay_out": _ADMIN,
    "invitations.letter_file": _ADMIN,
    "invitations.reminders": frozenset({ANALYST, ADMINISTRATOR}),
    "invitations.outcomes": _PLANNERS,
    "invitations.set_outcome": frozenset({ANALYST, ADMINISTRATOR}),
    "invitations.bring_in_outcomes": frozenset({ANALYST, ADMINISTRATOR}),
    "invitations.thanks": _ADMIN,
    "invitations.thanks_sent": _ADMIN,
    "claims.ask": PUBLIC,
    "claims.take": PUBLIC,
    "claims.asked": PUBLIC,
    # community
    "community.sessions": _WRITERS,
    "community.new_session": _WRITERS,
    "community.edit_session": _WRITERS,
    "community.session": _WRITERS,
    "community.confirm_opening": _WRITERS,
    "community.finalise": _WRITERS,
    "community.finalise_now": _WRITERS,
    "community.reopen": frozenset({ANALYST, ADMINISTRATOR}),
    "schedule.index": _WRITERS,
    "schedule.new_series": frozenset({ANALYST, ADMINISTRATOR}),
    "schedule.edit_series": frozenset({ANALYST, ADMINISTRATOR}),
    "schedule.attendance": _WRITERS,
    "schedule.printed_card": _WRITERS,
    "followup.summary": _TELLERS,
    "followup.approve_summary": _TELLERS,
    "followup.commitments": _TELLERS,
    "followup.new_commitment": _TELLERS,
    "followup.commitment": _TELLERS,
    "moderation.desk": _WRITERS,
    "moderation.open_room": _WRITERS,
    "moderation.ask": _WRITERS,
    "moderation.close_room": _WRITERS,
    "room.enter": PUBLIC,
    "room.page": PUBLIC,
    "room.wall": PUBLIC,
    "room.rules": PUBLIC,
    "meetings.index": PUBLIC,
    "meetings.session": PUBLIC,
    "meetings.commitments": PUBLIC,
    "meetings.commitment": PUBLIC,
    "notes.index": _WRITERS,
    "notes.add": _WRITERS,
    "notes.edit": _WRITERS,
    "notes.changes": _WRITERS,
    "notes.act": _WRITERS,
    "notes.ask_to_split": _WRITERS,
    "notes.ask_to_merge": _WRITERS,
    "imports.index": _WRITERS,
    "imports.bring": _WRITERS,
    "imports.preview": _WRITERS,
    "imports.take": _WRITERS,
    "imports.drop": _WRITERS,
    "notes.themes": _WRITERS,
    # remarks on drafts
    "remarks.index": _READERS,
    "remarks.instrument": _READERS,
    "remarks.remark": _READERS,
    "remarks.answer": _ANSWERERS,
    # work on themes
    "theme_work.index": _WRITERS,
    "theme_work.bring_in": frozenset({ANALYST, ADMINISTRATOR}),
    "theme_work.queue": _WRITERS,
    "theme_work.new_draw": frozenset({ANALYST, ADMINISTRATOR}),
    "theme_work.draw": _WRITERS,
    "theme_work.join": _WRITERS,
    "theme_work.read": _WRITERS,
    "theme_work.disagreements": frozenset({ANALYST, ADMINISTRATOR}),
    "theme_work.adjudicate": frozenset({ANALYST, ADMINISTRATOR}),
    "theme_work.codebook": _WRITERS,
    "theme_work.model": frozenset({ANALYST, ADMINISTRATOR}),
    "theme_work.train": frozenset({ANALYST, ADMINISTRATOR}),
    "theme_work.read_again": frozenset({ANALYST, ADMINISTRATOR}),
    "theme_work.use_model": frozenset({ANALYST, ADMINISTRATOR}),
    "theme_work.delete_model": frozenset({ANALYST, ADMINISTRATOR}),
    # reports
    "reports.index": PUBLIC,
    "reports.year_page": PUBLIC,
    "reports.measure_page": PUBLIC,
    "reports.open_page": PUBLIC,
    "reports.picture": PUBLIC,
    "reports.figures": PUBLIC,
    "reports.printed": PUBLIC,
    "reports.photograph": PUBLIC,
    "reports.measure_figures": PUBLIC,
    "reports.plan": PUBLIC,
    "reports.edition": PUBLIC,
    "reports.data_page": PUBLIC,
    "reports.data_file": PUBLIC,
    "reports_api.indicators": PUBLIC,
    "reports_api.indicators_table": PUBLIC,
    "reports_api.description": PUBLIC,
    "reports.desk": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "reports.preview": _READERS,
    "reports.preview_measure": _READERS,
    "reports.preview_open": _READERS,
    "reports.preview_data": _READERS,
    "reports.preview_file": _READERS,
    "reports.build": frozenset({ANALYST, PUBLISHER}),
    "restricted.desk": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "restricted.make": frozenset({ANALYST, PUBLISHER}),
    "restricted.approve": frozenset({PUBLISHER}),
    "restricted.end": frozenset({ANALYST, PUBLISHER}),
    "restricted.take": frozenset({ANALYST, PUBLISHER}),
    "restricted.enter": PUBLIC,
    "restricted.fetch": PUBLIC,
    "reports.words": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "reports.write_words": frozenset({ANALYST, PUBLISHER}),
    "reports.release_page": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "reports.release_day": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "reports.announce": frozenset({PUBLISHER}),
    "reports.preview_print": frozenset({ANALYST, PUBLISHER, ADMINISTRATOR}),
    "reports.print_now": frozenset({ANALYST, PUBLISHER}),
    "reports.sign_off": frozenset({PUBLISHER}),
    "reports.add_reader": frozenset({PUBLISHER}),
    "reports.approve": frozenset({PUBLISHER}),
    "reports.publish": frozenset({PUBLISHER}),
}

#: The other doors (survey_app/survey/doors.py) lead to the same views. Those of residents are open to
#: anyone; a kiosk asks for the mark of its device; an interview is held by staff.
_DOORS = {"pulse": PUBLIC, "partners": PUBLIC, "kiosk": PUBLIC, "interview": _ASKERS}
_ON_ONES_OWN_PHONE = {"worker", "pack", "adopt", "keep", "send_from_phone", "waiting"}
_AWAY_AND_BACK = frozenset(
    {"kept", "erase", "erased", "make_code", "forget", "forgotten", "ask_code", "come_back"}
    | _ON_ONES_OWN_PHONE
)
for _endpoint in [name for name in ROUTES if name.startswith("survey.")]:
    _view = _endpoint.partition(".")[2]
    for _door, _allowed in _DOORS.items():
        if _door in ("pulse", "partners") or _view not in _AWAY_AND_BACK:
            ROUTES[f"{_door}.{_view}"] = _allowed


def may(role: str | None, endpoint: str) -> bool:
    """Whether somebody with this role (None: not signed in) may open this route."""
    allowed = ROUTES.get(endpoint, frozenset())
    return allowed is PUBLIC or (role is not None and role in allowed)
