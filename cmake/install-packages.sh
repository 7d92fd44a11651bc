#!/usr/bin/env bash
# Installs the Debian packages that are missing, asks nothing, and does nothing when all are there.
#
#   install-packages.sh build          what the program needs
#   install-packages.sh build test     and what its tests need
#   install-packages.sh build test ci  and what .ci/run needs
set -euo pipefail

# dpkg-dev: dpkg-source, which unpacks LuaJIT's source package. binutils: objcopy. PortAudio's headers come with one of two
# JACKs; libjack-jackd2-dev makes it the one that jackd2 is of.
build="g++ make cmake ninja-build pkg-config binutils dpkg-dev ca-certificates
    portaudio19-dev libsndfile1-dev libfmt-dev libconcurrentqueue-dev libcli11-dev nlohmann-json3-dev nettle-dev
    librtmidi-dev libjack-jackd2-dev"
# midicsv: the independent reader of MIDI files. libebur128: loudness of the General MIDI instruments. jackd2: a device without
# hardware (jackd -d dummy). file: cpack asks it for the package's dependencies. gnupg: signs the archives that LuaJIT's fetching
# is tried on.
test="catch2 file gnupg libebur128-dev midicsv jackd2"
# chromium: opens the report of `forerun measure` (tests/report/check.sh). What draws its plots comes by npm, where there is one.
ci="clang-format-14 clang-22 libclang-rt-22-dev cppcheck spin git ccache chromium
    supercollider-server csound puredata-core stress-ng"

wanted=()
for set in "$@"; do
    case $set in
    build) wanted+=($build) ;;
    test) wanted+=($test) ;;
    ci) wanted+=($ci) ;;
    *) echo "install-packages: no set of packages is called '$set'; choose from build, test, ci" >&2; exit 2 ;;
    esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "install-packages: this is no Debian. Needed, by their names there: ${wanted[*]}" >&2
    exit 0
fi

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null || true)
    grep -qx installed <<<"$status" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "install-packages: missing ${missing[*]}; install them as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
"${apt[@]}" update
"${apt[@]}" install --no-install-recommends "${missing[@]}" </dev/null
