# Every target makes .venv itself; the second time nothing is installed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY  := $(VENV)/ready
BENCH  := .venvs/bench/ready
DEMO   := .venvs/demo/ready

.PHONY: demo test check bench soak peers pythons docs pictures proto pins clean

demo: $(DEMO)
	@echo "== the sandbox starts (an OAuth server and a TLS gateway on loopback) and runs the real command lines"
	@.venvs/demo/$(notdir $(BIN))/python -m zeebe_grpc sandbox -- .venvs/demo/$(notdir $(BIN))/python -m zeebe_grpc.sandbox.demo

test: $(READY)
	@echo "== tests in several processes, with branch coverage (a few minutes)"
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q --progress --numprocesses auto --dist loadgroup
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report

check: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

pictures:
	$(PYTHON) docs/pictures/draw.py

bench: $(BENCH)
	@echo "== benchmarks beside the peers (about ten minutes; leave the machine alone meanwhile)"
	.venvs/bench/$(notdir $(BIN))/python -m benchmarks $(or $(BENCHMARKS),--write docs/performance)
	$(PYTHON) docs/pictures/draw.py

soak: $(READY)
	@echo "== client processes beside a token endpoint that fails (two minutes)"
	$(BIN)/python -m benchmarks.soak $(SOAK)

peers: $(READY)
	@echo "== real servers, ingresses, keychain and clients: what they need is installed first"
	bash .ci/install-peers
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/peers tests/faults tests/foreign tests/examples $(PEERS)

pythons:
	@echo "== the tests on the Pythons of Debian unstable (root, Debian; half an hour)"
	@bash .ci/pythons $(PYTHONS)

docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	$(BIN)/python .ci/site_is_offline.py site

proto: $(READY)
	$(BIN)/python .ci/gateway_modules/generate.py

PIN := uv pip compile -q pyproject.toml --universal --python-version 3.11 --no-annotate --no-header

pins:
	$(PIN) --upgrade --extra cli --generate-hashes --no-emit-index-url -o .ci/demo.txt
	$(PIN) --upgrade --group dev --generate-hashes --no-emit-index-url -o .ci/requirements.txt
	$(PIN) --upgrade --resolution lowest-direct --all-extras -o .ci/floors.txt
	$(PIN) --upgrade --group test --constraints .ci/floors.txt --generate-hashes \
	  --no-emit-index-url -o .ci/oldest.txt
	$(PYTHON) -c "import os; os.remove('.ci/floors.txt')"

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, ignore_errors=True) for d in ('$(VENV)', '.peers', '.pythons', '.venvs', 'site')]"

$(READY): pyproject.toml .ci/requirements.txt
	@echo "== making $(VENV) with the pinned, hashed requirements (about half a minute, once)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r .ci/requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -c "open('$(READY)', 'w').close()"

$(DEMO): pyproject.toml .ci/demo.txt
	@echo "== making .venvs/demo with what the product needs and no more (some seconds, once)"
	@$(PYTHON) -m venv .venvs/demo
	@.venvs/demo/$(notdir $(BIN))/python -m pip install -q --disable-pip-version-check --require-hashes -r .ci/demo.txt
	@.venvs/demo/$(notdir $(BIN))/python -c "open('$(DEMO)', 'w').close()"

$(BENCH): $(READY) benchmarks/requirements.txt $(shell git ls-files 'zeebe_auth/*.py' 'zeebe_grpc/*.py')
	@echo "== making .venvs/bench with the peers and this tree's wheel (about half a minute, once)"
	$(PYTHON) -m venv .venvs/bench
	.venvs/bench/$(notdir $(BIN))/python -m pip install -q --disable-pip-version-check --require-hashes -r benchmarks/requirements.txt
	$(BIN)/python -m build --no-isolation --wheel --outdir .venvs/bench/wheel .
	.venvs/bench/$(notdir $(BIN))/python -m pip install -q --disable-pip-version-check --no-deps --force-reinstall .venvs/bench/wheel/*.whl
	@$(BIN)/python -c "open('$(BENCH)', 'w').close()"
