# Building; sourced by build.sh. Each component knows how to build itself; this says in which order and when.

runtime_identifier() {
    case $(uname -m) in
    x86_64) echo linux-x64 ;;
    aarch64) echo linux-arm64 ;;
    *) die "no build for a $(uname -m) machine yet" ;;
    esac
}

# Ahead-of-time compiled where the compiler restores (start time is halved), else just-in-time.
publish() {
    local project=$1 options=(-c Release -r "$(runtime_identifier)" --self-contained false -o "$bin" -v quiet --nologo)
    dotnet publish "$project" "${options[@]}" -p:PublishReadyToRun=true || {
        warn "$project does not publish ahead-of-time compiled here; trying without"
        dotnet publish "$project" "${options[@]}"
    }
}

build_all() {
    local common="Directory.Build.props Directory.Packages.props global.json"
    mkdir -p "$bin"
    step "evaluator" "$bin/dcp-evaluator" "src/DcpEvaluator $common" src/DcpEvaluator/build.sh "$bin"
    step "sandbox set-up files" "$sandbox/sandbox.json" "sandbox" sandbox/build.sh "$sandbox"
    step "dcp-worker" "$bin/dcp-worker" "src/DcpWorker.Cli src/DcpWorker.Engine $common" publish src/DcpWorker.Cli
    step "dcp-scheduler" "$bin/dcp-scheduler" "src/DcpScheduler src/DcpWorker.Engine $common" publish src/DcpScheduler
    step "PowerShell module" "$module/DcpWorker.psd1" \
        "src/DcpWorker.Cmdlets src/DcpWorker.Loader src/DcpWorker.Engine module docs/help $common" src/DcpWorker.Cmdlets/build.sh "$module"
}
