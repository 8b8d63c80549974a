"""What deploy/ shows is accepted by the programs it is for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.shared import ROOT

DEPLOY = ROOT / "deploy"


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed here")
    for unit in DEPLOY.glob("survey-*"):
        # The programs and the folder are not on this machine; everything else is as it stands.
        text = unit.read_text(encoding="utf-8").replace("/srv/survey/.venv/bin/", "/usr/bin/env ")
        (tmp_path / unit.name).write_text(text.replace("WorkingDirectory=/srv/survey", ""))
    answer = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert "survey-" not in answer.stderr, answer.stderr


def test_nginx_takes_the_example(tmp_path: Path) -> None:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed here")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-days", "1",
         "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"],
        capture_output=True,
        check=True,
    )  # fmt: skip
    example = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    example = example.replace("/etc/survey/tls", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\nevents {{}}\nhttp {{\n{example}\n}}\n"
    )
    answer = subprocess.run(
        [nginx, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr


def test_no_part_of_the_example_writes_down_who_came() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert text.count("access_log off;") == text.count("server {")
    assert "$proxy_add_x_forwarded_for" not in text
