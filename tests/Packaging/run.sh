#!/usr/bin/env bash
# The Debian package in a clean system: installed, used, upgraded, removed, purged, as docs/install.md says it.
#   tests/Packaging/run.sh PACKAGE RELEASE [TOTALS FAILURES]
# Needs root and mmdebstrap. Everything happens in a throw-away system with namespaces of its own: no network, and a systemd
# of its own. TOTALS gets "PASSED FAILED SKIPPED", FAILURES what failed and why.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
for part in lib clean-system; do
    # shellcheck source=/dev/null
    . "$project/scripts/$part.sh"
done
for part in checks guide scenarios; do
    # shellcheck source=/dev/null
    . "$here/$part.sh"
done

package=$(readlink -f "$1")
release=$2
totals=${3:-/dev/null}
failures=${4:-/dev/null}
[ -f "$package" ] || die "there is no package '$1'"
can_make_clean_systems || die "needs root, unshare and mmdebstrap"

work=$(mktemp -d "${TMPDIR:-/tmp}/dcp-packaging-XXXXXX")
finish() {
    halt_clean_system
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
root=$work/root

# PowerShell comes from outside the package; the module in the package is tried when this machine has it.
show_powershell

depends=$(dpkg-deb -f "$package" Depends | tr ',' '\n' | sed 's/|.*//; s/(.*//; s/ //g' | paste -sd,)
archive=$(clean_system "$release" systemd,systemd-sysv,iproute2,man-db,ca-certificates "$depends") || exit 1

scenario "the checks themselves" scenario_checks
scenario "the file" scenario_file
unpack_system
scenario "in a system without a running systemd" scenario_image
scenario "in a running system" scenario_running
scenario "upgrade" scenario_upgrade
scenario "remove and install again" scenario_remove
scenario "purge" scenario_purge
scenario "on a system with a user of that name" scenario_name_taken
check "every command of docs/install.md was run, or says why not" guide_is_complete
report
