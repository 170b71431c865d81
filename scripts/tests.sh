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
    local project name status report total ok bad
    for project in tests/*/*.Tests.csproj; do
        name=$(basename "$project" .csproj)
        say "$name"
        report=$results/$name.trx
        status=0
        as_unprivileged timeout --kill-after=10 1200 dotnet test "$(dirname "$project")"/bin/Release/net*/"$name.dll" --nologo \
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

run_pester_tests() {
    if ! command -v pwsh >/dev/null || ! pwsh -NoProfile -Command 'if (-not (Get-Module -ListAvailable Pester | Where-Object { $_.Version -ge [version]"5.0" })) { exit 1 }'; then
        warn "NOT RUN: the Pester tests of the PowerShell module. They need 'pwsh' (7.6) with Pester 5 on PATH."
        return
    fi

    local status=0 totals=$results/pester.totals
    say "Pester tests"
    as_unprivileged timeout --kill-after=10 1200 pwsh -NoProfile -File tests/Pester/run.ps1 -TotalsPath "$totals" || status=$?
    local ok=0 bad=0 skip=0
    if [ -e "$totals" ]; then
        read -r ok bad skip <"$totals"
        count "$ok" "$bad" "$skip"
    fi

    [ "$status" = 0 ] || [ "$bad" -gt 0 ] || count_crash "Pester" "$status"
}

# The real peers, from the package registry: what is tested here is tested against them, and measured.
fetch_peers() {
    step "interop peers" tests/Interop/node_modules/.package-lock.json "tests/Interop/package.json tests/Interop/package-lock.json" \
        npm --prefix tests/Interop ci --no-audit --no-fund --loglevel=error
}

build_tests() {
    local project
    for project in tests/*/*.Tests.csproj; do
        step "$(basename "$project" .csproj) (build)" "$(dirname "$project")/bin/Release" \
            "tests src Directory.Build.props Directory.Packages.props global.json" \
            dotnet build "$project" -c Release -v quiet --nologo
    done
}

run_tests() {
    fetch_peers
    build_tests
    [ "$(id -u)" != 0 ] || enter_stage
    results=artifacts/test-results
    as_unprivileged rm -rf "$results"
    as_unprivileged mkdir -p "$results"
    require_reachable dotnet
    require_reachable node
    run_dotnet_tests
    run_pester_tests
    if [ "$skipped" -gt 0 ]; then
        printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    else
        printf '%d passed, %d failed\n' "$passed" "$failed"
    fi

    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

run_demo() {
    local programs=$root/artifacts
    if [ "$(id -u)" = 0 ] && ! run_as_nobody test -x "$programs/bin/dcp-worker" -a -r "$programs/libexec/sandbox/sandbox.json"; then
        stage=$(mktemp -d "${TMPDIR:-/tmp}/dcp-worker-XXXXXX")
        trap 'rm -rf "$stage"' EXIT
        cp -R artifacts/bin artifacts/libexec "$stage"
        chmod -R a+rX "$stage"
        programs=$stage
    fi

    "$programs/bin/dcp-worker" demo --picture "$root/artifacts/demo.png" "$@"
}

run_benchmarks() {
    fetch_peers
    dotnet run --project tests/Benchmarks -c Release -- "$@"
}
