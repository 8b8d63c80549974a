"""Forms of staff pages about accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from .permissions import ROLES

ROLE_NAMES = {
    "facilitator": _l("Facilitator"),
    "analyst": _l("Analyst"),
    "publisher": _l("Publisher"),
    "administrator": _l("Administrator"),
    "interviewer": _l("Interviewer"),
    "partner": _l("Partner"),
}


_ROLES = [SelectChoice(role, ROLE_NAMES[role]) for role in ROLES]


class SignInForm(FlaskForm):  # type: ignore[misc]
    sign_in_name = StringField(
        _l("Sign-in name"),
        [InputRequired(_l("Enter your sign-in name")), Length(max=120)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class AccountForm(FlaskForm):  # type: ignore[misc]
    sign_in_name = StringField(
        _l("Sign-in name"), [InputRequired(_l("Enter a sign-in name")), Length(max=120)]
    )
    display_name = StringField(_l("Name shown to colleagues"), [Length(max=120)])
    role = SelectField(_l("Role"), choices=_ROLES)


class PasswordForm(FlaskForm):  # type: ignore[misc]
    password = PasswordField(
        _l("Your new password"),
        [InputRequired(_l("Enter your password")), Length(max=200)],
        render_kw={"autocomplete": "new-password"},
    )


class CodeForm(FlaskForm):  # type: ignore[misc]
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Enter the code")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )


class SetUpForm(CodeForm):
    """The secret comes back with the form: it was shown on this page, and is its reader's own."""

    secret = HiddenField(validators=[Regexp(r"^[A-Z2-7]{32}$")])


class ChangeAccountForm(FlaskForm):  # type: ignore[misc]
    role = SelectField(_l("Role"), choices=_ROLES)
    active = BooleanField(_l("May sign in"))
