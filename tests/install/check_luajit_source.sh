#!/usr/bin/env bash
# cmake/fetch-luajit.sh against archives made here: what is unsigned, signed by another key, changed or older is refused, what
# is newer is accepted and told.
#
#   check_luajit_source.sh SOURCE_DIR       77: this system lacks what it needs (apt, dpkg-source, gpg)
set -euo pipefail
source=$(realpath "${1:?usage: check_luajit_source.sh SOURCE_DIR}")
for tool in apt-get dpkg-source gpg; do
    command -v $tool >/dev/null || { echo "check_luajit_source: no $tool here"; exit 77; }
done
work=$(mktemp -d)
trap 'gpgconf --homedir "$work/home" --kill all 2>/dev/null || true; rm -rf "$work"' EXIT
export GNUPGHOME=$work/home
mkdir -m 700 "$work/home"
fail() { echo "check_luajit_source: $*" >&2; exit 1; }

for owner in archive stranger; do
    gpg --batch --quiet --passphrase '' --quick-generate-key "$owner@example.org" ed25519 sign never 2>/dev/null
    gpg --batch --export "$owner@example.org" >"$work/$owner.gpg"
done

# archive NAME VERSION [KEY]: a Debian archive with one source package, signed by KEY or not at all
archive() {
    local root=$work/$1/debian version=$2 key=${3:-}
    local pool=$root/pool lists=$root/dists/sid/main/source
    mkdir -p "$pool" "$lists" "$work/$1/tree/debian/source" "$work/$1/etc/sources.list.d"
    (
        cd "$work/$1/tree"
        echo 'a file' >read.me
        echo 1.0 >debian/source/format
        printf 'Source: luajit\nMaintainer: Nobody <nobody@example.org>\nStandards-Version: 4.6.2\n\nPackage: luajit\nArchitecture: any\nDescription: none\n' >debian/control
        printf 'luajit (%s) sid; urgency=low\n\n  * None.\n\n -- Nobody <nobody@example.org>  Mon, 30 Nov 2026 00:00:00 +0000\n' "$version" >debian/changelog
        cd "$pool"
        dpkg-source -b "$work/$1/tree" >/dev/null 2>&1
    )
    local dsc
    dsc=$(basename "$pool"/*.dsc)
    {
        echo "Package: luajit"
        grep -v '^Source:' "$pool/$dsc" | sed '/^Checksums-Sha256:/a\ '"$(sha256sum "$pool/$dsc" | cut -d' ' -f1) $(stat -c %s "$pool/$dsc") $dsc"
        echo "Directory: pool"
    } >"$lists/Sources"
    {
        printf 'Origin: Test\nSuite: sid\nCodename: sid\nDate: %s\nArchitectures: amd64\nComponents: main\nSHA256:\n' "$(date -Ru)"
        echo " $(sha256sum "$lists/Sources" | cut -d' ' -f1) $(stat -c %s "$lists/Sources") main/source/Sources"
    } >"$root/dists/sid/Release"
    [ -z "$key" ] || gpg --batch --quiet --local-user "$key@example.org" --clearsign -o "$root/dists/sid/InRelease" "$root/dists/sid/Release"
    echo "deb [trusted=yes] file:$root stable main" >"$work/$1/etc/sources.list"
}
# fetch NAME: exit status; what was said is in $work/NAME.out
fetch() {
    local status=0
    "$source/cmake/fetch-luajit.sh" "$work/$1.dir" "$work/$1/etc" "$work/archive.gpg" >"$work/$1.out" 2>&1 || status=$?
    echo "$status"
}
refused() {
    [ "$(fetch "$1")" = 1 ] || fail "$2 was not refused: $(cat "$work/$1.out")"
    [ ! -e "$work/$1.dir/source" ] || fail "$2 was unpacked"
}

archive good 2.1.0+openresty20251030-1 archive
[ "$(fetch good)" = 0 ] || fail "the version that is wanted was refused: $(cat "$work/good.out")"
[ -f "$work/good.dir/source/read.me" ] || fail "the source was not unpacked"
! grep -q 'is newer' "$work/good.out" || fail "the version that is wanted is called newer"

archive newer 2.1.0+openresty20260901-1 archive
[ "$(fetch newer)" = 0 ] || fail "a newer version was refused: $(cat "$work/newer.out")"
grep -q '20260901-1 is newer than' "$work/newer.out" || fail "a newer version is not told"

archive older 2.1.0+openresty20250117-2 archive
refused older "an older version"
grep -q 'is older than' "$work/older.out" || fail "why the older version was refused is not told"

archive unsigned 2.1.0+openresty20251030-1
refused unsigned "an archive without a signature"

archive foreign 2.1.0+openresty20251030-1 stranger
refused foreign "an archive with a stranger's signature"

archive changed 2.1.0+openresty20251030-1 archive
echo more >>"$(ls "$work"/changed/debian/pool/*.tar.*)"
refused changed "a package that is not the one in the signed list"

mkdir -p "$work/none/etc"
[ "$(fetch none)" = 3 ] || fail "a system without a Debian archive: $(cat "$work/none.out")"
echo "check_luajit_source: passed"
