#!/bin/sh
# g_candidates - pairs whose titles are alike, found by PostgreSQL; and what a
# language model says of pairs, over HTTP: in batches, once each, all or none
set -eu
name=g_candidates
. "$(dirname "$0")/lib.sh"
begin
server=
trap 'code=$?; [ -z "$server" ] || kill "$server" 2>/dev/null || true
    deploy/pg.sh stop "$var"; exit $code' EXIT
mkdir -p "$var/run"

# --- alike ---
cat >"$var/some.yaml" <<CONF
base: "$home/deploy/dutchbook.yaml"
common:
  var: "$var"
recorder:
  database: "$var/run/pg.conninfo"
CONF
deploy/pg.sh start "$var"
sql "CREATE TABLE dim_market (market_id text, question text, event_id text,
        neg_risk bool, open bool);
    INSERT INTO dim_market VALUES
        ('m1', 'Bitcoin above \$60,000 on March 31?', 'e1', false, true),
        ('m2', 'Bitcoin above \$50,000 on March 31?', 'e2', false, true),
        ('m3', 'Bitcoin above \$40,000 on March 31?', 'e3', false, false),
        ('m4', 'Will the mayor of Ashford resign in May?', 'e4', false, true),
        ('m5', 'Will Ashford''s mayor resign before May?', 'e5', false, true),
        ('m6', 'Ada wins?', 'e6', true, true),
        ('m7', 'Ada wins!', 'e6', true, true);
    INSERT INTO dim_market SELECT 'x' || n, md5(n::text), 'x' || n, false, true
        FROM generate_series(1, 1000) AS n"
candidates() {
    "$arb" relations candidates -c "$var/some.yaml" --alike "$@" --json
}
candidates 0.5 >"$var/alike"
grep -q '"market_a":"m1",.*"market_b":"m2",.*"relation":"implies"' \
    "$var/alike" || fail "not the nested ones: $(cat "$var/alike")"
grep -q '"market_a":"m4",.*"market_b":"m5",.*"why":"alike by 0\.' \
    "$var/alike" || fail "not what is alike only: $(cat "$var/alike")"
[ "$(wc -l <"$var/alike")" = 2 ] || fail "others, too: $(cat "$var/alike")"
[ "$(candidates 0.5 -n 1 | wc -l)" = 1 ] || fail "more than asked for"
echo "alike: found by trigrams"

# --- asked of a model ---
cat >"$var/model.py" <<'PY'
import http.server, json, sys, time
folder = sys.argv[1]
class Model(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        items = body['messages'][1]['content'].strip().split('\n')
        with open(folder + '/asked', 'a') as f:
            print(len(items), self.headers['Authorization'], body['model'],
                  self.path, file=f)
        how = open(folder + '/how').read().strip()
        words = ['implies' if 'above' in i else 'none' for i in items]
        said = '```json\n' + json.dumps(words) + '\n```'
        if how == 'few': said = json.dumps(words[1:])
        if how == 'odd': said = json.dumps(['perhaps'] * len(items))
        if how == 'prose': said = 'I cannot say.'
        answer = json.dumps({'choices': [{'message': {'content': said}}]})
        if how == 'shape': answer = '{"choices": []}'
        if how == 'torn': answer = answer[:20]
        if how == 'slow': time.sleep(4)
        self.send_response(500 if how == 'broken' else 200)
        self.send_header('Content-Length', str(len(answer.encode())))
        self.end_headers()
        self.wfile.write(answer.encode())
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Model)
print('port', server.server_port, flush=True)
server.serve_forever()
PY
echo good >"$var/how"
python3 "$var/model.py" "$var" >"$var/model.port" 2>"$var/model.log" &
server=$!
until_true 30 grep -q '^port [0-9]' "$var/model.port"
(umask 077 && printf 'url: http://127.0.0.1:%s/v1/chat/completions\nsecret: %s\n' \
    "$(sed -n 's/^port //p' "$var/model.port")" a-key >"$var/endpoint")
ask() {
    "$arb" relations ask --endpoint "$var/endpoint" --model a-model \
        --cache "$var/cache" "$@" 2>>"$var/ask.log"
}
refused() {
    echo "$1" >"$var/how"
    shift
    ! ask "$@" <"$var/new" >"$var/out" || fail "taken: $(cat "$var/how")"
    [ ! -s "$var/out" ] || fail "printed, and not known: $(cat "$var/out")"
    grep -q "$why" "$var/ask.log" || fail "no word of it: $(cat "$var/ask.log")"
}

for n in $(seq 1 45); do
    echo "{\"a\":\"X above $n?\",\"b\":\"X above \\\"$((n - 1))\\\"?\"}"
done >"$var/pairs"
echo '{"a":"rain","b":"snow"}' >"$var/new"
for bad in few:'something else than 1 words' odd:'something else than 1' \
    prose:'no list' shape:'choices\[0\]' torn: broken:'answers 500'; do
    why=${bad#*:}
    refused "${bad%%:*}"
done
why='answers 0'
refused slow --seconds 1
echo good >"$var/how"
: >"$var/asked"
ask <"$var/pairs" >"$var/said" || fail "not answered: $(cat "$var/ask.log")"
[ "$(grep -c '"relation":"implies"' "$var/said")" = 45 ] || fail "not all"
[ "$(cut -d' ' -f1 "$var/asked" | paste -sd,)" = 20,20,5 ] ||
    fail "not in batches: $(cat "$var/asked")"
grep -qv 'Bearer a-key a-model /v1/chat/completions$' "$var/asked" &&
    fail "asked otherwise: $(cat "$var/asked")"
# Only what is new is asked once more, and a cut line of the cache is no answer.
printf '0x12' >>"$var/cache"
cat "$var/new" >>"$var/pairs"
ask <"$var/pairs" >"$var/said" || fail "not answered: $(cat "$var/ask.log")"
[ "$(tail -1 "$var/asked" | cut -d' ' -f1)" = 1 ] || fail "asked again"
[ "$(wc -l <"$var/asked")" = 4 ] || fail "asked again: $(cat "$var/asked")"
tail -1 "$var/said" | grep -q '"a":"rain".*"relation":"none"' || fail "no none"
# No key goes over a net in the clear, and no pair; where nobody listens the
# answer would be another one.
(umask 077 && printf 'url: http://192.0.2.1/v1\nsecret: a-key\n' \
    >"$var/elsewhere")
why='http:// is only for this machine, use https://'
! "$arb" relations ask --endpoint "$var/elsewhere" --model a-model \
    <"$var/new" >"$var/out" 2>"$var/elsewhere.log" || fail "asked in the clear"
[ ! -s "$var/out" ] || fail "printed, and not known: $(cat "$var/out")"
grep -q "$why" "$var/elsewhere.log" ||
    fail "no word of it: $(cat "$var/elsewhere.log")"
# Its key is nobody else's, and not in what is printed.
chmod 644 "$var/endpoint"
! ask <"$var/pairs" >/dev/null || fail "a key everybody may read"
! grep -q a-key "$var/said" "$var/ask.log" "$var/cache" || fail "a key is told"
ends
