# What a check is; sourced by run.sh.

passed=0
failed=0
skipped=0
current=
last_check=0

scenario() {
    current=$1
    say "$current"
    "$2"
}

# check NAME COMMAND...: the command must succeed. What it prints is shown when it does not. It runs in a shell of its own
# that ends with the first command that fails. Where the shell looks at an exit code itself (if, &&, ||, !) it ends nothing:
# not in here, and so "check" must not stand in such a place either.
check() {
    local name=$1 started=$SECONDS status
    shift
    # shellcheck disable=SC2317 # the second command is never reached, or that is the fault
    (set -e; false; exit 99) >/dev/null 2>&1
    [ $? != 99 ] || die "check '$name' stands where the shell does not end at a failed command"
    (set -euo pipefail; "$@") >"$work/output" 2>&1
    status=$?
    last_check=$status
    if [ $status = 0 ]; then
        passed=$((passed + 1))
        printf '  Passed %s [%s s]\n' "$name" $((SECONDS - started))
    else
        failed=$((failed + 1))
        printf '  Failed %s [%s s]\n' "$name" $((SECONDS - started))
        sed 's/^/      /' "$work/output" | tail -40
        { printf '  Failed packaging: %s: %s\n' "$current" "$name"; sed 's/^/      /' "$work/output" | tail -15; } >>"$failures"
    fi
}

# After a check without which nothing that follows could succeed.
or_give_up() {
    [ "$last_check" = 0 ] && return
    report
    exit 1
}

# --- the checks themselves ---

scenario_checks() {
    check "a command that fails in the middle of a check is a failure" checks_see_the_middle
    check "a check where its commands could fail unseen ends everything" checks_refuse_conditions
}

# counted COMMAND...: what it adds to "passed failed", in a shell and a folder of its own.
counted() {
    (
        set +e
        work=$(mktemp -d "$work/checks-XXXXXX") failures=/dev/null passed=0 failed=0
        "$@" >/dev/null 2>&1
        echo "$passed $failed"
    )
}

checks_see_the_middle() {
    expect "passed and failed" "$(counted check "fails" fails_in_the_middle)" "0 1"
    expect "passed and failed" "$(counted check "does not fail" true)" "1 0"
}

# shellcheck disable=SC2317 # called by its name
fails_in_the_middle() {
    true
    false
    true
}

checks_refuse_conditions() { expect "passed and failed" "$(counted check_in_a_condition)" ""; }

# shellcheck disable=SC2317 # called by its name
check_in_a_condition() { check "does not fail" true || true; }

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
