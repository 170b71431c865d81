#!/usr/bin/env bash
# Fetches the official sandbox set-up files and lays them out for the evaluator.
#   sandbox/build.sh [OUTDIR]     OUTDIR is artifacts/libexec/sandbox when left out
# EVALUATOR names the dcp-evaluator that compiles the code cache (artifacts/bin/dcp-evaluator).
# OUTDIR/sandbox.json then says which files to run, in which order, and where the code cache is: all paths in it
# are relative to itself. To do without a work time, leave out the files listed under it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
out=${1:-$root/artifacts/libexec/sandbox}
evaluator=${EVALUATOR:-$root/artifacts/bin/dcp-evaluator}
modules=$here/node_modules

fail() { printf 'build sandbox: %s\n' "$*" >&2; exit 1; }

verify() { (cd "$1" && sha256sum --check --quiet --strict "$here/SHA256SUMS"); }

up_to_date() {
    local cache=$out/cache/bootstrap.js.v8cache part
    cmp -s "$here/sandbox.json" "$out/sandbox.json" && [ -e "$cache" ] || return 1
    for part in "$evaluator" "$(dirname "$evaluator")"/lib*.so*; do
        [ ! "$part" -nt "$cache" ] || return 1
    done
    verify "$out" >/dev/null 2>&1
}

fetch() {
    command -v npm >/dev/null || fail "npm is missing; type:  sudo apt-get install npm"
    if cmp -s "$here/package-lock.json" "$modules/.installed-lock.json"; then return; fi
    (cd "$here" && npm ci --ignore-scripts --loglevel=error) || fail "npm ci failed; the reason is above"
    cp "$here/package-lock.json" "$modules/.installed-lock.json"
}

copy() {
    local staging=$1 file source
    for file in $(cd "$here" && node -p 'require("./sandbox.json").files.join("\n")'); do
        case $file in
            */*) source=$modules/$file ;;
            *) source=$modules/dcp-client/libexec/sandbox/$file ;;
        esac
        mkdir -p "$(dirname "$staging/$file")"
        # Escaped, the text is ASCII, which every evaluator of the machine can share in memory. The character
        # occurs in string literals only, where the escape means the same.
        LC_ALL=C sed 's/\xEF\xBF\xBD/\\ufffd/g' "$source" >"$staging/$file"
    done
    verify "$staging" || fail "a set-up file is not the one that was reviewed; if you changed the version, review and update sandbox/SHA256SUMS"
    mkdir "$staging/licenses"
    cp "$modules/dcp-client/LICENSE.md" "$staging/licenses/dcp-client.LICENSE.md"
    cp "$modules/dcp-client/licenses/pyodide.LICENSE.txt" "$staging/licenses/"
    cp "$modules/kvin/LICENSE" "$staging/licenses/kvin.LICENSE"
    cp "$modules/bravojs/LICENSE" "$staging/licenses/bravojs.LICENSE"
    cp "$here/sandbox.json" "$staging/"
}

compile() {
    local staging=$1 options=(-d 3 --make-code-cache "$1/cache") files
    [ -x "$evaluator" ] || fail "no evaluator at $evaluator: build it first"
    # The files were verified a moment ago, and nothing else runs.
    [ "$(id -u)" != 0 ] || options+=(--allow-root)
    mapfile -t files < <(cd "$here" && node -p 'require("./sandbox.json").files.join("\n")')
    "$evaluator" "${options[@]}" "${files[@]/#/$staging/}" </dev/null >"$staging.log" ||
        { tail -n 5 "$staging.log" >&2; fail "the evaluator could not run the set-up files"; }
    rm -f "$staging.log"
}

if up_to_date; then exit 0; fi
fetch
staging=$out.new
rm -rf "$staging" "$out.old"
mkdir -p "$staging"
copy "$staging"
compile "$staging"
if [ -e "$out" ]; then mv "$out" "$out.old"; fi
mv "$staging" "$out"
rm -rf "$out.old"
