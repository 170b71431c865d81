#!/usr/bin/env bash
# Assembles the PowerShell module. Usage: build.sh OUTDIR
set -euo pipefail
[ $# = 1 ] || { echo "usage: build.sh OUTDIR" >&2; exit 1; }
mkdir -p "$(dirname "$1")"
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
new=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$new"' EXIT

for project in DcpWorker.Cmdlets DcpWorker.Loader; do
    dotnet publish "$root/src/$project" -c Release -o "$new/bin" -v quiet --nologo
done

# Symbols and compile-time documentation are of no use to a module, and the loader must stay without a list of
# dependencies that could say otherwise.
rm -f "$new"/bin/*.pdb "$new"/bin/*.xml "$new"/bin/*.deps.json
cp -R "$root/module/DcpWorker/." "$new/"
cp "$root/LICENSE" "$new/"
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")
sed -i "s/^\( *ModuleVersion *= \)'.*'/\1'$version'/" "$new/DcpWorker.psd1"
grep -q "'$version'" "$new/DcpWorker.psd1" || { echo "the manifest did not take the version $version" >&2; exit 1; }

# The other user of a shared build machine, and the unprivileged one of the tests, read it too.
chmod -R u=rwX,go=rX "$new"
rm -rf "$out"
mv "$new" "$out"
