#!/usr/bin/env bash
# Opens the page of `forerun measure` in headless Chromium: every section is there, its plots have marks, the console is
# silent, nothing is fetched, and what is printed has pages.
#
#   check.sh BUILD_FOLDER [SCREENSHOT.png]      the target make_report must be built
#
# Where there is no npm, or with PLOTS=no, for a build that was made without: that the page says so is checked instead.
set -euo pipefail
build=$(realpath "$1") screenshot=${2:+$(realpath "$2")}
cd "$(dirname "$0")"
plots_wanted=${PLOTS:-$(command -v npm >/dev/null && echo yes || echo no)}

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
fail() { echo "tests/report/check.sh: $*" >&2; exit 1; }

# browser FLAGS... PAGE: what Chromium writes to its output; what it says of itself, and the console, go to $place/log.
# A profile of its own, so that it neither finds nor leaves anything.
browser() {
    timeout 120 chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --user-data-dir="$place/profile" \
        --virtual-time-budget=5000 --enable-logging=stderr --v=0 "$@" 2>"$place/log"
}
silent() {
    if grep CONSOLE "$place/log"; then fail "$1: the console is not silent"; fi
}
# section ID: its part of the page as it stands after the scripts ran
section() { awk -v RS='<section |</section>' -v start="id=\"$1\"" 'index($0, start) == 1' "$place/dom.html"; }
# how often a pattern is in the standard input
times() { { grep -o -- "$1" || true; } | wc -l; }

# open JSON: the page of it, made, opened, and looked at for what holds of every page
open() {
    "$build/make_report" "$1" >"$place/report.html"
    browser --dump-dom "file://$place/report.html" >"$place/dom.html"
    grep -q '</html>' "$place/dom.html" || { cat "$place/log"; fail "$1: Chromium wrote no page"; }
    silent "$1"
    if grep -q '<p class="warning">The section' "$place/dom.html"; then fail "$1: a section could not be made"; fi
}

open sample.json
for id in overview points response dropouts callback interval survival capacity differences recording-cost provenance; do
    [ -n "$(section $id)" ] || fail "there is no section '$id'"
done
for id in overview points response dropouts callback interval survival capacity differences recording-cost; do
    [ "$(section $id | times '<td')" -gt 0 ] || fail "section '$id' has no table"
done

if [ "$plots_wanted" = yes ]; then
    # What each plot is made of: Observable Plot names its groups, and an empty group is an empty plot.
    while read -r id mark shape; do
        plots=$(section $id | times '<svg[^>]*role="img"[^>]*aria-label="[^"]\{10,\}')
        marks=$(section $id | times "<g aria-label=\"$mark\"[^>]*>\(<g[^>]*>\)\?<$shape")
        [ "$plots" -gt 0 ] || fail "section '$id' has no plot with a description"
        [ "$marks" -ge "$plots" ] || fail "section '$id': $plots plots, but only $marks groups of ${mark}s in them"
        [ "$(section $id | times 'NaN\|undefined')" -eq 0 ] || fail "section '$id' has a figure that is none"
        echo "$id: $plots plots, $marks groups of ${mark}s"
    done <<'PLOTS'
map cell rect
response line path
dropouts rect rect
dropouts line path
callback line path
interval line path
survival line path
capacity line path
differences dot circle
PLOTS
else
    grep -q 'The plots are missing' "$place/dom.html" || fail "a page without plots does not say so"
    echo "built without npm: tables alone"
fi

if [ -n "$screenshot" ]; then
    browser --window-size=1280,9000 --screenshot="$screenshot" "file://$place/report.html" >/dev/null
    silent "the screenshot"
fi
browser --no-pdf-header-footer --print-to-pdf="$place/report.pdf" "file://$place/report.html" >/dev/null
silent "printing"
head -c 5 "$place/report.pdf" | grep -q '%PDF-' || fail "nothing was printed"

# What was not measured is left out, and nothing falls over it.
echo '{}' >"$place/empty.json"
echo '{"title": "sparse", "factors": ["mode"], "points": [{"point": 0, "parameters": {"mode": "ring"}, "runs": 1, "incidents": 0,
    "response_ms": {"p50": {"value": null}}, "histograms": {"response_ms": []}, "survival": []}], "dropouts": [{"cell": "x"}],
    "capacity": [{"voices": 4}], "differences": [{}], "provenance": [{}, {}]}' >"$place/sparse.json"
for name in empty sparse; do open "$place/$name.json"; done
echo "tests/report/check.sh: the report is drawn"
