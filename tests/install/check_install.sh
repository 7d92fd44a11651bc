#!/usr/bin/env bash
# Installs a build into an empty folder, and builds and runs the embedding examples against that, outside the source tree.
#
#   check_install.sh BUILD_FOLDER SOURCE_FOLDER CXX
set -euo pipefail
build=$1 source=$2 cxx=$3

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
fail() { echo "check_install: $*" >&2; exit 1; }

cmake --install "$build" --prefix "$place/prefix" >"$place/log" || { cat "$place/log"; exit 1; }
cp -r "$source/examples" "$place/examples"
cp "$source/tests/install/warm.lua" "$place/"
cd "$place"

prefix/bin/forerun render warm.lua -o warm.wav --seconds 1 >"$place/log" 2>&1 || { cat "$place/log"; fail "render"; }

# The program plays what lies in its prefix.
sed 's/name = "warm"/name = "installed"/' warm.lua >prefix/share/forerun/voices/organ.lua
prefix/bin/forerun render organ -o organ.wav --seconds 1 --json organ.json >"$place/log" 2>&1 ||
    { cat "$place/log"; fail "render organ"; }
grep -q '"installed"' organ.json || fail "the installed program does not play the installed voice"

# FORERUN_PATH comes first.
mkdir -p own/voices
sed 's/name = "warm"/name = "mine"/' warm.lua >own/voices/organ.lua
FORERUN_PATH=$place/own prefix/bin/forerun render organ -o own.wav --seconds 1 --json own.json >"$place/log" 2>&1 ||
    { cat "$place/log"; fail "render with FORERUN_PATH"; }
grep -q '"mine"' own.json || fail "FORERUN_PATH was not asked first"

cmake -S examples -B built -DCMAKE_PREFIX_PATH="$place/prefix" -DCMAKE_CXX_COMPILER="$cxx" >"$place/log" 2>&1 ||
    { cat "$place/log"; fail "find_package(Forerun 0.1)"; }
if grep -q "^Forerun_DIR.*=$build" built/CMakeCache.txt; then fail "took the build tree, not the installed package"; fi
cmake --build built -j 2 >"$place/log" 2>&1 || { cat "$place/log"; fail "the examples do not build"; }

# They find the dsp library of the package that they were built against, wherever they lie themselves.
unset FORERUN_PATH
built/voice_to_file warm.lua file.wav
[ "$(stat -c %s file.wav)" -gt 1500000 ] || fail "voice_to_file wrote too little"
built/voice_on_device warm.lua clock | grep -q "key 72 sounded" || fail "voice_on_device was silent"
built/from_c warm.lua | grep -qE "peak 0\.[0-9]*[1-9]" || fail "from_c was silent"
if built/from_c nowhere.lua 2>"$place/log"; then fail "from_c accepts a file that is not there"; fi
grep -q "nowhere.lua: there is no such file" "$place/log" || { cat "$place/log"; fail "from_c does not say why"; }

# Another minor version is refused.
mkdir other
cat >other/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.22)
project(other LANGUAGES CXX)
find_package(Forerun 0.2 REQUIRED)
END
if cmake -S other -B other/built -DCMAKE_PREFIX_PATH="$place/prefix" >"$place/log" 2>&1; then
    fail "find_package(Forerun 0.2) accepts 0.1"
fi
