# Each line is a command that a person could type.

.PHONY: app compare calibrate readme tables docs test search slow coverage mutants verify lint bench release

app:
	zhizao app

compare:
	zhizao compare

# all shipped fits, to the bit: four of the district, four of its structures, the city's
calibrate:
	zhizao calibrate
	zhizao calibrate --structure supported-only --structure no-stakes --structure fixed-providers --particles 200 --bank 4096
	zhizao calibrate --structure approval-first --particles 300 --bank 8192
	zhizao calibrate --district chongqing --treatment facts --particles 400 --bank 4096

readme:
	python docs/make_readme.py

tables:
	python docs/make_odd.py

docs:
	sphinx-build -W --keep-going -c docs . site

test:
	pytest -n auto

# tests with made-up examples, over and over, with new examples each time, until some minutes have passed
search:
	end=$$(( $$(date +%s) + 60 * $${MINUTES:-5} )); \
	while [ $$(date +%s) -lt $$end ]; do ZHIZAO_HYPOTHESIS=search pytest -n auto -m hypothesis || exit 1; done

slow:
	pytest -n auto -m slow

# an hour and a half; tests with a limit of time may fail, since each line is counted
coverage:
	coverage erase
	-coverage run -m pytest -n auto
	-coverage run -m pytest -n auto -m slow
	NUMBA_DISABLE_JIT=1 coverage run -m pytest tests/test_rules.py tests/test_rules_by_hand.py
	coverage combine
	coverage report

mutants:
	cosmic-ray init benchmarks/mutation.toml runs/mutants.sqlite
	cr-filter-operators runs/mutants.sqlite benchmarks/mutation.toml
	NUMBA_DISABLE_JIT=1 cosmic-ray exec benchmarks/mutation.toml runs/mutants.sqlite
	cr-report runs/mutants.sqlite | tail -n 3

verify:
	python benchmarks/verification/run_all.py

lint:
	ruff format --check . && ruff check . && mypy

bench:
	python benchmarks/speed.py
	python benchmarks/sweep.py
	python benchmarks/scale.py
	python benchmarks/where_time_goes.py
	python benchmarks/other_frameworks/measure.py

release:
	.ci/release python3.11 python3.13
