# Two commands: `make run` starts everything, `make test` checks everything.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PO := $(wildcard translations/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

.PHONY: run test lint catalogues messages lock clean

run: .venv/.runtime $(MO)
	@PORT=$(PORT) exec $(BIN)/python -m survey_app.serve

test: .venv/.development $(MO)
	$(BIN)/python -m pytest -n 2 --dist loadgroup --durations=25

lint: .venv/.development $(MO)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m survey_app.languages.lint

catalogues: $(MO)

%.mo: %.po | .venv/.runtime
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# Collect the sentences of the interface and the instrument, and bring the catalogues up to date.
messages: .venv/.runtime
	$(BIN)/python tools/messages.py

# Pin requirements*.in with hashes. Needs uv.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-optional.in -o requirements-optional.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "The module venv is needed; on Debian: apt-get install python3-venv"; exit 1; }

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "Installing what the product needs (pinned, with hashes) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.development: requirements.txt requirements-dev.txt | .venv/.runtime
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv $(MO)
