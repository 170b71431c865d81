# The module's help and its scripts, as PowerShell sees them; sourced by build.sh.

build_help_files() {
    command -v pwsh >/dev/null || die "the help is built by PowerShell 7.6 with Microsoft.PowerShell.PlatyPS; there is no pwsh on PATH"
    pwsh -NoProfile -NonInteractive -File scripts/help.ps1 || die "the help is not finished; the lines above say why"
    # What was built is part of the module.
    build_all
}

analyze() {
    command -v pwsh >/dev/null || die "scripts are analyzed by PowerShell 7.6 with PSScriptAnalyzer; there is no pwsh on PATH"
    pwsh -NoProfile -NonInteractive -File scripts/analyze.ps1 || die "PSScriptAnalyzer has found something, or is not there; the lines above say what"
}
