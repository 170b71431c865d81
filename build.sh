#!/usr/bin/env bash
# Builds, shows, tests and measures DcpWorker. Type ./build.sh help.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
for part in lib prerequisites programs unprivileged rsyslog tests help clean-system pack pack-module pack-debian; do
    # shellcheck source=/dev/null
    . "scripts/$part.sh"
done

usage() {
    cat <<'EOF'
Usage: ./build.sh [TASK]

  (none)   build: programs into artifacts/bin/, the PowerShell module into artifacts/module/DcpWorker/
  demo     build, then deploy a fractal to a scheduler, a daemon and a worker of its own, and draw it
  test     build, then run every test; the last line says how many passed and failed
  bench    build, then measure against the real peers
  help-files
           build, then bring the pages of docs/help up to date with the cmdlets, and the module's help with the pages
  analyze  have PSScriptAnalyzer look at every PowerShell script
  pack     build, then make the packages in artifacts/packages/
             --release NAME  a Debian package for that release of Debian instead of this machine's: bookworm, trixie
             --check         then look at it with lintian, build it a second time and compare, and install, use, upgrade,
                             remove and purge it in a clean system of its release (as root)
  help     this text

What the machine lacks is installed from the distribution's packages when you are root or may use sudo;
otherwise the command to type is printed. PowerShell users: ./build.ps1 offers the same tasks.
EOF
}

task=${1:-build}
case $task in
build | demo | test | bench | help-files | analyze | pack) [ $# -le 1 ] || [ "$task" != build ] || die "the task 'build' takes no arguments" ;;
help | -h | --help)
    usage
    exit 0
    ;;
*)
    usage >&2
    die "there is no task '$task'"
    ;;
esac
shift $(($# > 0 ? 1 : 0))
if [ "$task" = analyze ]; then
    analyze
    exit
fi

check_prerequisites
build_all
case $task in
demo) run_demo "$@" ;;
test) run_tests "$@" ;;
bench) run_benchmarks "$@" ;;
help-files) build_help_files ;;
pack) run_pack "$@" ;;
esac
