#!/bin/sh
# setup - installs the Debian 12 packages that are missing, and nothing else
#   setup.sh          what building and running needs
#   setup.sh check    also what the tests need
# Needs root, or sudo.  Services that a package would start are kept from
# starting, and no PostgreSQL cluster is made: Dutchbook starts its own.
set -eu

packages="build-essential pkg-config libzmq3-dev libuv1-dev
libwebsockets-dev libwebsockets-evlib-uv libcap-dev libcurl4-openssl-dev
libcjson-dev libmsgpack-dev libpq-dev libssl-dev libyaml-dev libzstd-dev
libsecp256k1-dev libglpk-dev postgresql-15 supervisor openssl ca-certificates git"
[ "${1:-}" = check ] && packages="$packages libcmocka-dev clang
libclang-rt-14-dev zstd spin iproute2"
# The official clients come with any npm, not only Debian's.
[ "${1:-}" != check ] || command -v npm >/dev/null || packages="$packages npm"

# Draws the pages once, to see them (tests/browser); where it cannot be had,
# that test says that it did not run.
wished=
[ "${1:-}" != check ] || wished="chromium fonts-dejavu-core"
wanted=

missing=
for p in $packages; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null |
        grep -q 'install ok installed' || missing="$missing $p"
done
for p in $wished; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null |
        grep -q 'install ok installed' || wanted="$wanted $p"
done
[ -z "$missing$wanted" ] && exit 0

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/dutchbook.conf
undo() {
    [ -z "${made_policy:-}" ] || as_root rm -f "$policy"
    as_root rm -f "$cluster"
}
trap undo EXIT
if [ ! -e "$policy" ]; then
    made_policy=1
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
fi
as_root mkdir -p "$(dirname "$cluster")"
echo 'create_main_cluster = false' | as_root tee "$cluster" >/dev/null

echo "installing:$missing$wanted"
log=$(mktemp)
get() {
    [ -n "${updated:-}" ] || as_root apt-get update -q || return 1
    updated=1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
        --no-install-recommends "$@"
}
if [ -n "$missing" ] && ! get $missing >"$log" 2>&1; then
    tail -20 "$log" >&2
    rm -f "$log"
    echo "setup: the packages could not be installed" >&2
    exit 1
fi
[ -z "$wanted" ] || get $wanted >"$log" 2>&1 ||
    echo "setup: without$wanted: no browser draws the pages"
rm -f "$log"
