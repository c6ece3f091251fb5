# Each target calls one script; what it does is written there.
PROFILE ?= donghua
PORT ?= 8080
export PROFILE PORT ONLY

.PHONY: run test pictures bench build fmt lint fuzz contract clean
.DEFAULT_GOAL := build

run: ; @tools/run.sh
test: ; @tools/test.sh
pictures: ; @WANGGE_PICTURES=1 ONLY=e2e tools/test.sh
bench: ; @tools/bench.sh
build: ; @tools/build.sh release
fmt: ; @tools/fmt.sh
lint: ; @tools/lint.sh
fuzz: ; @tools/fuzz.sh
contract: ; @tools/contract.sh
clean: ; rm -rf build web/dist
