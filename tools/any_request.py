"""Generated requests to every route by every method, as every role, on a demonstration city.

    .venv/bin/python tools/any_request.py [--requests 50000] [--seed 1] [--instance FOLDER]

How they are made: tests/any_request.py. The city is a copy (of FOLDER, or built here), put back every
thousand requests, and everybody is signed in again: what was asked for is done, after all. Prints how
many were answered with which status and every answer of 500 and above; exits with 1 when there is one.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pyotp
from flask import Flask
from flask.testing import FlaskClient

from survey_app import schema
from survey_app.app import create_app
from survey_app.config import Config
from survey_app.demo.build import build_if_empty
from survey_app.demo.sign_ins import read_sign_ins
from tests.any_request import Asker
from tests.survey_app.conftest import post_form

EVERY = 1000


def sign_everybody_in(app: Flask) -> dict[str, FlaskClient]:
    clients = {"": app.test_client()}
    for name, role, password, secret in read_sign_ins(app.extensions["config"]):
        client = clients[role] = app.test_client()
        answer = post_form(client, "/en/staff/sign-in", {"sign_in_name": name, "password": password})
        if secret:
            post_form(client, answer.headers["Location"], {"code": pyotp.TOTP(secret).now()})
    return clients


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--instance", type=Path, help="copy this demonstration instead of building one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        instance, kept = Path(folder) / "city", Path(folder) / "kept"
        if given.instance:
            shutil.copytree(given.instance, instance)
        app = create_app(Config.from_environment({"SURVEY_INSTANCE": str(instance)}))
        engine = app.extensions["database"].engine
        schema.upgrade(engine)
        build_if_empty(app)
        engine.dispose()
        shutil.copytree(instance, kept)
        asker = Asker(app, sign_everybody_in(app))
        asker.look_around()

        def every(done: int) -> None:
            if done % EVERY:
                return
            told = ", ".join(f"{code}: {n}" for code, n in sorted(asker.found.statuses.items()))
            print(f"{done} of {given.requests} requests; {told}", flush=True)
            for name, request in list(asker.found.failures.items()):
                if name not in shown:
                    shown.add(name)
                    print(f"FAILED {name}\n  {request}", flush=True)
            engine.dispose()
            shutil.rmtree(instance)
            shutil.copytree(kept, instance)
            asker.clients = sign_everybody_in(app)
            for role in asker.clients:
                asker.take_token(role)

        shown: set[str] = set()
        found = asker.go(given.requests, number=given.seed, every=every)
        rules = {rule.endpoint for rule in asker.rules}
        print(f"\n{found.statuses.total()} requests to {len(rules)} routes, {len(asker.clients)} roles")
        print(f"answered with a page or a redirect: {len(found.reached)} routes")
        for name, request in found.failures.items():
            print(f"FAILED {name}\n  {request}")
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
