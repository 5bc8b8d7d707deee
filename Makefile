# Two commands on a fresh machine: “make run” and “make test”. Everything lives in .workbench/.
PYTHON ?= python3
WORKBENCH = $(PYTHON) -m workbench
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test test-stock test-install bench lint i18n screens update reset stop logs shell psql doctor

help: ## say what there is
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'
run: ## serve the demo company at http://localhost:8069 (PORT=)
	@$(WORKBENCH) run
test: ## run the whole suite (ARGS= for pytest: only these tests)
	@$(WORKBENCH) test $(ARGS)
test-stock: ## run Odoo's own suites without and with our addons (ARGS= names some); takes an hour or two
	@$(WORKBENCH) test-stock $(ARGS)
test-install: ## install, upgrade and uninstall our addons in every way (ARGS= for pytest)
	@$(WORKBENCH) test-install $(ARGS)
bench: ## measure what our duties cost, against stock Odoo and a peer (ARGS=2: only two runs; ARGS="1 inspection" or "1 feasibility": that part, told only); writes docs/benchmarks.md
	@$(WORKBENCH) bench $(ARGS)
lint: ## run the linters (ARGS=ruff: only that one)
	@$(WORKBENCH) lint $(ARGS)
i18n: ## export the terms to translate, keeping translations
	@$(WORKBENCH) i18n
screens: ## take the pictures of docs/images anew (ARGS= names of pages)
	@$(WORKBENCH) screens $(ARGS)
update: ## bring the demo database up to the code
	@$(WORKBENCH) update
reset: ## delete everything built, to begin anew
	@$(WORKBENCH) reset
stop: ## stop Odoo and PostgreSQL
	@$(WORKBENCH) stop
logs: ## follow the server's log
	@$(WORKBENCH) logs
shell: ## Odoo's shell on the demo database
	@$(WORKBENCH) shell
psql: ## SQL on the demo database
	@$(WORKBENCH) psql
doctor: ## say what is missing on this machine and how to mend it
	@$(WORKBENCH) doctor
