#!/usr/bin/env bash
# Checks the model of a voice's rings with spin: it holds, and spin finds each fault that can be seeded into it.
#
#   check.sh     needs spin and gcc; one core, two or three minutes, half a gigabyte
#
# What a fault does, step by step: in a copy of this folder, with the sizes that stand below,
#   spin -DFAULT=FAULT_WITHDRAW -DREADERS=1 -DLIVES=1 -DEVENTS=1 -DLENGTH=8 -a rings.pml && gcc -DSAFETY -o pan pan.c && ./pan -m9999
#   spin -DFAULT=FAULT_WITHDRAW -DREADERS=1 -DLIVES=1 -DEVENTS=1 -DLENGTH=8 -t -p -g rings.pml
set -euo pipefail
model=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() { echo "check.sh: $*" >&2; exit 1; }
for program in spin gcc; do command -v "$program" >/dev/null || fail "$program is missing"; done
cp "$model"/*.pml .

# run "READERS LIVES EVENTS LENGTH" FAULT "options of gcc" "options of pan": leaves pan's words in the file `log`. Two readers
# written as 2s: the second is there from the start and stays.
run() {
    read -r readers lives events length <<<"$1"
    stays=0
    case $readers in 2s) stays=1 ;; esac
    spin "-DREADERS=${readers%s}" "-DBUS_STAYS=$stays" "-DLIVES=$lives" "-DEVENTS=$events" "-DLENGTH=$length" "-DFAULT=$2" -a rings.pml >log 2>&1 ||
        { cat log; fail "spin"; }
    gcc -w -DSAFETY $3 -o pan pan.c
    ./pan -m99999 $4 >log 2>&1 || true
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' log)
    printf '%-27s %-9s %9s states %3d s  %s\n' "$name" "$1" "$states" $((SECONDS - began)) "$(property)"
}

# What broke, by the names in rings.pml
property() {
    case $(grep -m 1 -E 'violated|invalid end state \(|error:|max search depth|out of memory|not completed' log || true) in
    '') echo 'holds' ;;
    *stale*) echo 'STALE, in the bus' ;;
    *offer==taken_word*) echo 'SKIP' ;;
    *'violated (cell[((old_ring'*) echo 'STALE, in a fade or before a seam' ;;
    *'violated (cell['*) echo 'STALE' ;;
    *'violated (counted'*) echo 'TORN' ;;
    *due_timeline*) echo 'ON_TIME' ;;
    *'violated (timeline'*) echo 'LIFE' ;;
    *mixer_state*) echo 'HOLE' ;;
    *'violated (to<='* | *'invalid end state'*) echo 'BACK' ;;
    *) echo 'undecided' ;;
    esac
}

holds() {
    began=$SECONDS
    run "$@"
    grep -q 'errors: 0' log && [ "$(property)" = holds ] && return
    fail "the model does not hold ($name): $(property)"
}

# Readers, lives, events per generation, frames. Only the longest searches are worth an optimizer that takes longer than they.
name="all of it" holds "1 1 2 7" 0 "-O2 -DCOLLAPSE -DMEMLIM=1400" ""
name="all of it" holds "1 2 1 6" 0 "-O0 -DCOLLAPSE -DMEMLIM=1400" ""
name="all of it" holds "1 1 1 9" 0 "-O0 -DCOLLAPSE -DMEMLIM=1400" ""
name="all of it" holds "2 1 1 6" 0 "-O2 -DCOLLAPSE -DMEMLIM=1400" ""
name="all of it" holds "2 2 1 4" 0 "-O2 -DCOLLAPSE -DMEMLIM=1400" ""
name="all of it" holds "2 1 0 9" 0 "-O2 -DCOLLAPSE -DMEMLIM=1400" ""
name="part of a larger one" holds "2 3 3 10" 0 "-O2 -DBITSTATE -DP_RAND -DT_RAND" "-w24 -RS1"

for fault in $(sed -n 's/^#define \(FAULT_[A-Z_]*\) [0-9].*/\1/p' rings.pml); do
    case $fault in
    FAULT_LIFE_UNCHECKED) size="2s 2 0 4" ;;
    FAULT_RINGS_FORGOTTEN) size="2s 2 1 4" ;;
    FAULT_STALE_DRY) size="2s 1 1 9" ;;
    FAULT_ACK_EARLY) size="2s 1 1 7" ;;
    FAULT_WITHDRAW | FAULT_END_UNSEEN) size="2s 1 1 6" ;;
    FAULT_DEAF_FADE_IN) size="2s 1 1 8" ;;
    FAULT_SAME_SEAM | FAULT_SKIP_UNACKNOWLEDGED) size="2s 1 2 4" ;;
    FAULT_LANE_ROTATES) size="2s 1 2 5" ;;
    # Found with two readers as well, in "2s 1 2 6", which takes longer.
    FAULT_CACHED_INDEX | FAULT_HINT_TRUSTED | FAULT_SHALLOW_REPLACEMENT | FAULT_SKIP_IN_PLACE) size="1 1 3 6" ;;
    FAULT_ONE_ACKNOWLEDGES | FAULT_ATTACHED_TOO_LATE) size="2 1 2 5" ;;
    FAULT_UNFROZEN | FAULT_FROZEN_UNSEEN) size="2 1 1 5" ;;
    FAULT_ONE_RELEASES | FAULT_UNATTACHED) size="2 2 0 4" ;;
    FAULT_OVERTAKEN_UNSEEN | FAULT_DEAF_WHILE_DRY) size="2 1 0 10" ;;
    *) fail "$fault has no size" ;;
    esac
    began=$SECONDS name=$fault
    run "$size" "$fault" "-O0 -DBITSTATE -DP_RAND -DT_RAND" "-w26 -RS3"
    case $(property) in
    holds | undecided) fail "$fault is not found: the model does not see what it is for" ;;
    esac
done
