# includes - who may include whom, and one door for each library.
#
#   proto          nothing of ours but proto
#   common         proto, common
#   a process      proto, common, itself
#   engines        of those, nothing that touches the world
#   deploy/arb     proto, common, itself, the front header of a process
#   tests/simex    as a process
#   other tests    anything

BEGIN {
    # A library, and the only files that may know it.
    door["zmq.h"] = "^common/bus"
    door["uv.h"] = "^common/loop"
    door["curl/"] = "^common/http"
    door["libwebsockets.h"] = "^(common/ws|tests/simex/)"
    door["cjson/"] = "^common/json"
    door["yaml.h"] = "^common/conf"
    door["libpq-fe.h"] = "^common/pg"
    door["msgpack"] = "^proto/pack\\.h$"
    door["openssl/"] = "^(common/(digest|hmac)|proto/schema|" \
                       "executor/(signer|keystore|scrypt)|tests/simex/recover)"
    door["secp256k1"] = "^executor/secp"
    door["glpk.h"] = "^common/linear"
    door["zstd.h"] = "^(common/zstd|feed/|deploy/arb/)"
    door["sys/capability.h"] = "^common/"
    door["time.h"] = "^(common/clock|tests/|deploy/arb/)"
    door["pthread.h"] = "^common/"
    door["cmocka.h"] = "^tests/unit/"
    door["assert.h"] = "^nowhere" # must() stays in a release build.
    door["math.h"] = "^(tests/|deploy/arb/backtest/)"

    # What touches the world: not for what must replay from its inputs.
    world = "^common/(bus|loop|http|ws|pg|clock|log|daemon|journal|latch)\\.h$"
    engine = "^(scanner|riskd|executor|feed)/.*\\.c$"
    # Not an engine: makes, wires and feeds one.
    shell = "/(main|tables|wiring|control|capture|raw|gate|ask|signer_)[^/]*\\.c$"
}

function home_of(path) {
    if (path ~ /^(deploy\/arb|tests\/[a-z]+)\//) {
        match(path, /^[a-z]+\/[a-z]+/)
        return substr(path, 1, RLENGTH)
    }
    sub(/\/.*/, "", path)
    return path
}

function may(home, to, path) {
    if (to == home || to == "proto")
        return 1
    if (home == "proto")
        return 0
    if (to == "common")
        return 1
    if (home == "tests/simex")
        return 0
    if (home ~ /^tests\//)
        return 1
    # arb drives the engines; it sees them from the front.  What it signs, and
    # asks of a node, it does with the executor's own code.
    if (home == "deploy/arb")
        return path == to "/" to ".h" || path ~ /\/(capture|import)\.h$/ ||
               path ~ /^executor\/(keys\.h|rpc\.h|relayer\.h|encode\/)/
    return 0
}

function check_own(path,    to) {
    to = home_of(path)
    if (path !~ /\//)
        complain(FNR, "include: rooted, \"common/must.h\": " path)
    else if (!may(home, to, path))
        complain(FNR, "include: " home " may not include " path)
    if (FILENAME ~ engine && FILENAME !~ shell && path ~ world)
        complain(FNR, "include: an engine touches the world: " path)
}

function check_library(path,    key) {
    for (key in door)
        if (index(path, key) == 1 && FILENAME !~ door[key] && \
            !(home ~ /^tests\// && home != "tests/simex" && \
              key !~ /assert|cmocka/))
            complain(FNR, "door: <" path "> is for " door[key])
}

FNR == 1 { home = home_of(FILENAME) }

/^# *include/ {
    if (match($0, /"[^"]*"/))
        check_own(substr($0, RSTART + 1, RLENGTH - 2))
    else if (match($0, /<[^>]*>/))
        check_library(substr($0, RSTART + 1, RLENGTH - 2))
}
