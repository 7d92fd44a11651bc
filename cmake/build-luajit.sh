#!/usr/bin/env bash
# Builds the LuaJIT that Forerun needs, as a static library and as a command line program for development.
#
#   build-luajit.sh DIR LUA_POW_CPP [JOBS]
#
# leaves DIR/lib/libluajit.a, DIR/include/, DIR/bin/luajit and DIR/stamp. Does nothing when DIR/stamp says that it was
# made by this recipe. CC and CXX are honoured.
#
#   CHECKHOOK            compiled loops obey the debug hook, so that the watchdog can interrupt a script in one
#   SECURITY_STRHASH=0   one string hash without seed, SECURITY_PRNG=0 a fixed seed: same bytes in, same run
#   GC64                 states are not confined to the low 2 GiB
#   no lj_init.o         it would pick another string hash on CPUs with SSE 4.2
#   pow                  becomes forerun_lua_pow, see script-runtime/host/lua_pow.cpp
#   file-prefix-map      the archive is installed, and names no folder of this machine
set -euo pipefail

dir=${1:?usage: build-luajit.sh DIR LUA_POW_CPP [JOBS]}
lua_pow=$(realpath "${2:?usage: build-luajit.sh DIR LUA_POW_CPP [JOBS]}")
jobs=${3:-2}
here=$(cd "$(dirname "$0")" && pwd)
cc=${CC:-gcc}
cxx=${CXX:-g++}
flags="-DLUAJIT_ENABLE_GC64 -DLUAJIT_ENABLE_CHECKHOOK -DLUAJIT_SECURITY_STRHASH=0 -DLUAJIT_SECURITY_PRNG=0"
# LuaJIT's own makefile switches both off.
hardening="-fstack-protector-strong -D_FORTIFY_SOURCE=2"
# The openresty tag that Debian packages. Its src/ as a git tree, the same as in Debian's original archive.
upstream=https://github.com/openresty/luajit2
upstream_tag=v2.1-20251030
upstream_src_tree=4f98000c739deabbe559a08081b55ef94a1e7299

mkdir -p "$dir"
dir=$(cd "$dir" && pwd -P)
# Two builds that share DIR take turns.
exec 9>"$dir/lock"
if command -v flock >/dev/null; then flock 9; fi

# A source that another recipe fetched is not built: it may have faults that are mended since.
source_recipe=$( (cat "$here/fetch-luajit.sh"; echo "$upstream_tag $upstream_src_tree") | cksum)
recipe=$( (cat "$here/build-luajit.sh" "$here/fetch-luajit.sh" "$lua_pow"; uname -sm) | cksum)
if [ "$(cat "$dir/stamp" 2>/dev/null)" = "$recipe" ]; then
    exit 0
fi

log=$dir/build.log
: >"$log"
trap 'status=$?; [ $status -eq 0 ] || { tail -n 25 "$log"; echo "build-luajit: failed; the whole log is $log"; } >&2' EXIT

# On systems without Debian's package sources. Written from the documentation and not tried.
fetch_upstream() {
    echo "LuaJIT: cloning $upstream at $upstream_tag"
    rm -rf "$dir/source"
    git -c advice.detachedHead=false clone --quiet --depth 1 --branch "$upstream_tag" "$upstream" "$dir/source" >>"$log" 2>&1
    local tree
    tree=$(git -C "$dir/source" rev-parse HEAD:src)
    if [ "$tree" != "$upstream_src_tree" ]; then
        echo "src/ at $upstream_tag is tree $tree, not the pinned $upstream_src_tree" >>"$log"
        return 1
    fi
}

if [ "$(cat "$dir/source/forerun-recipe" 2>/dev/null)" != "$source_recipe" ]; then
    echo "LuaJIT: fetching Debian's source package luajit"
    status=0
    "$here/fetch-luajit.sh" "$dir" >>"$log" 2>&1 || status=$?
    case $status in
    0) grep '^fetch-luajit: .* is newer' "$log" || true ;;
    3) fetch_upstream ;;
    *) exit "$status" ;;
    esac
    echo "$source_recipe" >"$dir/source/forerun-recipe"
fi

echo "LuaJIT: building"
src=$dir/source/src
rm -f "$dir/stamp"
rm -rf "$dir/lib" "$dir/include" "$dir/bin" "$dir/share"
mkdir -p "$dir/lib" "$dir/include" "$dir/bin" "$dir/share/jit"
# PREFIX is where trusted scripts look for Lua modules of the system; nothing is installed there. The variables of an
# outer make must not leak into this one.
env -u MAKEFLAGS -u MFLAGS -u CFLAGS -u CXXFLAGS -u LDFLAGS make -C "$src" clean >>"$log" 2>&1
env -u MAKEFLAGS -u MFLAGS -u CFLAGS -u CXXFLAGS -u LDFLAGS make -C "$src" -j"$jobs" amalg BUILDMODE=static PREFIX=/usr \
    CC="$cc" TARGET_CFLAGS="-fPIC -ffp-contract=off $hardening -ffile-prefix-map='$dir/source'=luajit" XCFLAGS="$flags" >>"$log" 2>&1

objcopy=${OBJCOPY:-$(command -v objcopy || command -v llvm-objcopy)} ||
    { echo "objcopy (package binutils) is needed" >>"$log"; exit 1; }
"$objcopy" --redefine-sym pow=forerun_lua_pow "$src/libluajit.a" "$dir/lib/libluajit.a"
"$cxx" -std=c++20 -O2 -fPIC -ffp-contract=off -c "$lua_pow" -o "$dir/lua_pow.o" >>"$log" 2>&1
ar rs "$dir/lib/libluajit.a" "$dir/lua_pow.o" >>"$log" 2>&1
rm "$dir/lua_pow.o"

cp "$src"/{lua.h,lauxlib.h,lualib.h,luaconf.h,luajit.h,lua.hpp} "$dir/include/"
cp "$src"/jit/*.lua "$dir/share/jit/"
"$cc" -Wl,-E -o "$dir/bin/luajit.real" "$src/luajit.o" "$dir/lib/libluajit.a" -lm -ldl >>"$log" 2>&1
# -jv, -jdump and -jp need the jit.* modules; ';;' keeps the default path.
cat >"$dir/bin/luajit" <<'WRAPPER'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
LUA_PATH="$here/../share/?.lua;${LUA_PATH:-;}" exec "$here/luajit.real" "$@"
WRAPPER
chmod +x "$dir/bin/luajit"
"$dir/bin/luajit" -e 'assert(jit.status())' >>"$log" 2>&1

echo "$recipe" >"$dir/stamp"
