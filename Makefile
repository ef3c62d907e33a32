# SPDX-License-Identifier: GPL-3.0-or-later
# Two commands for a fresh machine. Everything else is Meson.
BUILD ?= _build

.PHONY: run test build clean

run:
	@tools/bootstrap.sh build run
	@tools/build.sh $(BUILD)
	@tools/run.sh $(BUILD)

test:
	@tools/bootstrap.sh build run test
	@tools/build.sh $(BUILD)
	@tools/test.sh $(BUILD)

build:
	@tools/bootstrap.sh build
	@tools/build.sh $(BUILD)

clean:
	rm -rf $(BUILD)
