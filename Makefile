# Each line is a command that a person could type.

.PHONY: app compare calibrate readme tables docs test slow verify lint bench release

app:
	zhizao app

compare:
	zhizao compare

calibrate:
	zhizao calibrate

readme:
	python docs/make_readme.py

tables:
	python docs/make_odd.py

docs:
	sphinx-build -W --keep-going -c docs . site

test:
	pytest -n auto

slow:
	pytest -n auto -m slow

verify:
	python benchmarks/verification/run_all.py

lint:
	ruff format --check . && ruff check . && mypy

bench:
	python benchmarks/speed.py
	python benchmarks/sweep.py
	python benchmarks/scale.py
	python benchmarks/where_time_goes.py
	python benchmarks/frameworks.py

release:
	.ci/release python3.11 python3.13
