#!/bin/sh
# control - supervisorctl on the pipeline in var: control.sh WORD...
#   control.sh status        control.sh restart dutchbook:scanner
# DUTCHBOOK_VAR names another var folder.
set -eu

home=$(cd "$(dirname "$0")/.." && pwd -P)
words=$*
set -- "${DUTCHBOOK_VAR:-$home/var}"
. "$home/deploy/env.sh"
if ! running; then
    echo "nothing runs in $var" >&2
    exit 1
fi
control $words
