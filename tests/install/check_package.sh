#!/usr/bin/env bash
# Makes the Debian package, installs it into a system of its own (an empty dpkg root, so that no root is needed and
# nothing here changes), runs it there and removes it.
#
#   check_package.sh BUILD_FOLDER SOURCE_FOLDER LUAJIT_FOLDER
set -euo pipefail
build=$1 source=$2 luajit=$3

if ! command -v dpkg >/dev/null; then
    echo "check_package: no dpkg here, nothing to check" >&2
    exit 77
fi
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
fail() { echo "check_package: $*" >&2; exit 1; }

(cd "$build" && cpack -G DEB -B "$place/made") >"$place/log" 2>&1 || { cat "$place/log"; fail "cpack"; }
package=$(ls "$place"/made/*.deb)
for needed in libsndfile1 libportaudio2 libfmt; do
    dpkg-deb -f "$package" Depends | grep -q "$needed" || fail "the package does not depend on $needed"
done
if dpkg-deb -c "$package" | awk '{print $6}' | grep -vE '^\./(usr/(include/)?((bin|include/forerun|lib|share)(/.*)?)?)?$'; then
    fail "the package puts files into strange places"
fi

# Hardened, and without a word of where it was built.
mkdir "$place/unpacked"
dpkg-deb -x "$package" "$place/unpacked"
program=$place/unpacked/usr/bin/forerun
dynamic=$(readelf -dW "$program")
headers=$(readelf -hlW "$program")
symbols=$(readelf -W --dyn-syms "$program")
grep -q 'BIND_NOW\|FLAGS_1.*NOW' <<<"$dynamic" || fail "the program binds late (no BIND_NOW)"
grep -q GNU_RELRO <<<"$headers" || fail "the program has no RELRO"
grep -q 'Type: *DYN' <<<"$headers" || fail "the program is not position independent"
if grep GNU_STACK <<<"$headers" | grep -q RWE; then fail "the program's stack is executable"; fi
grep -q '__stack_chk_fail' <<<"$symbols" || fail "the program has no stack protector"
grep -qE '__(memcpy|snprintf|vsnprintf|fprintf|read|fread)_chk' <<<"$symbols" || fail "the program is not fortified"
for folder in "$build" "$source" "$luajit"; do
    if grep -rlaF "$(realpath "$folder")" "$place/unpacked" >"$place/log"; then
        fail "$folder stands in $(sed "s#$place/unpacked##" "$place/log" | tr '\n' ' ')"
    fi
done

root=$place/root
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
touch "$root/var/lib/dpkg/status"
in_root=(dpkg --root="$root" --log="$place/dpkg.log" --force-not-root --force-depends --force-script-chrootless)
"${in_root[@]}" -i "$package" >"$place/log" 2>&1 || { cat "$place/log"; fail "dpkg -i"; }

cp "$source/tests/install/warm.lua" "$place/"
cd "$place"
"$root/usr/bin/forerun" version | head -1
"$root/usr/bin/forerun" render warm.lua -o warm.wav --seconds 1 >"$place/log" 2>&1 || { cat "$place/log"; fail "render"; }
"$root/usr/bin/forerun" render "$source/examples/mountain-king.mid" -o king.flac --seconds 5 >"$place/log" 2>&1 ||
    { cat "$place/log"; fail "render of a MIDI file"; }
[ -s warm.wav ] && [ -s king.flac ] || fail "nothing was rendered"

"${in_root[@]}" -P forerun >"$place/log" 2>&1 || { cat "$place/log"; fail "dpkg -P"; }
left=$(find "$root" -path "$root/var" -prune -o -type f -print)
[ -z "$left" ] || fail "left behind: $left"
