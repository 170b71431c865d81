# Building; sourced by build.sh. Each component knows how to build itself; this says in which order and when.

runtime_identifier() {
    case $(uname -m) in
    x86_64) echo linux-x64 ;;
    aarch64) echo linux-arm64 ;;
    *) die "no build for a $(uname -m) machine yet" ;;
    esac
}

# Compiled ahead of time where the compiler for that restores (it halves the start time), else just in time.
publish() {
    local project=$1 runtime ready=true
    runtime=$(runtime_identifier)
    if ! dotnet restore "$project" -r "$runtime" -p:PublishReadyToRun=true -v quiet; then
        ready=false
        warn "the ahead-of-time compiler does not restore here; $project will start more slowly"
        dotnet restore "$project" -r "$runtime" -v quiet
    fi

    dotnet publish "$project" --no-restore -c Release -r "$runtime" --self-contained false \
        -p:PublishReadyToRun=$ready -o "$bin" -v quiet --nologo
}

build_all() {
    local common="Directory.Build.props Directory.Packages.props global.json src/Directory.Build.targets"
    mkdir -p "$bin"
    # These two know by themselves what has changed.
    src/DcpEvaluator/build.sh "$bin" || die "dcp-evaluator was not built; the lines above say why"
    sandbox/build.sh "$sandbox" || die "the sandbox set-up files are not there; the lines above say why"
    step "dcp-worker" "$bin/dcp-worker" "src/DcpWorker.Cli src/DcpWorker.Engine $common" publish src/DcpWorker.Cli
    for name in get-config-value mkad dcp-inet-daemon inet-daemon; do
        install -m 755 src/DcpWorker.Cli/alias.sh "$bin/$name"
    done
    step "dcp-scheduler" "$bin/dcp-scheduler" "src/DcpScheduler src/DcpWorker.Engine $common" publish src/DcpScheduler
    step "PowerShell module" "$module/DcpWorker.psd1" \
        "src/DcpWorker.Cmdlets src/DcpWorker.Loader src/DcpWorker.Engine module $common" src/DcpWorker.Cmdlets/build.sh "$module"
}
