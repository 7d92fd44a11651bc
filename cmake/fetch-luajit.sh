#!/usr/bin/env bash
# Fetches the source of Debian's luajit2 package and unpacks it into DIR/source.
#
#   fetch-luajit.sh DIR
#
# The system is asked for binary packages only, as a rule, so a list of source packages is derived here from the
# system's own list, kept in DIR/apt with state and cache of its own. No file of the system is written and no root is
# needed. Exit 3: this system has no apt or no luajit2, the caller may try another way.
set -euo pipefail

version=2.1-20230119
dir=${1:?usage: fetch-luajit.sh DIR}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

if ! command -v apt-get >/dev/null || ! command -v dpkg-source >/dev/null; then
    echo "fetch-luajit: apt-get and dpkg-source (package dpkg-dev) are needed to fetch luajit2's source" >&2
    exit 3
fi

apt=$dir/apt
rm -rf "$apt" "$dir/source"
mkdir -p "$apt/parts" "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/download"

# Both formats of source lists, binary turned into source.
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -r "$list" ] || continue
    sed -n -E 's/^[[:space:]]*deb(-src)?[[:space:]]/deb-src /p' "$list" >>"$apt/parts/system.list"
done
for list in /etc/apt/sources.list.d/*.sources; do
    [ -r "$list" ] || continue
    sed -E 's/^Types:.*/Types: deb-src/' "$list" >"$apt/parts/$(basename "$list")"
done

options=(
    -q
    -o "Dir::Etc::SourceList=/dev/null"
    -o "Dir::Etc::SourceParts=$apt/parts"
    -o "Dir::State=$apt/state"
    -o "Dir::State::Lists=$apt/state/lists"
    -o "Dir::State::status=/var/lib/dpkg/status"
    -o "Dir::Cache=$apt/cache"
    -o "APT::Sandbox::User="
    -o "APT::Update::Post-Invoke-Success::="
    -o "Acquire::Languages=none"
    -o "Acquire::Retries=3"
)
# A list that fails to refresh (a third party's, say) is no reason to stop: the download below decides.
apt-get "${options[@]}" update || true

cd "$apt/download"
if ! apt-get "${options[@]}" source --download-only "luajit2" >&2; then
    echo "fetch-luajit: this system's package sources have no luajit2" >&2
    exit 3
fi
dsc=$(ls luajit2_*.dsc | head -n 1)
case $dsc in
luajit2_"$version"*) ;;
*) echo "fetch-luajit: expected version $version, the package source has ${dsc#luajit2_}; going on with that" >&2 ;;
esac
# The archive's own signature was checked by apt through the Sources list.
dpkg-source --no-check --no-copy -x "$dsc" "$dir/source"
rm -rf "$apt"
