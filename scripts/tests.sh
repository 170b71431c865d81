# Tests, demo and benchmarks; sourced by build.sh.

passed=0
failed=0
skipped=0

# count PASSED FAILED SKIPPED
count() {
    passed=$((passed + $1))
    failed=$((failed + $2))
    skipped=$((skipped + $3))
}

# A run that ended badly without naming a failed test (a crash, a time-out) is a failure too.
count_crash() {
    warn "$1 ended with exit code $2"
    count 0 1 0
}

counter() { grep -o "<Counters [^>]*" "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*'; }

run_dotnet_tests() {
    local assembly name status report total ok bad
    for assembly in tests/*/bin/Release/net*/*.Tests.dll; do
        name=$(basename "$assembly" .dll)
        say "$name"
        report=$results/$name.trx
        status=0
        as_unprivileged timeout --kill-after=10 1200 dotnet test "$assembly" --nologo \
            --logger "trx;LogFileName=$PWD/$report" --logger "console;verbosity=minimal" \
            --blame-hang-timeout 5m --blame-hang-dump-type none --results-directory "$results" || status=$?
        ok=0 bad=0 total=0
        if [ -e "$report" ]; then
            total=$(counter "$report" total) ok=$(counter "$report" passed) bad=$(counter "$report" failed)
            count "$ok" "$bad" $((total - ok - bad))
        fi

        [ "$status" = 0 ] || [ "$bad" -gt 0 ] || count_crash "$name" "$status"
    done
}

# The real peers, from the package registry, against ours: node's own test runner says how it went in TAP.
run_interop_tests() {
    local status=0 tap=$results/interop.tap
    say "interop tests with the real peers"
    as_unprivileged timeout --kill-after=10 1200 node --test --test-reporter=tap tests/Interop >"$tap" || status=$?
    grep -E '^ *not ok|^    # Subtest' "$tap" | grep 'not ok' || true
    local ok bad skip
    ok=$(tap_total "$tap" pass) bad=$(tap_total "$tap" fail) skip=$(($(tap_total "$tap" skipped) + $(tap_total "$tap" todo)))
    count "$ok" "$bad" "$skip"
    if [ "$bad" -gt 0 ]; then
        cat "$tap"
    fi

    [ "$status" = 0 ] || [ "$bad" -gt 0 ] || count_crash "interop tests" "$status"
}

tap_total() { sed -n "s/^# $2 \([0-9][0-9]*\)$/\1/p" "$1" | tail -1 | grep . || echo 0; }

run_pester_tests() {
    if ! command -v pwsh >/dev/null || ! pwsh -NoProfile -Command 'if (-not (Get-Module -ListAvailable Pester | Where-Object Version -ge 5.0)) { exit 1 }'; then
        warn "NOT RUN: the Pester tests of the PowerShell module. They need 'pwsh' (7.6) with Pester 5 on PATH."
        return
    fi

    local status=0 totals=$results/pester.totals
    say "Pester tests"
    as_unprivileged timeout --kill-after=10 1200 pwsh -NoProfile -File scripts/pester.ps1 "$totals" || status=$?
    local ok=0 bad=0 skip=0
    if [ -e "$totals" ]; then
        read -r ok bad skip <"$totals"
        count "$ok" "$bad" "$skip"
    fi

    [ "$status" = 0 ] || [ "$bad" -gt 0 ] || count_crash "Pester" "$status"
}

run_tests() {
    local project
    for project in tests/*/*.Tests.csproj; do
        step "$(basename "$project" .csproj) (build)" "$(dirname "$project")/bin/Release" \
            "$(dirname "$project") tests/vectors src Directory.Build.props Directory.Packages.props" \
            dotnet build "$project" -c Release -v quiet --nologo
    done

    if [ -e tests/Interop/package-lock.json ]; then
        step "interop tests (packages)" tests/Interop/node_modules "tests/Interop/package-lock.json" npm --prefix tests/Interop ci --no-audit --no-fund
    fi

    [ "$(id -u)" != 0 ] || enter_stage
    results=artifacts/test-results
    as_unprivileged rm -rf "$results"
    as_unprivileged mkdir -p "$results"
    require_reachable dotnet
    run_dotnet_tests
    if [ -e tests/Interop/package-lock.json ]; then
        require_reachable node
        run_interop_tests
    fi

    run_pester_tests
    if [ "$skipped" -gt 0 ]; then
        printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    else
        printf '%d passed, %d failed\n' "$passed" "$failed"
    fi

    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

run_demo() {
    "$root/$bin/dcp-worker" demo "$@"
}

run_benchmarks() {
    dotnet run --project tests/Benchmarks -c Release -- "$@"
}
