#!/bin/sh
# install - the build of this checkout as a version of its own
#   install.sh TARGET
# TARGET/versions/NAME gets the programs and the configuration that goes with
# them (bin, deploy, recorder/migrations); TARGET/current leads there, and
# TARGET/previous to what was current before, its configuration with it: that
# is where rollback.sh goes back to.  What is to run is changed in
# TARGET/current/deploy; what people wrote there of relations, signals and rules
# goes over into the next version (which keeps its own, where that is another
# one than before, beside it as FILE.shipped), and so does that they deleted a
# file that came with it.  A relative common.var begins at the version, so each
# has a link there to TARGET/var: what is held, and a kill, outlive versions.
# Nothing is started or stopped.
set -eu

home=$(cd "$(dirname "$0")/.." && pwd -P)
bin=${DUTCHBOOK_BIN:-$home/bin}
if [ $# -ne 1 ] || [ ! -x "$bin/riskd" ]; then
    echo "usage: install.sh TARGET (after make release)" >&2
    exit 2
fi
mkdir -p "$1/versions"
target=$(cd "$1" && pwd -P)
exec 9>"$target/.lock"
flock -n 9 || { echo "another one is at work on $target" >&2; exit 1; }

name=$(date -u +%Y%m%dT%H%M%SZ)-$("$bin/riskd" -V | cut -d' ' -f2)
new=$target/versions/$name
[ ! -e "$new" ] || { echo "$new is there already" >&2; exit 1; }
trap 'rm -rf "$new.part"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkdir -p "$new.part/bin" "$new.part/recorder" "$target/var"
ln -s ../../var "$new.part/var"
for p in feed scanner riskd executor recorder arb; do
    cp -L "$bin/$p" "$new.part/bin/"
done
cp -R "$home/deploy" "$new.part/"
rm -rf "$new.part/deploy/arb"
cp -R "$home/recorder/migrations" "$new.part/recorder/"
# What came with a version, to tell what people changed since.
mkdir "$new.part/shipped"
(cd "$new.part/deploy" && cp -R relations.yaml signals.yaml rules ../shipped/)
files() { (cd "$1" && find relations.yaml signals.yaml rules -maxdepth 1 \
    -name '*.yaml' 2>/dev/null | sort); }
# What is shipped now and was not before, beside what people have instead.
keep_shipped() {
    [ ! -e "$new.part/shipped/$1" ] ||
        cmp -s "$old/shipped/$1" "$new.part/shipped/$1" ||
        cp "$new.part/shipped/$1" "$new.part/deploy/$1.shipped"
}
# The files of current that are people's own by now, and those they deleted.
carry_over() {
    old=$target/current
    [ -d "$old/deploy" ] || return 0
    files "$old/deploy" | while read -r f; do
        ! cmp -s "$old/deploy/$f" "$old/shipped/$f" || continue
        ! cmp -s "$old/deploy/$f" "$new.part/deploy/$f" || continue
        keep_shipped "$f"
        cp "$old/deploy/$f" "$new.part/deploy/$f"
        echo "deploy/$f goes over as it was changed"
    done
    [ -d "$old/shipped" ] || return 0
    files "$old/shipped" | while read -r f; do
        [ ! -e "$old/deploy/$f" ] || continue
        keep_shipped "$f"
        rm -f "$new.part/deploy/$f"
        echo "deploy/$f was deleted, and stays so"
    done
}
carry_over
"$new.part/bin/arb" check-config >/dev/null
[ ! -e "$new.part/deploy/relations.yaml" ] ||
    "$new.part/bin/arb" relations list >/dev/null
mv "$new.part" "$new"
if [ -e "$target/current" ]; then
    ln -sfn "$(readlink "$target/current")" "$target/previous.new"
    mv -T "$target/previous.new" "$target/previous"
fi
ln -sfn "versions/$name" "$target/current.new"
mv -T "$target/current.new" "$target/current"
echo "$new is current"
