#!/usr/bin/env bash
# Runs the fuzz targets of BUILD_DIR for SECONDS each, on a copy of the corpus; any finding fails.
#
#   run.sh BUILD_DIR [SECONDS]     20 when nothing is said
#
# A finding is printed as base64: `echo ... | base64 -d >input; BUILD_DIR/fuzz_script input` runs it again. Inputs of
# fuzz_rig and fuzz_script are Lua files. FORERUN_FUZZ_FRESH=1 gives each input a host of its own.
set -euo pipefail
build=$(realpath "${1:?usage: run.sh BUILD_DIR [SECONDS]}")
seconds=${2:-20}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

failed=0
for name in midi_file midi_bytes command conductor session_log stage_file result rig script; do
    corpus=$name
    target=$build/fuzz_$name
    if [ ! -x "$target" ]; then
        echo "run.sh: $target is missing; build the target \"fuzz\" with -DFORERUN_FUZZ=ON" >&2
        exit 2
    fi
    mkdir -p "$work/$corpus" "$work/found-$corpus"
    cp "$here/corpus/$corpus/"* "$work/$corpus/"
    options=(-max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
        -artifact_prefix="$work/found-$corpus/")
    [ ! -f "$here/$corpus.dict" ] || options+=(-dict="$here/$corpus.dict")
    # Looking for uses of a stack frame after its return makes each exception cost as much as ten inputs.
    if ! ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=0} \
        "$target" "${options[@]}" "$work/$corpus" >"$work/$corpus.log" 2>&1; then
        failed=1
        echo "fuzz_$name: a finding"
        tail -n 60 "$work/$corpus.log"
        for input in "$work/found-$corpus/"*; do
            [ -f "$input" ] || continue
            echo "fuzz_$name: $(basename "$input"), $(stat -c %s "$input") bytes in base64:"
            base64 -w 0 "$input"
            echo
        done
        continue
    fi
    awk -v name="fuzz_$name" '/number_of_executed_units/ { runs = $2 } /average_exec_per_sec/ { rate = $2 }
        /DONE/ { for (i = 1; i < NF; ++i) if ($i == "cov:") covered = $(i + 1) }
        END { printf "%s: %d inputs, %d a second, coverage %d, no finding\n", name, runs, rate, covered }' "$work/$corpus.log"
done
exit $failed
