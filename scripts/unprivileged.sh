# Running as nobody when started by root; sourced by build.sh.
# The evaluator refuses to run as root, and nothing else here needs to.

unprivileged_id=65534

# enter_stage: makes a copy of the checkout that an unprivileged user can read and write, and goes there. The user may
# not be able to enter the directory that the checkout is in.
enter_stage() {
    stage=$(mktemp -d "${TMPDIR:-/tmp}/dcp-worker-XXXXXX")
    trap 'cd /; stop_aside; rm -rf "$stage"' EXIT
    tar -C "$root" -cf - --exclude=./.git --exclude=./artifacts/{pack,standalone} --exclude='./src/*/bin' --exclude='./src/*/obj' --exclude='./tests/*/obj' . | tar -C "$stage" -xf -
    mkdir -p "$stage/home" "$stage/tmp"
    chown -R "$unprivileged_id:$unprivileged_id" "$stage"
    cd "$stage"
}

run_as_nobody() { setpriv --reuid "$unprivileged_id" --regid "$unprivileged_id" --clear-groups --pdeathsig KILL "$@"; }

# as_unprivileged COMMAND...: in the stage when root, else simply the command.
as_unprivileged() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    else
        run_as_nobody env HOME="$stage/home" TMPDIR="$stage/tmp" DOTNET_CLI_HOME="$stage/home" "$@"
    fi
}

# require_reachable PROGRAM: a tool that only root can run is of no use to the unprivileged user.
require_reachable() {
    local program
    program=$(readlink -f "$(command -v "$1")")
    as_unprivileged test -x "$program" ||
        die "$1 is at $program, where only root can run it: install it for all users, or run this as an ordinary user"
}
