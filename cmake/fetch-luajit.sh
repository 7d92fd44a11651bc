#!/usr/bin/env bash
# Fetches the source of Debian's luajit package and unpacks it into DIR/source.
#
#   fetch-luajit.sh DIR [APT_FOLDER] [KEYRING]
#
# The stable release's LuaJIT lacks mends of faults that a script can use to leave the sandbox, so the source is taken from
# Debian's suite "sid", from the archive that the system's own lists name. apt checks the archive's signature against KEYRING
# and every file against the signed list; what is unsigned or older than `version` is refused, what is newer is accepted and
# told. List, state and cache are kept in DIR/apt: no file of the system is written and no root is needed.
#
# APT_FOLDER (/etc/apt) holds the lists. Exit 3: this system has no apt or knows no Debian archive, the caller may try
# another way; 1: the archive's answer cannot be trusted or used.
set -euo pipefail

package=luajit
version=2.1.0+openresty20251030
suite=sid
dir=${1:?usage: fetch-luajit.sh DIR [APT_FOLDER] [KEYRING]}
lists=${2:-/etc/apt}
keyring=${3:-/usr/share/keyrings/debian-archive-keyring.gpg}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

if ! command -v apt-get >/dev/null || ! command -v dpkg-source >/dev/null; then
    echo "fetch-luajit: apt-get and dpkg-source (package dpkg-dev) are needed to fetch luajit's source" >&2
    exit 3
fi
if [ ! -r "$keyring" ]; then
    echo "fetch-luajit: $keyring is missing (package debian-archive-keyring); without it no source can be trusted" >&2
    exit 3
fi

# Addresses of both formats of lists that end in "/debian", which is what mirrors of the main archive call themselves.
archives=$(
    for list in "$lists"/sources.list "$lists"/sources.list.d/*.list; do
        [ ! -r "$list" ] || sed -n -E 's/^[[:space:]]*deb(-src)?[[:space:]]+(\[[^]]*\][[:space:]]+)?([^[:space:]]+).*/\3/p' "$list"
    done
    for list in "$lists"/sources.list.d/*.sources; do
        [ ! -r "$list" ] || sed -n -E 's/^URIs:[[:space:]]*//p' "$list" | tr -s ' \t' '\n'
    done
)
archives=$(sed -n -E 's#/+$##; \#/debian$#p' <<<"$archives" | awk '!seen[$0]++')
if [ -z "$archives" ]; then
    echo "fetch-luajit: no list in $lists names a Debian archive (an address that ends in /debian)" >&2
    exit 3
fi

apt=$dir/apt
rm -rf "$apt" "$dir/source"
mkdir -p "$apt/parts" "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/download"
for archive in $archives; do
    printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' "$archive" "$suite" "$keyring"
done >"$apt/parts/forerun.sources"

options=(
    -q
    -o "Dir::Etc::SourceList=/dev/null"
    -o "Dir::Etc::SourceParts=$apt/parts"
    -o "Dir::State=$apt/state"
    -o "Dir::State::Lists=$apt/state/lists"
    -o "Dir::State::status=/var/lib/dpkg/status"
    -o "Dir::Cache=$apt/cache"
    -o "Dir::Etc::Preferences=/dev/null"
    -o "Dir::Etc::PreferencesParts=/dev/null"
    -o "APT::Sandbox::User="
    -o "APT::Update::Post-Invoke-Success::="
    -o "Acquire::Languages=none"
    -o "Acquire::Retries=3"
    # Whatever the system's own configuration allows.
    -o "Acquire::AllowInsecureRepositories=false"
    -o "Acquire::AllowWeakRepositories=false"
    -o "Acquire::AllowDowngradeToInsecureRepositories=false"
    -o "APT::Get::AllowUnauthenticated=false"
)
# One of several archives may be away: the download below decides.
apt-get "${options[@]}" update || true

cd "$apt/download"
if ! apt-get "${options[@]}" source --download-only "$package" >&2; then
    echo "fetch-luajit: no signed list of $suite with $package could be had from $archives" >&2
    exit 1
fi
dsc=$(ls "$package"_*.dsc | head -n 1)
found=${dsc#"$package"_}
found=${found%.dsc}
if ! dpkg --compare-versions "$found" ge "$version"; then
    echo "fetch-luajit: $package $found is older than $version, which is the first that is safe for foreign scripts" >&2
    exit 1
fi
case $found in
"$version"-*) ;;
*) echo "fetch-luajit: $package $found is newer than $version, with which Forerun was measured; run the tests" >&2 ;;
esac
# --no-check: dpkg-source would ask for the maintainer's signature and his key. apt has checked this file against the
# signed list of the archive just now, and refuses where it could not.
dpkg-source --no-check --no-copy -x "$dsc" "$dir/source"
echo "$found" >"$dir/source/forerun-version"
rm -rf "$apt"
