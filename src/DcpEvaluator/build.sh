#!/usr/bin/env bash
# Builds dcp-evaluator: libnode (V8), the shim, and the native host.
#   src/DcpEvaluator/build.sh [OUTDIR]     OUTDIR is artifacts/bin when left out
# Does nothing, quickly, when nothing has changed. Needs no root.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${1:-$root/artifacts/bin}
mkdir -p "$out"
out=$(cd "$out" && pwd)
objects=$root/artifacts/obj/dcpv8
libnode_root=$root/artifacts/libnode

fail() { printf 'build evaluator: %s\n' "$*" >&2; exit 1; }

case $(uname -m) in
    x86_64) rid=linux-x64 ;;
    aarch64) rid=linux-arm64 ;;
    *) fail "no evaluator for $(uname -m): its lock-down knows x86-64 and arm64" ;;
esac

check_tools() {
    local missing=()
    command -v g++ >/dev/null || missing+=(g++)
    command -v gcc >/dev/null || missing+=(gcc)
    command -v make >/dev/null || missing+=(make)
    command -v ld >/dev/null || missing+=(binutils)
    [ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
    [ ${#missing[@]} -eq 0 ] || fail "missing tools; type:  sudo apt-get install ${missing[*]}"
    command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download"
}

# Prints the libnode.so below a directory that belongs to the headers, if both are there.
find_libnode() {
    local prefix=$1 library
    [ -e "$prefix/usr/include/node/v8.h" ] && [ -e "$prefix/usr/include/node/libplatform/libplatform.h" ] || return 0
    library=$(find "$prefix/usr/lib" -maxdepth 2 -name 'libnode.so.*' -print -quit 2>/dev/null || true)
    [ -z "$library" ] || printf '%s\n' "$library"
}

# The private copy exists because apt refuses libnode beside some other packages of Node.js.
download_libnode() {
    command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
        fail "needs libnode (V8) with its headers: install your distribution's libnode-dev"
    local name packages incoming=$libnode_root.new
    newest() { apt-cache --names-only search '^libnode[0-9]+$' 2>/dev/null | awk '{print $1}' | sort -V | tail -n 1; }
    name=$(newest)
    if [ -z "$name" ]; then
        [ "$(id -u)" = 0 ] || fail "the package lists are empty; type:  sudo apt-get update"
        echo "build evaluator: apt-get update" >&2
        apt-get update -qq || fail "apt-get update failed; try it by hand"
        name=$(newest)
    fi
    [ -n "$name" ] || fail "apt knows no libnode package; Debian 12 and 13 and Ubuntu 24.04 have one"
    packages=("$name" libnode-dev)
    rm -rf "$incoming"
    mkdir -p "$incoming/root"
    echo "build evaluator: downloading ${packages[*]}" >&2
    (cd "$incoming" && apt-get download -qq -o APT::Sandbox::User="" "${packages[@]}") ||
        fail "cannot download V8; type:  sudo apt-get update && apt-get download ${packages[*]}"
    for package in "$incoming"/*.deb; do
        dpkg -x "$package" "$incoming/root"
        dpkg-deb -f "$package" Package Version >>"$incoming/versions"
    done
    rm -f "$incoming"/*.deb
    rm -rf "$libnode_root"
    mv "$incoming" "$libnode_root"
}

# Libraries that libnode itself needs are ordinary ones; name those that are not there.
check_libraries() {
    local missing
    missing=$(ldd "$1" | awk '/not found/ {print $1}')
    [ -z "$missing" ] || fail "V8 needs libraries that are not installed:" $missing \
        "; type:  sudo apt-get install libicu72 libuv1 libc-ares2 libnghttp2-14 libbrotli1 libssl3 (or the versions of your distribution)"
}

newer_than() { # is anything newer than the file $1?
    local target=$1
    shift
    [ ! -e "$target" ] || [ -n "$(find "$@" -newer "$target" -type f -not -path '*/obj/*' -not -path '*/bin/*' -print -quit)" ]
}

publish_host() {
    local staging=$root/artifacts/obj/dcp-evaluator
    dotnet publish "$here/DcpEvaluator.csproj" -c Release -r "$rid" -v q --nologo -o "$staging" \
        -p:ShimDirectory="$objects" -p:LibnodeDirectory="$(dirname "$1")" >"$objects/publish.log" 2>&1 ||
        { cat "$objects/publish.log" >&2; fail "dotnet publish failed"; }
    install -m 755 "$staging/dcp-evaluator" "$out/.dcp-evaluator.new"
    mv -f "$out/.dcp-evaluator.new" "$out/dcp-evaluator"
}

install_if_newer() { # never written over: running evaluators have it mapped
    [ "$1" -nt "$2" ] || [ ! -e "$2" ] || return 0
    install -m "$3" "$1" "$2.new"
    mv -f "$2.new" "$2"
}

check_tools
libnode=$(find_libnode "")
if [ -z "$libnode" ]; then
    libnode=$(find_libnode "$libnode_root/root")
    if [ -z "$libnode" ]; then
        download_libnode
        libnode=$(find_libnode "$libnode_root/root")
        [ -n "$libnode" ] || fail "the downloaded packages hold no V8; remove $libnode_root and try again"
    fi
    install_if_newer "$libnode" "$out/$(basename "$libnode")" 644
    include=$libnode_root/root/usr/include/node
else
    include=/usr/include/node
fi
check_libraries "$libnode"

make -s -j"$(nproc)" -C "$here/native" OUT="$objects" V8_INCLUDE="$include" V8_LIBRARY="$libnode"
install_if_newer "$objects/libdcpv8.so" "$out/libdcpv8.so" 755
if newer_than "$out/dcp-evaluator" "$here" "$root/src/Directory.Build.targets" "$root/Directory.Build.props" "$root/Directory.Packages.props" "$root/global.json"; then
    publish_host "$libnode"
fi
