#!/bin/sh
# run - the dashboards and a report drawn by a real browser: at 1280 and 390
# pixels, light and dark, every panel has something to see in it, nothing is
# cut off or lies on other words, all can be read, and nothing is asked of
# anybody.  BUILD/browser has the pictures.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
browser=$(command -v chromium || command -v chromium-browser) || {
    echo "NOT RUN: there is no chromium here (deploy/setup.sh check)"
    exit 0
}
out=$build/browser
rm -rf "$out"
mkdir -p "$out"
BUILD=$build tests/browser/pages.sh "$out" >&2
cp tests/browser/check.html tests/browser/narrow.html "$out"

# draw SCHEME(0 dark, 1 light) FLAGS... PAGE: it resolves no name, and its
# pages may look into each other.
draw() {
    colours=$1
    shift
    timeout -k 5 120 "$browser" --headless=new --no-sandbox --disable-gpu \
        --no-first-run --user-data-dir="$out/profile" --hide-scrollbars \
        --host-resolver-rules='MAP * ~NOTFOUND' --allow-file-access-from-files \
        --disable-dev-shm-usage --blink-settings=preferredColorScheme="$colours" \
        "$@" 2>>"$out/browser.log"
}

failed=0
for scheme in light dark; do
    [ $scheme = dark ] && number=0 || number=1
    draw $number --window-size=1280,4000 --dump-dom \
        "file://$out/check.html" >"$out/$scheme.dom"
    sed -n '/<pre id="bad">/,/<\/pre>/p' "$out/$scheme.dom" |
        sed 's/<[^>]*>//g; /^$/d' >"$out/$scheme.txt"
    grep '^seen: ' "$out/$scheme.txt" || {
        echo "FAIL $scheme: the browser did not look"
        tail -3 "$out/browser.log"
        failed=1
    }
    grep -q ", $scheme\$" "$out/$scheme.txt" || failed=1
    if grep -v '^seen: ' "$out/$scheme.txt"; then
        failed=1
    fi
done

# picture NAME SCHEME SIZE PAGE
picture() {
    draw "$2" --window-size="$3" --screenshot="$out/$1.png" \
        "file://$out/$4" >/dev/null
    [ "$(wc -c <"$out/$1.png")" -gt 100000 ] || {
        echo "FAIL $1.png: next to nothing in it"
        failed=1
    }
}
picture dashboards-light 1 1280,6700 dashboards.html
picture narrow-dark 0 800,5000 narrow.html
rm -rf "$out/profile" "$out/var"
[ $failed = 0 ] || { echo "browser: see $out"; exit 1; }
echo "ok: $out"
