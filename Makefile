# Each line is a command that a person could type.

.PHONY: compare calibrate readme test slow lint bench build

compare:
	zhizao compare

calibrate:
	zhizao calibrate

readme:
	python docs/make_readme.py

test:
	pytest -n auto

slow:
	pytest -n auto -m slow

lint:
	ruff format --check . && ruff check . && mypy

bench:
	python benchmarks/speed.py
	python benchmarks/sweep.py
	python benchmarks/scale.py

build:
	python -m build
