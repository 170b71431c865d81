#!/bin/sh
# dcp-worker under another name: get-config-value, mkad, inet-daemon, dcp-inet-daemon. Copied or linked, it finds the program.
set -eu
self=$(readlink -f "$0")
verb=${0##*/}
exec "${self%/*}/dcp-worker" "${verb#dcp-}" "$@"
