#!/bin/sh
# Does a change keep every sound to the bit? hashes.sh PROGRAM prints a line per sound: the beginning of its SHA-256, its name.
#
#   tests/same-sound/hashes.sh OLD/forerun >before; tests/same-sound/hashes.sh build/forerun >after; diff before after
#
# Both on one machine: a script's own math.sin is the C library's. What is heard: ten General MIDI files that make_songs.py
# writes and the example, each with one worker and with two; every bundled voice's phrase; and the sessions of sessions.tar.xz,
# which an engine of before the folders were made has logged: rewinds, late switches, steals, underruns, a reload.
set -e
program=$(realpath "${1:?usage: hashes.sh PROGRAM}")
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# sound NAME COMMAND ARGUMENTS: what the program makes of it
sound() {
    name=$1
    shift
    "$program" "$@" --float -o "$out/sound.wav" >"$out/log" 2>&1 || { cat "$out/log" >&2; echo "hashes.sh: $name failed" >&2; exit 1; }
    printf '%s  %s\n' "$(sha256sum <"$out/sound.wav" | cut -c1-16)" "$name"
}

python3 "$here/make_songs.py" "$out/songs"
tar -xJf "$here/sessions.tar.xz" -C "$out"
for workers in 1 2; do
    for song in "$out"/songs/*.mid "$root/examples/mountain-king.mid"; do
        sound "$(basename "$song"), workers $workers" render "$song" --workers $workers
    done
done
for voice in "$root"/scripts/voices/*.lua; do
    sound "$(basename "$voice")" render "$voice" --workers 2
done
for session in "$out"/*.frlog; do
    sound "$(basename "$session")" replay "$session"
done
