#!/bin/sh
# headers - every header compiles alone: headers.sh HEADER...
# A header that needs another one included before it is a trap for whoever
# sorts the includes.
flags=$(pkg-config --cflags libzmq libuv libcurl libcjson msgpack libpq \
    libcrypto yaml-0.1 libwebsockets 2>/dev/null)
for header in "$@"; do
    ${CC:-gcc} -std=c11 -D_GNU_SOURCE -Wall -I. $flags -fsyntax-only \
        -x c "$header" 2>&1 |
        grep -E '(error|warning):' | grep -v 'pragma once in main' |
        sed -E 's/:[0-9]+: (fatal )?(error|warning):/: header alone:/'
done
