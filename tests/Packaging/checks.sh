# What a check is; sourced by run.sh.

passed=0
failed=0
skipped=0
current=

scenario() {
    current=$1
    say "$current"
    "$2"
}

# check NAME COMMAND...: the command must succeed. What it prints is shown when it does not. It runs in a shell of its own
# that ends with the first command that fails.
check() {
    local name=$1 started=$SECONDS
    shift
    if (set -euo pipefail; "$@") >"$work/output" 2>&1; then
        passed=$((passed + 1))
        printf '  Passed %s [%s s]\n' "$name" $((SECONDS - started))
        return 0
    else
        failed=$((failed + 1))
        printf '  Failed %s [%s s]\n' "$name" $((SECONDS - started))
        sed 's/^/      /' "$work/output" | tail -40
        { printf '  Failed packaging: %s: %s\n' "$current" "$name"; sed 's/^/      /' "$work/output" | tail -15; } >>"$failures"
        return 1
    fi
}

# Nothing that follows could succeed.
give_up() {
    report
    exit 1
}

skip() {
    skipped=$((skipped + 1))
    printf '  NOT RUN %s: %s\n' "$1" "$2"
}

report() {
    printf '%s %s %s\n' "$passed" "$failed" "$skipped" >"$totals"
    printf 'packaging: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ]
}

# expect WHAT IS WANTED
expect() {
    [ "$2" = "$3" ] || {
        printf '%s is\n%s\nand should be\n%s\n' "$1" "$2" "$3"
        return 1
    }
}

# not COMMAND...: a mere ! would not end a shell with set -e.
not() {
    if "$@"; then
        echo "should have failed: $*"
        return 1
    fi
}

# says TEXT: what the last check of the guide printed.
says() {
    grep -qF -- "$1" "$work/said" || {
        printf "nowhere does it say '%s':\n" "$1"
        cat "$work/said"
        return 1
    }
}

# within SECONDS COMMAND...: tries again until it succeeds.
within() {
    local limit=$((SECONDS + $1))
    shift
    until "$@"; do
        if [ $SECONDS -ge $limit ]; then
            echo "did not come true: $*"
            return 1
        fi
        sleep 0.3
    done
}
