"""A first look names what somebody should look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.check_data import check_data

ROWS = """id,weight,district,age,note,constant
1,1.5,North,34,fine,x
2,2.0,north ,41,,x
3,-1,South,n/a,so so,x
4,1.0,South,29,,x
"""


def test_every_column_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    filler = "".join(f"{at},1.0,South,{20 + at % 60},,x\n" for at in range(5, 90))
    path.write_text(ROWS + filler, encoding="utf-8")
    rows, columns = check_data(path)
    found = {column.name: column for column in columns}
    assert rows == 89
    assert found["weight"].span == (-1.0, 2.0)
    assert any("Negative numbers" in remark for remark in found["weight"].remarks)
    assert any("'north '" in remark for remark in found["district"].remarks)
    assert any("differ only in case" in remark for remark in found["district"].remarks)
    assert any("row 3 holds 'n/a'" in remark for remark in found["age"].remarks)
    assert any("Every value is different" in remark for remark in found["id"].remarks)
    assert found["constant"].remarks == ("The same value everywhere.",)
    assert found["note"].missing == 87


def test_the_command_prints_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS, encoding="utf-8")
    assert main(["check-data", str(path)]) == 0
    text = capsys.readouterr().out
    assert text.startswith("4 rows, 6 columns")
    assert "weight: number, 4 different values, -1 to 2" in text


def test_a_file_that_is_no_csv_is_refused_with_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1\n", encoding="utf-8")
    assert main(["check-data", str(path)]) == 2
    assert "rows.csv" in capsys.readouterr().err
