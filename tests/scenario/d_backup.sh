#!/bin/sh
# d_backup - what is backed up is there again in an empty folder, to the byte
# and to the row; keys are not, and what is damaged or would be written over
# is refused
set -eu
name=d_backup
. "$(dirname "$0")/lib.sh"
begin
again=$var.again
[ ! -d "$again" ] || deploy/pg.sh stop "$again"
rm -rf "$again" "$var.tar.gz" "$var.bad.tar.gz"
trap 'code=$?; deploy/pg.sh stop "$var"
    [ ! -d "$again" ] || deploy/pg.sh stop "$again"; exit $code' EXIT

mkdir -p "$var/journal/riskd/facts" "$var/keys" "$var/run"
head -c 300000 /dev/urandom >"$var/journal/riskd/facts/1.seg"
echo latch >"$var/latch"
echo signed >"$var/keys/signed.log"
mkdir -p "$var/incidents/one/state" "$var/herald"
ln "$var/journal/riskd/facts/1.seg" "$var/incidents/one/state/1.seg"
echo 7 >"$var/herald/mail"
echo secret-of-the-wallet >"$var/keys/wallet"
chmod 600 "$var/keys/wallet"
deploy/pg.sh start "$var"
deploy/pg.sh psql "$var" -q <<-SQL
	CREATE TABLE fact AS SELECT i, md5(i::text) AS words, now() AS at
	FROM generate_series(1, 20000) i;
	CREATE VIEW last_fact AS SELECT max(i) FROM fact;
	CREATE ROLE dutchbook_reader LOGIN;
	GRANT SELECT ON fact TO dutchbook_reader;
SQL
digest="SELECT md5(string_agg(f::text, '|' ORDER BY i)) FROM fact f"
before=$(sql "$digest")
deploy/pg.sh halt "$var"
rm -f "$var/run/pg.conninfo"

! flock "$var/run/riskd.run" deploy/backup.sh "$var" "$var.tar.gz" \
    2>/dev/null || fail "backed up while riskd runs, without supervisord"
deploy/backup.sh "$var" "$var.tar.gz"
! deploy/backup.sh "$var" "$var.tar.gz" 2>/dev/null ||
    fail "a backup was written over another"
! ls -d "$var"/backup.* 2>/dev/null || fail "the backup left something behind"
! gzip -dc "$var.tar.gz" | grep -aq secret-of-the-wallet ||
    fail "a key is in the backup"

deploy/restore.sh "$var.tar.gz" "$again"
diff -r "$var/journal" "$again/journal" || fail "other journals"
diff -r "$var/incidents" "$again/incidents" || fail "other incidents"
[ "$(stat -c %h "$again/incidents/one/state/1.seg")" = 2 ] ||
    fail "what was one file is two"
cmp "$var/herald/mail" "$again/herald/mail"
cmp "$var/latch" "$again/latch"
cmp "$var/keys/signed.log" "$again/keys/signed.log"
[ ! -e "$again/keys/wallet" ] || fail "a key was restored"
cmp deploy/rules/limits.yaml "$again/restored/deploy/rules/limits.yaml"
deploy/pg.sh start "$again"
after=$(deploy/pg.sh psql "$again" -qAtc "$digest")
[ "$after" = "$before" ] || fail "other rows"
[ "$(deploy/pg.sh psql "$again" -qAtc 'SET ROLE dutchbook_reader;
    SELECT count(*) FROM fact')" = 20000 ] || fail "the reader cannot read"

! deploy/restore.sh "$var.tar.gz" "$again" 2>/dev/null ||
    fail "restored over what was there"
mkdir "$var/open"
tar -C "$var/open" -xzf "$var.tar.gz"
echo x >>"$var/open/var/journal/riskd/facts/1.seg"
tar -C "$var/open" -czf "$var.bad.tar.gz" .
! deploy/restore.sh "$var.bad.tar.gz" "$var/none" 2>/dev/null ||
    fail "a damaged backup was restored"
[ ! -e "$var/none/journal" ] || fail "and left something behind"
rm -rf "$again" "$var.tar.gz" "$var.bad.tar.gz"
ends
