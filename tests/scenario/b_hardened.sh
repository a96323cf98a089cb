#!/bin/sh
# b_hardened - what a user gets is built against exploits: position-independent
# code, read-only relocations bound at start, stack canaries and clash
# protection, checked libc calls
set -eu
name=b_hardened
. "$(dirname "$0")/lib.sh"

# has PROGRAM WORDS FILE WHAT
has() {
    grep -q "$2" "$3" || fail "$1: $4"
}

mkdir -p "$var"
for p in feed scanner riskd executor recorder arb simex; do
    readelf -hldW --dyn-syms "$DUTCHBOOK_BIN/$p" >"$var/$p" 2>&1
    has $p 'Type: *DYN' "$var/$p" "not position-independent"
    has $p GNU_RELRO "$var/$p" "relocations stay writable"
    has $p 'FLAGS.*NOW' "$var/$p" "symbols are not bound at start"
    has $p 'GNU_STACK.* RW ' "$var/$p" "its stack may be executed"
    has $p __stack_chk_fail "$var/$p" "no stack canaries"
    has $p '_chk@' "$var/$p" "no checked libc calls"
    ! grep -q 'RUNPATH\|RPATH' "$var/$p" || fail "$p: loads from elsewhere"
done
ends
