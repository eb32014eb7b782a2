# Everything a fresh machine needs: Debian 12, Python 3.11 with venv, make.
VENV ?= .venv
PY = $(VENV)/bin/python
CASE ?= ai
STAMP = $(VENV)/.installed
TEST_STAMP = $(VENV)/.installed-test

.PHONY: install demo page pictures test test-slow lint format docs bench clean

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(PY) || python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(TEST_STAMP): $(STAMP)
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test,cluster]"
	touch $@

demo: $(STAMP)
	$(VENV)/bin/kanryu demo $(if $(KANRYU_LANG),--lang $(KANRYU_LANG))

page: $(STAMP)
	$(VENV)/bin/kanryu serve $(CASE)

# The README's pictures, from the running page; needs Chromium.
pictures: $(TEST_STAMP)
	$(PY) -m kanryu.web.pictures docs/pictures

test: $(TEST_STAMP)
	$(PY) -m pytest -n 2 -m "not slow"

test-slow: $(TEST_STAMP)
	$(PY) -m pytest -n 2 -m slow

lint: $(TEST_STAMP)
	$(VENV)/bin/ruff format --check src tests bench
	$(VENV)/bin/ruff check src tests bench
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(TEST_STAMP)
	$(VENV)/bin/ruff format src tests bench
	$(VENV)/bin/ruff check --fix src tests bench

bench: $(TEST_STAMP)
	for file in bench/*.py; do echo "== $$file"; $(PY) $$file; done

docs: $(TEST_STAMP)
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[docs]"
	$(PY) -m sphinx -q -c docs docs docs/_build

clean:
	rm -rf $(VENV) build dist docs/_build
