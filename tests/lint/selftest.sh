#!/bin/sh
# selftest - each rule of the linter finds its breach, and nothing else.
# A file per rule in a tree of its own; what run.sh says must be exactly what
# stands beside it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d) || exit 2
trap 'rm -rf "$tree"' EXIT

# breach FILE RULE: the file is on standard input; RULE is "line: rule" or
# nothing when it breaks none.
breach() {
    mkdir -p "$tree/$(dirname "$1")"
    cat >"$tree/$1"
    [ -z "$2" ] || echo "$1:$2" >>"$tree/expected"
}

good='/* x - a file */'
: >"$tree/expected"
printf '%s\nint x;\n' "$good" | breach scanner/x.c ''
printf 'int y;\n' | breach scanner/y.c '1: first line'
printf 'KIND(a)\n' | breach proto/kinds.def '1: first line'
printf '/* long - a file */\n%081d\n' 0 | breach riskd/long.c '2: line'
printf '/* todo - a file */\n/* TODO: all */\n' |
    breach riskd/todo.c '2: word'
{
    echo '/* big - a file */'
    yes '/* . */' | head -n 450
} | breach feed/big.c '451: file'
{
    printf '/* fat - a file */\nvoid\nfat(void)\n{\n'
    yes '    fat();' | head -n 80
    echo '}'
} | breach feed/fat.c '4: function'
printf '/* up - a file */\n#include "common/must.h"\n' |
    breach proto/up.c '2: include'
printf '/* side - a file */\n#include "riskd/riskd.h"\n' |
    breach scanner/side.c '2: include'
printf '/* flat - a file */\n#include "must.h"\n' |
    breach common/flat.c '2: include'
printf '/* own - a file */\n#include "proto/units.h"\n' |
    breach common/own.c ''
printf '/* io - a file */\n#include "common/loop.h"\n' |
    breach scanner/strategies/io.c '2: include'
printf '/* wiring - a file */\n#include "common/loop.h"\n' |
    breach scanner/wiring.c ''
printf '/* door - a file */\n#include <zmq.h>\n' |
    breach scanner/door.c '2: door'
printf '/* bus - a file */\n#include <zmq.h>\n' | breach common/bus.c ''
printf '/* when - a file */\nint64_t t = time(NULL);\n' |
    breach riskd/when.c '2: word'
printf '/* dice - a file */\nint d = rand();\n' |
    breach tests/simex/dice.c '2: word'
printf '/* real - a file */\nstatic double x;\n' |
    breach riskd/real.c '2: word'
printf '/* talk - a double, "double" */\nconst char *s = "a double"; // double\n' |
    breach riskd/talk.c ''
printf '/* prod - a file */\nint64_t c = p.micros * q.micros;\n' |
    breach executor/prod.c '2: units'
printf '/* grid - a file */\nint64_t g = p.micros / t.micros * t.micros;\n' |
    breach executor/grid.c ''
printf '/* sw - a file */\nenum e { E_one, E_two };\nint\nf(enum e e)\n{\n%s' \
    '    switch (e) {
    case E_one: return 1;
    default: return 2;
    }
}
' | breach scanner/sw.c '8: switch'
printf '/* ch - a file */\nint\nf(int c)\n{\n%s' \
    "    switch (c) {
    case 'a': return 1;
    default: return 2;
    }
}
" | breach scanner/ch.c ''
printf '/* lone - a file */\nbool lone(void);\n' |
    breach scanner/lone.h '2: header alone'

# Only file, line and the rule's first word are compared.
"$here/run.sh" "$tree" >"$tree/said"
grep -v '^lint:' "$tree/said" |
    sed -E 's/:([0-9]+:)?([0-9]+): ([a-z ]+):.*/:\2: \3/; s/:([0-9]+): header/:\1: header/' |
    sed -E 's/:([0-9]+):[0-9]+: /:\1: /' | sort -u >"$tree/found"
sort "$tree/expected" >"$tree/wanted"
if ! diff "$tree/wanted" "$tree/found" >"$tree/diff"; then
    echo "lint: the linter is broken (< wanted, > found):"
    cat "$tree/diff" "$tree/said"
    exit 1
fi
