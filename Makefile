# Everything a person needs to try, test and change the project. `make` alone lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# More words for the command below: make test ARGS="-k check_in", make demo ARGS="--port 9000"
ARGS ?=
# What `make lock` resolves with.
UV_VERSION := 0.13.9

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fmt lock bench pictures

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.dev ## create .venv with everything that running and testing need

demo: $(VENV)/.runtime ## the Tiền Giang morning at http://127.0.0.1:8080, no token, no internet
	$(BIN)/diemdanh demo $(ARGS)

test: $(VENV)/.dev ## run the whole test suite; its last lines say what this machine could not run
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(VENV)/.dev ## format, lint, types, import contracts, translations, then the tests: what CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot.translations check
	$(MAKE) test

fmt: $(VENV)/.dev ## format the code and mend what can be mended by itself
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## measure check-ins and the post on this machine
	$(BIN)/python -m benchmarks $(ARGS)

pictures: $(VENV)/.dev ## take the pictures of docs/ from the demo anew; needs Chromium, some minutes
	$(BIN)/python -m docs.pictures.take

lock: ## pin the dependencies of pyproject.toml anew (ARGS=--upgrade takes newer ones)
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	$(PYTHON) -m venv "$$tools" && \
	"$$tools/bin/python" -m pip --disable-pip-version-check --quiet install uv==$(UV_VERSION) && \
	lock() { "$$tools/bin/uv" pip compile pyproject.toml --no-config --quiet \
		--universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" "$$@"; } && \
	lock --extra build --extra dev --output-file requirements-dev.txt $(ARGS) && \
	lock --extra build --constraint requirements-dev.txt --output-file requirements.txt

# The environment. Each stamp is newer than what it was made from, so a second run does nothing.

$(VENV)/.python:
	@$(PYTHON) -c '' 2>/dev/null || { \
		echo "Cần Python 3.11 trở lên, không tìm thấy $(PYTHON) / Python 3.11 or newer is needed, $(PYTHON) was not found"; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		found=$$($(PYTHON) -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])'); \
		echo "Cần Python 3.11 trở lên, đang có $$found / Python 3.11 or newer is needed, found $$found"; \
		echo "Nếu máy có bản mới hơn / if a newer one is installed: make $(MAKECMDGOALS) PYTHON=python3.12"; \
		exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "Python thiếu mô-đun venv / this Python lacks the venv module."; \
		echo "Debian, Ubuntu: apt install python3-venv"; \
		exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.txt pyproject.toml | $(VENV)/.python
	@echo "Đang cài các gói cần để chạy / installing what running needs ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt pyproject.toml | $(VENV)/.python
	@echo "Đang cài các gói cần để chạy và kiểm thử / installing what running and testing need ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(VENV)/.runtime $@
