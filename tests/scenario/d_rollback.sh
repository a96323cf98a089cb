#!/bin/sh
# d_rollback - the version installed before, and its configuration, are
# current again; a database the newer one has migrated is set aside and filled
# anew; what runs, or cannot be read by the version before, is refused; all
# versions have one var folder
set -eu
name=d_rollback
. "$(dirname "$0")/lib.sh"
begin
target=$var.installed
next=$var.next
rm -rf "$target" "$next"
recorder=
trap 'code=$?; [ -z "$recorder" ] || kill "$recorder" 2>/dev/null || true
    deploy/pg.sh stop "$var"; exit $code' EXIT

# The recorder of what is current, until it has come so far.
runs_until() {
    "$target/current/bin/recorder" -s "common.var=$var" \
        >>"$var/recorder.log" 2>&1 &
    recorder=$!
    until_true 60 "$@"
}
stops() {
    kill "$recorder"
    wait "$recorder" || true
    recorder=
}
is() { [ "$(sql "$1")" = "$2" ]; }
rolls_back() {
    DUTCHBOOK_BIN='' "$target/current/deploy/rollback.sh" "$target" "$var"
}

deploy/install.sh "$target"
! rolls_back 2>/dev/null || fail "went back to nothing"
first=$(readlink "$target/current")

# What people write into what runs: a relation is approved, a rule stricter.
"$target/current/bin/arb" relations list | grep -q '^0 relations' ||
    fail "some relation is shipped"
sed -n '/^regatta-boats/,/^$/p' deploy/demo-relations.yaml \
    >>"$target/current/deploy/relations.yaml"
sed -i 's/^  threshold: 500$/  threshold: 400/' \
    "$target/current/deploy/rules/limits.yaml"
rm "$target/current/deploy/rules/alarms.yaml" \
    "$target/current/deploy/signals.yaml"
mkdir "$target/current/deploy/rules/before" # A copy that nobody reads.
cp deploy/rules/limits.yaml "$target/current/deploy/rules/before"

# The next version: another migration, another setting, another rule.
mkdir -p "$next/recorder"
cp -R deploy "$next/deploy"
cp -R recorder/migrations "$next/recorder/"
echo "CREATE TABLE of_next AS SELECT 1 AS one;" \
    >"$next/recorder/migrations/999_next.sql"
sed -i 's/^  sample: 5000$/  sample: 7000/' "$next/deploy/dutchbook.yaml"
grep -q '^  sample: 7000$' "$next/deploy/dutchbook.yaml" ||
    fail "no such setting"
sed -i 's/^  threshold: 50$/  threshold: 60/' "$next/deploy/rules/limits.yaml"
echo '# Another count.' >>"$next/deploy/signals.yaml"
sleep 1
"$next/deploy/install.sh" "$target" >"$var/installed"
"$target/current/bin/arb" relations list | grep -q '^1 relations' ||
    fail "what was approved is lost"
rules=$target/current/deploy/rules
grep -q '^  threshold: 400$' "$rules/limits.yaml" ||
    fail "a rule is as it was shipped"
cmp -s "$rules/limits.yaml.shipped" "$next/deploy/rules/limits.yaml" ||
    fail "the shipped rules are not beside it"
cmp -s "$rules/requires.yaml" deploy/rules/requires.yaml &&
    [ ! -e "$rules/requires.yaml.shipped" ] || fail "nobody changed those"
[ ! -e "$rules/alarms.yaml" ] && [ ! -e "$rules/alarms.yaml.shipped" ] &&
    [ ! -e "$rules/../signals.yaml" ] || fail "what was deleted is back"
cmp -s "$rules/../signals.yaml.shipped" "$next/deploy/signals.yaml" ||
    fail "the signals that are new are not there to be seen"
grep -q 'rules/alarms.yaml was deleted, and stays so' "$var/installed" ||
    fail "nobody was told: $(cat "$var/installed")"
[ "$(readlink "$target/previous")" = "$first" ] || fail "not the one before"
for v in current previous; do
    [ "$(cd "$target/$v/var" && pwd -P)" = "$(cd "$target/var" && pwd -P)" ] ||
        fail "$v has a var folder of its own"
done

mkdir -p "$var/journal"
deploy/pg.sh start "$var"
runs_until is "SELECT one FROM of_next" 1
until_true 30 [ -s "$var/run/recorder.ready" ]
! rolls_back 2>/dev/null || fail "rolled back under a running recorder"
stops

mkdir -p "$var/journal/riskd/facts"
for n in 1 9; do
    echo what >"$var/journal/riskd/facts/000000000000000$n.seg"
done
! rolls_back 2>/dev/null || fail "rolled back over facts nobody can read"
rm -r "$var/journal/riskd"
[ "$(readlink "$target/previous")" = "$first" ] || fail "changed, and refused"

rolls_back >"$var/said"
cat "$var/said"
grep -q 'of 0 scans those older .* stay in before_.*fact_arb_scan' \
    "$var/said" || fail "nobody was told what does not come back"
[ "$(readlink "$target/current")" = "$first" ] || fail "not the first one"
grep -q '^  sample: 5000$' "$target/current/deploy/dutchbook.yaml" ||
    fail "not its configuration"
is "SELECT to_regclass('of_next') IS NULL" t || fail "not set aside"
is "SELECT count(*) FROM pg_tables WHERE tablename = 'of_next' AND
    schemaname LIKE 'before_%'" 1 || fail "and lost"
runs_until is "SELECT count(*) > 8 FROM schema_migration" t
until_true 30 is "SELECT count(*) FROM journal_cursor" 3
stops

# And forward again: what the older one made is known to the newer one.
rolls_back
[ "$(readlink "$target/previous")" = "$first" ] || fail "not forward"
is "SELECT count(*) FROM journal_cursor" 3 || fail "set aside without need"
rm -rf "$target" "$next"
ends
