# Each line is a command that a person could type.

.PHONY: compare test slow lint bench build

compare:
	zhizao compare

test:
	pytest -n auto

slow:
	pytest -n auto -m slow

lint:
	ruff format --check . && ruff check . && mypy

bench:
	python benchmarks/speed.py

build:
	python -m build
