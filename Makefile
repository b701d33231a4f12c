# make demo: an environment, the reader, the examples read. make test: an environment with everything, the whole suite.
# make fuzz: mutated inputs for every door, SECONDS each.
PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
PIP = $(VENV)/bin/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

SECONDS ?= 60
SEED ?= 0
.PHONY: demo test fuzz lint clean

demo: $(VENV)/.reading
	$(VENV)/bin/suanshi recognize examples/*.png

test: $(VENV)/.everything
	$(VENV)/bin/python -m pytest --numprocesses $(WORKERS) --dist loadfile

fuzz: $(VENV)/.everything
	$(VENV)/bin/python -m tests.fuzz --seconds $(SECONDS) --seed $(SEED)

lint: $(VENV)/.everything
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Suanshi needs Python 3.10 or later; name one with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.reading: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.everything: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable '.[train,serve,test,browser,lint,fonts,distributed,svg]'
	@touch $@ $(VENV)/.reading

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
