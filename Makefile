# The one entry: make demo, make test. `make` alone lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.DEFAULT_GOAL := help

python := .venv/bin/python
made := .venv/.made
# For programs that read the settings and touch neither data nor secrets.
configured = env $$($(python) -m trialcrm.core.bootstrap.environment) DATABASE_URL=postgresql:///trialcrm

.PHONY: help demo demo-fresh run test check style types storeys migrations deployment templates fix clean lock

help: ## this list
	awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(made) ## a believable study to look at, with a sign-in for every role
	exec $(python) manage.py demo

demo-fresh: $(made) ## the same, all data made anew
	exec $(python) manage.py demo --fresh

run: $(made) ## the demo's data, for developing: reloads when the code changes
	exec $(python) manage.py demo --reload

test: $(made) ## every test, browser journeys included
	$(python) -m trialcrm.core.browser
	exec $(python) -m pytest --numprocesses=auto --dist=loadgroup

check: style types storeys migrations deployment templates ## style, types, import contract, migrations, deployment, templates

style: $(made)
	$(python) -m ruff check .
	$(python) -m ruff format --check .

types: $(made)
	$(configured) TRIALCRM_MODE=test $(python) -m mypy

storeys: $(made)
	$(python) .venv/bin/lint-imports

migrations: $(made)
	$(python) manage.py makemigrations --check --dry-run

deployment: $(made)
	$(configured) TRIALCRM_MODE=production ALLOWED_HOSTS=portal.example.org EMAIL_HOST=localhost \
		$(python) manage.py check --deploy --fail-level WARNING

templates: $(made)
	$(python) -m djlint templates --lint --quiet

fix: $(made) ## mend style where a program can
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

clean: ## stop the local database, remove the virtual environment and what was built; data stay
	if [ -x $(python) ]; then $(python) -m trialcrm.core.localdb stop; fi
	rm -rf .venv var staticfiles test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: $(made) ## pin the newest versions that pyproject.toml allows
	$(python) -m pip install --quiet pip-tools
	$(python) -m piptools compile --quiet --allow-unsafe --extra=dev --generate-hashes --strip-extras --upgrade \
		--no-emit-find-links --no-emit-index-url --no-emit-trusted-host --output-file=requirements.lock pyproject.toml

$(made): requirements.lock
	if ! $(python) -c '' 2>/dev/null; then
		# The system's own is built for speed and kept safe by the system; one built by hand is often a third slower.
		for candidate in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
			if ! "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then continue; fi
			bare=$$candidate
			if "$$candidate" -c 'import venv, ensurepip' 2>/dev/null; then found=$$candidate; break; fi
		done
		if [ -z "$${bare:-}" ]; then
			echo "TrialCRM needs Python 3.11 or newer; none was found on the PATH." >&2
			exit 1
		fi
		if [ -z "$${found:-}" ]; then
			echo "$$bare cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv" >&2
			exit 1
		fi
		echo "Making .venv with $$("$$found" --version)"
		"$$found" -m venv --clear .venv
	fi
	echo "Installing what requirements.lock names (once, a minute or two)"
	$(python) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(python) -m compileall -q trialcrm subjects medications safety messaging
	touch $(made)
