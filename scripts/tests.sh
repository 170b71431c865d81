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
    printf '%s ended with exit code %s\n' "$1" "$2" >>"$failures"
    count 0 1 0
}

# note_failures LOG: what the log of a test run says of each test that failed, for the end of the whole run: the end is
# what people read, and all that some machines keep.
note_failures() {
    awk '/^  Failed / { left = 25 } /^(Failed|Passed|Skipped)! |^  (Passed|Skipped) / { left = 0 } left-- > 0' "$1" >>"$failures"
}

counter() { grep -o "<Counters [^>]*" "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*'; }

# start_aside FUNCTION: runs it beside what comes next, until finish_aside shows what it wrote and counts what it counted.
# For tests that mostly wait.
start_aside() {
    [ -n "${stage-}" ] || trap stop_aside EXIT
    (
        passed=0 failed=0 skipped=0 failures=$results/failures-aside.txt
        "$1"
        echo "$passed $failed $skipped" >"$results/aside.totals"
    ) >"$results/aside.log" 2>&1 &
    aside=$!
    say "in the background: $1"
}

finish_aside() {
    local status=0 ok=0 bad=0 skip=0
    wait "$aside" || status=$?
    aside=
    cat "$results/aside.log"
    [ ! -e "$results/failures-aside.txt" ] || cat "$results/failures-aside.txt" >>"$failures"
    if [ -e "$results/aside.totals" ]; then
        read -r ok bad skip <"$results/aside.totals"
        count "$ok" "$bad" "$skip"
    fi

    rm -f "$results/failures-aside.txt" "$results/aside.totals"
    [ "$status" = 0 ] || count_crash "the background" "$status"
}

# A run that is broken off leaves nothing behind. What runs aside hears no Ctrl-C of its own.
stop_aside() {
    local process
    for process in ${aside-} ${packaging-}; do
        end_tree "$process"
    done
}

# run_dotnet_test PROJECT COMMAND...: runs the tests of a project by a command that runs others (as somebody else, say);
# only those with the trait "Needs=$needs" when that is set.
run_dotnet_test() {
    local project=$1 name status=0 report log total=0 ok=0 bad=0
    shift
    name=$(basename "$project" .csproj)${needs:+.$needs}
    say "$name"
    report=$results/$name.trx log=$results/$name.log
    "$@" timeout --kill-after=10 1200 dotnet test "$(dirname "$project")"/bin/Release/net*/"$(basename "$project" .csproj).dll" --nologo ${needs:+--filter "Needs=$needs"} \
        --logger "trx;LogFileName=$PWD/$report" --logger "console;verbosity=minimal" \
        --blame-hang-timeout 5m --blame-hang-dump-type none --results-directory "$results" |
        tee "$log" || status=${PIPESTATUS[0]}
    if [ -e "$report" ]; then
        total=$(counter "$report" total) ok=$(counter "$report" passed) bad=$(counter "$report" failed)
        count "$ok" "$bad" $((total - ok - bad))
    fi

    [ "$bad" = 0 ] || note_failures "$log"
    [ "$status" = 0 ] || [ "$bad" -gt 0 ] || count_crash "$name" "$status"
}

run_dotnet_tests() {
    local project
    for project in tests/*/*.Tests.csproj; do
        case $project in
        tests/Systemd/* | tests/Interop/*) ;;
        *) run_dotnet_test "$project" as_unprivileged ;;
        esac
    done
}

# What only root can do at all: control groups. The rest has been run as an unprivileged user.
run_root_tests() {
    [ "$(id -u)" = 0 ] || return 0
    local needs=root
    run_dotnet_test tests/DcpWorker.Engine.Tests/DcpWorker.Engine.Tests.csproj env
}

# Only root can start a systemd of its own; what runs under it is as unprivileged as ever.
run_systemd_tests() {
    local reason
    if reason=$(tests/Systemd/machine.sh check); then
        run_dotnet_test tests/Systemd/Systemd.Tests.csproj env
    else
        warn "NOT RUN: the tests of the services under a real systemd: $reason"
    fi
}

# Only root can make clean systems.
run_packaging_tests() {
    local reason status=0 ok=0 bad=0 skip=0
    if ! reason=$(check_clean_systems); then
        warn "NOT RUN: the tests of the Debian package in a clean system: $reason"
        return
    fi

    say "packaging tests"
    # Before an "||" a failure would not end the commands between these parentheses.
    (
        cd "$root"
        pack_debian ''
        exec tests/Packaging/run.sh "$deb_file" "$deb_release" "$stage/packaging.totals" "$stage/$failures"
    ) &
    packaging=$!
    wait "$packaging" || status=$?
    packaging=
    if [ -e "$stage/packaging.totals" ]; then
        read -r ok bad skip <"$stage/packaging.totals"
        count "$ok" "$bad" "$skip"
    fi

    [ "$status" = 0 ] || [ "$bad" -gt 0 ] || count_crash "packaging tests" "$status"
}

run_pester_tests() {
    if ! command -v pwsh >/dev/null || ! pwsh -NoProfile -Command 'if (-not (Get-Module -ListAvailable Pester | Where-Object { $_.Version -ge [version]"5.0" })) { exit 1 }'; then
        warn "NOT RUN: the Pester tests of the PowerShell module. They need 'pwsh' (7.6) with Pester 5 on PATH."
        return
    fi

    local status=0 totals=$results/pester.totals
    say "Pester tests"
    as_unprivileged timeout --kill-after=10 1200 pwsh -NoProfile -File tests/Pester/run.ps1 -TotalsPath "$totals" -FailuresPath "$results/pester.failures" || status=$?
    local ok=0 bad=0 skip=0
    if [ -e "$totals" ]; then
        read -r ok bad skip <"$totals"
        count "$ok" "$bad" "$skip"
        [ "$bad" = 0 ] || cat "$results/pester.failures" >>"$failures"
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

# The stage goes away at the end; what the tests reported stays in the checkout.
keep_results() {
    [ "$PWD" != "$root" ] || return 0
    rm -rf "$root/$results"
    cp -R "$results" "$root/$results"
}

run_tests() {
    fetch_peers
    fetch_rsyslog
    build_tests
    pack_module
    [ "$(id -u)" != 0 ] || enter_stage
    results=artifacts/test-results
    as_unprivileged rm -rf "$results"
    as_unprivileged mkdir -p "$results"
    failures=$results/failures.txt
    : >"$failures"
    require_reachable dotnet
    require_reachable node
    run_dotnet_tests
    run_root_tests
    start_aside run_pester_tests
    run_dotnet_test tests/Interop/Interop.Tests.csproj as_unprivileged
    run_systemd_tests
    run_packaging_tests
    finish_aside
    keep_results
    if [ "$failed" -gt 0 ]; then
        say "What failed"
        cat "$failures"
    fi

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
