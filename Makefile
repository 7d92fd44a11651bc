# make demo     installs what is missing, builds, renders the example and plays it where there is a device
# make deps     the Debian packages alone
# make build    the program: build/forerun
# make test     builds and runs the tests
# make bench    builds and runs the benchmarks
# make format   formats the C++ sources (make format-check only looks)
# make lint     static checks
# make clean

BUILD ?= build
JOBS ?= $(shell nproc)
CMAKE_FLAGS ?=
PROGRAM = $(BUILD)/forerun

SOURCES = $(shell find shared rt-engine script-runtime tools tests examples -name '*.cpp' -o -name '*.h')
BENCHES = $(patsubst tests/bench/%.cpp,$(BUILD)/bench_%,$(filter-out %_native.cpp,$(wildcard tests/bench/*.cpp)))

.PHONY: demo deps configure build test bench format format-check lint clean

demo:
	cmake/install-packages.sh build
	$(MAKE) build CMAKE_FLAGS="-DBUILD_TESTING=OFF $(CMAKE_FLAGS)"
	$(PROGRAM) render examples/mountain-king.mid --rig examples/mountain-king.lua -o mountain-king.wav
	@if $(PROGRAM) devices --quiet; then \
	    $(PROGRAM) play examples/mountain-king.mid --rig examples/mountain-king.lua; \
	else \
	    echo "No sound device here: listen to mountain-king.wav."; \
	fi

deps:
	cmake/install-packages.sh build test

configure:
	@mkdir -p $(BUILD)
	@cmake -S . -B $(BUILD) -G Ninja -DCMAKE_UNITY_BUILD=ON $(CMAKE_FLAGS) >$(BUILD)/configure.log 2>&1 || { cat $(BUILD)/configure.log; exit 1; }
	@grep -A 5 'CMake Warning' $(BUILD)/configure.log || true

build: configure
	cmake --build $(BUILD) -j $(JOBS) --target forerun

test: deps
	$(MAKE) configure CMAKE_FLAGS="-DBUILD_TESTING=ON $(CMAKE_FLAGS)"
	cmake --build $(BUILD) -j $(JOBS)
	ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

bench: deps
	$(MAKE) configure CMAKE_FLAGS="-DBUILD_TESTING=ON $(CMAKE_FLAGS)"
	cmake --build $(BUILD) -j $(JOBS) --target bench
	@for bench in $(BENCHES); do echo "== $$bench"; $$bench || exit 1; done

format:
	clang-format-14 -i $(SOURCES)

format-check:
	clang-format-14 --dry-run -Werror $(SOURCES)

lint:
	cppcheck --quiet --std=c++20 --language=c++ --enable=warning,performance,portability --inline-suppr \
	    --suppress=missingIncludeSystem --suppress=virtualCallInConstructor --suppress=passedByValue --error-exitcode=1 -j $(JOBS) -I . shared rt-engine script-runtime tools

clean:
	rm -rf $(BUILD) build-* mountain-king.wav
