#!/bin/sh
# run_one - one test under a memory and a time cap: run_one.sh PROGRAM [ARG...]
# ASan reserves terabytes of address space, so it is capped by its own limit.
case "$1" in
*/asan/*) export ASAN_OPTIONS="hard_rss_limit_mb=2048:detect_leaks=1:abort_on_error=0:${ASAN_OPTIONS:-}"
          exec timeout -k 5 "${TEST_SECONDS:-300}" "$@" ;;
*)        exec timeout -k 5 "${TEST_SECONDS:-300}" prlimit --as=4294967296 "$@" ;;
esac
