# Wattseal: every command a developer or CI runs. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
B := build
VENV := $(B)/venv
PY := $(VENV)/bin/python
HOST_PYTHON ?= python3
BOARD ?= unix
export PYTHONPATH := .
export PYTHONDONTWRITEBYTECODE := 1
# Which interpreter runs the firmware (64-bit unix port from PyPI unless named).
export WATTSEAL_MICROPYTHON := $(MICROPYTHON)
export WATTSEAL_UMQTT := $(UMQTT)
export WATTSEAL_FULL := $(FULL)
export WATTSEAL_STALL := $(STALL)
# A run of the tests starts some hundred Pythons: what they compile is kept, but not in the tree.
kept := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="$(CURDIR)/$(B)/pycache"
# An option with what was said of it, though that be empty: KEY=$UNSET is no KEY left out.
said = $(if $(filter command,$(origin $(2)))$($(2)),--$(1) "$($(2))")
timed = @start=$$SECONDS; $(1); code=$$?; echo "$(@): $$((SECONDS - start)) s"; exit $$code

.PHONY: help run bills test check fix bench faults soak chaos detect broker receive pki tariff stage size release deploy provision console hil firmware native micropython32 emulator emulate clean setup

help: ## List the commands
	@awk -F':.*## ' '/^[a-z0-9_-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' Makefile

run: setup ## Meter real sessions end to end [SESSIONS= COUNT= SPEED= METER= TARIFF= BROKER= CA= OUT= STATISTICS=on]
	@$(PY) -m tools.run $(if $(SESSIONS),--sessions "$(SESSIONS)") $(if $(COUNT),--count "$(COUNT)") \
	  $(if $(SPEED),--speed "$(SPEED)") $(if $(METER),--meter "$(METER)") \
	  $(if $(BROKER),--broker "$(BROKER)") $(if $(CA),--ca "$(CA)") $(if $(OUT),--out "$(OUT)") \
	  $(if $(TARIFF),--tariff "$(TARIFF)") $(if $(STATISTICS),--statistics "$(STATISTICS)")

bills: setup ## The same, then verify each bill and write its receipt [as run, ALL=1: 600 sessions]
	$(call timed,$(PY) -m tools.bill_run $(if $(OUT),--out "$(OUT)") -- \
	  $(if $(ALL),--sessions tools/sessions_600.csv) \
	  $(if $(SESSIONS),--sessions "$(SESSIONS)") $(if $(COUNT),--count "$(COUNT)") \
	  $(if $(SPEED),--speed "$(SPEED)") $(if $(METER),--meter "$(METER)") \
	  $(if $(BROKER),--broker "$(BROKER)") $(if $(CA),--ca "$(CA)") \
	  $(if $(TARIFF),--tariff "$(TARIFF)") $(if $(STATISTICS),--statistics "$(STATISTICS)"))

test: setup ## Run the tests on every interpreter found [ARGS= FULL=1 STALL=seed MICROPYTHON= UMQTT=]
	$(call timed,$(kept) $(PY) -m pytest -n logical $(ARGS))

check: setup $(B)/typings/.done ## Lint, import rules, types, spelling
	$(call timed,$(PY) -m tools.check)

fix: setup ## Format and repair what ruff can
	@$(PY) -m ruff check --fix . ; $(PY) -m ruff format .

bench: setup ## Measure what is promised, as ratios of one run; writes build/bench.json
	$(call timed,$(PY) -m tools.bench)

faults: setup ## Count what faults make of it; writes build/faults.json [FULL=1]
	$(call timed,$(PY) -m tools.faults $(if $(FULL),--full))

soak: setup ## A year of sessions in virtual time; writes build/soak.json [DAYS= LEAK= FROM=files HEAP=]
	$(call timed,$(PY) -m tools.soak --days $(or $(DAYS),365) $(if $(HEAP),--heap $(HEAP)) \
	  $(if $(FROM),--from $(FROM)) $(if $(LEAK),--leak $(LEAK)))

chaos: setup ## Kill a device and its broker again and again, count what is lost [FOR=seconds]
	$(call timed,$(PY) -m tools.chaos --seconds $(or $(FOR),40))

detect: setup ## Find the meters on a serial line [LINE=/dev/ttyUSB0, LINE=sim:sdm630; CONFIG= WANTED=]
	@$(PY) -m tools.detect --line "$(LINE)" $(if $(CONFIG),--config "$(CONFIG)") \
	  $(if $(WANTED),--wanted "$(WANTED)")

broker: setup ## Start mosquitto with TLS and a right for each device [DIR= PORT=8883 HOST=name]
	@$(PY) -m tools.broker_setup $(if $(PORT),--port "$(PORT)") $(if $(HOST),--host "$(HOST)") \
	  $(if $(DIR),"$(DIR)")

receive: setup ## Store, verify and acknowledge what devices send [BROKER= CA= USER= PASSWORD_FILE= DEVICE= KEY= GONE= OUT= COUNT=]
	@$(PY) -m tools.receive $(if $(BROKER),--broker "$(BROKER)") $(if $(CA),--ca "$(CA)") \
	  $(call said,user,USER) $(if $(PASSWORD_FILE),--password-file "$(PASSWORD_FILE)") \
	  $(if $(DEVICE),--device "$(DEVICE)") $(call said,key,KEY) $(call said,out,OUT) \
	  $(call said,gone,GONE) $(if $(COUNT),--count "$(COUNT)") $(if $(JSON),--json)

pki: setup ## Make a CA and a broker's certificate for tests [DIR=folder HOST=name]
	@$(PY) -m tools.pki init "$(or $(DIR),$(B)/pki)" --host "$(or $(HOST),localhost)"

tariff: setup ## Say what is wrong with a tariff, show it, or take one over [FILE= ARGS="explain, simulate --start ..., from-ocpi --zone ..."]
	@$(PY) -m tools.tariff $(or $(firstword $(ARGS)),lint) "$(or $(FILE),tools/tariffs/four_elements.json)" \
	  $(wordlist 2,99,$(ARGS))

stage: setup ## Build the exact file tree for a device [BOARD=]
	@$(PY) -m tools.stage --board $(BOARD)
	@$(PY) -m tools.size --board $(BOARD) --staged --quiet

size: setup ## What each board's firmware takes, against its budget; writes build/size.json [BOARD=]
	@$(PY) -m tools.size $(if $(filter command line environment,$(origin BOARD)),--board $(BOARD))

deploy: setup ## Put the staged tree on a device, changed files only [BOARD= PORT=]
	@$(PY) -m tools.deploy --board $(BOARD) $(if $(PORT),--port "$(PORT)")

provision: setup ## Commission a device: key, meter, broker, checks, report [PORT=/dev/ttyACM0|unix FROM=answers.toml OUT=]
	@$(PY) -m tools.provision $(if $(PORT),--port "$(PORT)") $(if $(FROM),--from "$(FROM)") \
	  $(if $(filter command line,$(origin OUT)),--out "$(OUT)")

console: setup ## Open a device's console [PORT=/dev/ttyACM0 COMMAND="status" KEY=level key file]
	@$(PY) -m tools.console open $(if $(PORT),--port "$(PORT)") $(if $(COMMAND),-c "$(COMMAND)") \
	  $(if $(KEY),--key "$(KEY)")

hil: setup ## The core suite and a metered session on a real board; without PORT the list [PORT= ONLY=]
	$(call timed,$(PY) -m host_tests.hil $(if $(PORT),--port "$(PORT)") $(if $(ONLY),--only "$(ONLY)"))

firmware: setup ## Build a board's frozen image [BOARD=RPI_PICO PRODUCTION=1 STOCK=1 MICROPYTHON=source tree]
	$(call timed,STOCK="$(STOCK)" PRODUCTION="$(PRODUCTION)" bash tools/firmware.sh $(BOARD) $(B)/$(BOARD) "$(MICROPYTHON)" \
	  $(if $(STOCK)$(PRODUCTION),,&& $(PY) -m tools.size --board $(BOARD) --quiet))

release: setup ## Packages of all boards, built twice and compared, with SBOM and hashes [KEY=update.key BOARD= UNCOMMITTED=1]
	$(call timed,$(PY) -m tools.release $(if $(UNCOMMITTED),--uncommitted) $(if $(MICROPYTHON),--micropython "$(MICROPYTHON)") \
	  $(if $(filter command line environment,$(origin BOARD)),$(foreach board,$(BOARD),--board $(board))) \
	  $(call said,key,KEY) $(call said,signatures,SIGNATURES) $(call said,public,PUBLIC))

native: setup ## Build the native signing module for x64 and armv6m [MICROPYTHON=source tree]
	$(call timed,PYTHON="$(PY)" bash tools/native/build.sh $(B)/native "$(MICROPYTHON)")

micropython32: ## Build the 32-bit single-float interpreter [MICROPYTHON=source tree]
	$(call timed,bash tools/micropython32.sh $(B)/micropython32 "$(MICROPYTHON)")

emulator: $(B)/emulator/.done ## Fetch what the emulated RP2040 board needs, once

emulate: emulator ## Both images meter sessions on an emulated RP2040 [COUNT= METER= UF2=one image]
	$(call timed,bash tools/emulate.sh "$(PY)" "$(UF2)" $(if $(COUNT),--count "$(COUNT)") \
	  $(if $(METER),--meter "$(METER)"))

clean: ## Remove everything that was built
	rm -rf $(B)
	@case "$(CURDIR)" in *' '*) bash tools/copy_clean.sh ;; esac

setup: $(VENV)/.done $(B)/lib/.done $(B)/comb/p256_table.py

# Of two commands at a time the second waits, and finds it done: one would clear the other's Python.
alone = mkdir -p $(B); exec 9> $(B)/.setup.lock; { flock 9 || true; } 2> /dev/null; \
  old=; for part in $^; do [ $@ -nt "$$part" ] || old=1; done; [ -n "$$old" ] || exit 0;
# What a full disk or a kill has cut short is made anew.
.DELETE_ON_ERROR:

$(VENV)/.done: tools/requirements.txt
	@$(HOST_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "wattseal: Python 3.11 or later is needed; set HOST_PYTHON=python3.11" >&2; exit 2; }
	@$(HOST_PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "wattseal: Python's venv is missing; install it with: sudo apt-get install python3-venv" >&2; exit 2; }
	@$(alone) echo "setting up $(VENV) (once)"; \
	  $(HOST_PYTHON) -m venv --clear $(VENV) || exit; \
	  $(PY) -m pip install -qq --disable-pip-version-check -r tools/requirements.txt || \
	  { echo "wattseal: the Python packages could not be installed; is this machine online?" >&2; exit 2; }; \
	  touch $@

$(B)/lib/.done: tools/fetch.py $(VENV)/.done
	@$(alone) $(PY) -m tools.fetch libraries && touch $@

$(B)/comb/p256_table.py: tools/comb.py firmware/wattseal/core/p256_comb.py $(VENV)/.done
	@$(alone) $(PY) -m tools.comb

$(B)/emulator/.done: tools/emulator/install.py tools/emulator/package-lock.json $(VENV)/.done
	@$(alone) $(PY) -m tools.emulator.install && touch $@

$(B)/typings/.done: tools/fetch.py $(VENV)/.done
	@$(alone) $(PY) -m tools.fetch typings && touch $@
