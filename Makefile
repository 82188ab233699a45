# Needs only Python 3.11+ and make.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# Another Python beside it: make test PYTHON=python3.13 VENV=.venv-3.13
VENV := .venv
LOCAL := $(VENV)/bin/python -m local
TEST := $(LOCAL) exec --test --
BABEL = mkdir -p .local && $(VENV)/bin/python -m babel.messages.frontend -q
STAMP := $(VENV)/.installed
# What the FastAPI peer of `make bench` is made of, apart from everything else.
PEER := $(VENV)-bench
PEER_STAMP := $(PEER)/.installed
# With the digests of every file of every package, for every platform: nothing else is taken.
COMPILE = $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url --no-strip-extras --generate-hashes
# On whole runs only: for a part of the tests the services of three processes take longer to start than they save.
# More than cores, because some tests wait; what a file shares stays in one process, and the longest come first (`tests/sharing_out.py`).
PROCESSES = $(if $(ARGS),,--numprocesses 4 --dist loadfile -m "not long")
# Each with a product, a database and a browser of its own.
E2E_PROCESSES = $(if $(ARGS),,--numprocesses 2 --dist loadfile)
# Tracing every line takes longer than the tests themselves (on Python 3.11), so not in `make test`.
COVERAGE = --cov=companies --cov=datasources --cov-report=term:skip-covered --cov-fail-under=95

# Where somebody asked for none, each process would compile the whole product anew, and each run all of its tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test proofs coverage lint types rules mutants simulate bench history e2e shell manage schema messages agreement sbom requirements clean
.DEFAULT_GOAL := help

help: ## この一覧
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

# uv takes a tenth of the time that pip takes, but knows nothing of pip's settings except the index that it is told here, which may
# be a mirror. What it cannot get (behind a proxy of pip's, on a rare machine) pip gets. $(1): the environment, $(2): what to install.
define INSTALL
{ $(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-installer.txt && \
  UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$$($(1)/bin/python -m pip config get global.index-url || $(1)/bin/python -m pip config get :env:.index-url || echo https://pypi.org/simple)}" \
  $(1)/bin/uv pip install --quiet --no-config --python $(1)/bin/python --require-hashes $(2); } >/dev/null 2>&1 \
  || $(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes $(2)
endef

$(STAMP): requirements-dev.txt requirements-samples.txt requirements-installer.txt
	@test -n "$(PYTHON)" || { echo "エラー: Python 3.11 以上が見つかりません。インストールしてから、もう一度実行してください。" >&2; exit 1; }
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { echo "エラー: 仮想環境を作れません（Debian では apt-get install python3-venv）。" >&2; exit 1; }
	@echo "パッケージをインストールしています…"
	@{ $(call INSTALL,$(VENV),-r requirements-dev.txt); } && { $(call INSTALL,$(VENV),--no-deps -r requirements-samples.txt); } \
	  || { echo "エラー: パッケージをインストールできません。ネットワークを確認して、もう一度実行してください。" >&2; exit 1; }
	@touch $(STAMP)

$(PEER_STAMP): bench/requirements.txt requirements-installer.txt
	@rm -rf $(PEER)
	@$(PYTHON) -m venv $(PEER)
	@echo "比較の相手（FastAPI）のパッケージをインストールしています…"
	@{ $(call INSTALL,$(PEER),-r bench/requirements.txt); } \
	  || { echo "エラー: パッケージをインストールできません。ネットワークを確認して、もう一度実行してください。" >&2; exit 1; }
	@touch $(PEER_STAMP)

run: $(STAMP) ## 全体を起動する（Ctrl-C で終了）
	@$(LOCAL) run

test: $(STAMP) ## テスト
	@$(TEST) $(VENV)/bin/python -m pytest --ignore=tests/e2e $(PROCESSES) $(ARGS)

proofs: $(STAMP) ## 時間のかかる証明（終了・復元・満杯のディスクなど）
	@PROOFS=whole $(TEST) $(VENV)/bin/python -m pytest --ignore=tests/e2e --numprocesses 4 --dist loadfile -m "long or sampled" $(ARGS)

coverage: $(STAMP) ## テストが通る行（companies と datasources の 95 % 以上）
	@$(TEST) $(VENV)/bin/python -m pytest --ignore=tests/e2e $(PROCESSES) $(COVERAGE) $(ARGS)

# Types take as long as everything else together. Both on one set of services, which ends after the later one.
lint: $(STAMP) ## 静的検査
	@$(TEST) $(MAKE) --no-print-directory --jobs 2 types rules

types: $(STAMP)
	@$(VENV)/bin/mypy .

rules: $(STAMP)
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/bandit --quiet --configfile pyproject.toml --recursive .
	@$(VENV)/bin/hadolint Dockerfile
	@test ! -x $(VENV)/bin/shellcheck || $(VENV)/bin/shellcheck $$(git ls-files '*.sh' .ci/run)
	@$(VENV)/bin/python -m tests.architecture.licences
	@$(VENV)/bin/python -m tests.architecture.dependency_audit
	@$(TEST) $(VENV)/bin/python manage.py makemigrations --check --dry-run
	@$(TEST) $(VENV)/bin/python -m tests.architecture.migration_lint
	@HTTPS_ONLY=true $(TEST) $(VENV)/bin/python manage.py check --deploy --fail-level WARNING

# As many seconds of load, in rounds of 20, each checked when all know of everything.
history: SECONDS := 20
history: $(STAMP) ## 全員が見たことを記録して検査する（例: SECONDS=3600）
	@HISTORY_SECONDS=$(SECONDS) $(TEST) $(VENV)/bin/python -m pytest -q tests/recorded_history $(ARGS)

e2e: $(STAMP) ## ブラウザーでのテスト（Chromium が必要）
	@$(TEST) $(VENV)/bin/python -m pytest tests/e2e $(E2E_PROCESSES) $(ARGS)

mutants: $(STAMP) ## 仕込んだ誤りをテストが見つけるか（例: ARGS="ledger"）
	@$(TEST) $(VENV)/bin/python -m tests.mutants $(ARGS)

# Services of its own, below a clock of its own. A failing seed is shrunk and printed as a line of tests/simulation/test_regressions.py.
simulate: $(STAMP) ## 全体を 1 つのシードから動かす（例: SEED=7 STEPS=200、MINUTES=60。C コンパイラーが必要）
	@$(VENV)/bin/python -m tests.simulation $(if $(SEED),--seed $(SEED)) $(if $(STEPS),--steps $(STEPS)) $(if $(MINUTES),--minutes $(MINUTES)) $(ARGS)

bench: $(STAMP) $(PEER_STAMP) ## 性能の測定（例: ARGS="api --rounds 2"、ARGS=--help）
	@PEER_PYTHON=$(abspath $(PEER))/bin/python $(LOCAL) exec -- $(VENV)/bin/python -m bench $(ARGS)

shell: $(STAMP) ## Django シェル
	@$(LOCAL) manage shell

manage: $(STAMP) ## manage.py（例: make manage ARGS="import_listing list.xls"）
	@$(LOCAL) manage $(ARGS)

schema: $(STAMP) ## docs/openapi.yaml と Python クライアントの models.py を作り直す
	@$(TEST) $(VENV)/bin/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml
	@$(VENV)/bin/python clients/python/generate_models.py

messages: $(STAMP) ## 訳す文を集め、locale/ の .mo を作り直す
	@$(BABEL) extract --mapping-file=babel.cfg --no-location --sort-output --output-file=.local/django.pot .
	@$(BABEL) update --locale=en --domain=django --input-file=.local/django.pot --output-dir=locale \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(BABEL) compile --domain=django --directory=locale

agreement: $(STAMP) ## docs/agreement.md を実際の一覧から作り直す（DATA=フォルダー: jpx/*.csv、edinet/*.zip、delisted/*.csv）
	@test -n "$(DATA)" || { echo "エラー: DATA にフォルダーを指定してください。" >&2; exit 1; }
	@rm -rf .local/agreement
	@MEIGARA_LOCAL_DIR=$(CURDIR)/.local/agreement LOG_LEVEL=WARNING PYTHON=$(VENV)/bin/python $(LOCAL) exec -- sh docs/agreement.sh "$(DATA)"

sbom: $(STAMP) ## 部品表（CycloneDX）を artifacts/ に書く（イメージと、Flower を入れたときに加わるもの）
	@$(VENV)/bin/python -m tests.architecture.bill_of_materials

requirements: $(STAMP) ## requirements*.txt を作り直す
	@for name in requirements-installer requirements requirements-flower requirements-dev bench/requirements; do \
	  $(COMPILE) $$name.in -o $$name.txt || exit 1; done
	@$(COMPILE) --no-deps requirements-samples.in -o requirements-samples.txt

clean: ## 仮想環境とローカルのデータを消す
	@rm -rf $(VENV) .venv-* .local staticfiles .staticfiles.lock
