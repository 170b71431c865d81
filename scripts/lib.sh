# Shared by the parts of build.sh; sourced, not run.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

bin=artifacts/bin
module=artifacts/module/DcpWorker
sandbox=artifacts/libexec/sandbox
stamps=artifacts/.stamps

say() { printf '==> %s\n' "$*"; }

warn() { printf 'build.sh: %s\n' "$*" >&2; }

die() {
    warn "$*"
    exit 1
}

# fingerprint PATH...: changes when a file below the paths is added, removed or written.
fingerprint() {
    find "$@" \( -name bin -o -name obj -o -name node_modules \) -prune -o -type f -printf '%p %s %T@\n' |
        LC_ALL=C sort | sha256sum | cut -d' ' -f1
}

# tree PROCESS: it, and all that it started.
tree() {
    local child
    echo "$1"
    for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do
        tree "$child"
    done
}

# end_tree PROCESS: ends a process and all that it started, in five seconds at most.
end_tree() {
    local processes
    mapfile -t processes < <(tree "$1")
    kill "${processes[@]}" 2>/dev/null || true
    for _ in {1..50}; do
        kill -0 "${processes[@]}" 2>/dev/null || return 0
        sleep 0.1
    done

    kill -KILL "${processes[@]}" 2>/dev/null || true
}

# step NAME OUTPUT "INPUT..." COMMAND...: runs the command unless OUTPUT is there and the inputs are as they were.
step() {
    local name=$1 output=$2 inputs=$3 stamp=$stamps/$1 now
    shift 3
    # shellcheck disable=SC2086 # inputs is a list of words
    now=$(fingerprint $inputs)
    if [ -e "$output" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then
        return
    fi

    say "$name"
    rm -f "$stamp"
    "$@" || die "$name failed; what it printed above says why"
    [ -e "$output" ] || die "$name ended well but made no $output"
    mkdir -p "$stamps"
    printf '%s\n' "$now" >"$stamp"
}

# shellcheck source=/dev/null
host_release() { (. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:?this system has no code name of a release}"); }
