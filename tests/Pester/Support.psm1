# Shared by the tests: where the module is, and how to run things that go on by themselves.

# Who runs the tests as root lets the cmdlets run as root, which refuse it otherwise.
$env:DCP_ALLOW_ROOT = '1'

$script:ModulePath = [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../artifacts/module/DcpWorker'))

function Get-ModulePath {
    if (-not (Test-Path -LiteralPath $script:ModulePath)) {
        throw "The module is not built: there is no '$script:ModulePath'. Type ./build.sh first."
    }

    $script:ModulePath
}

# Runs a script in a pwsh of its own and gives what it writes, as text. Fails when the script does.
function Invoke-FreshPwsh {
    param([Parameter(Mandatory)] [string] $Script, [int] $TimeoutSec = 60)

    $file = New-TemporaryScript -Text ("`$ErrorActionPreference = 'Stop'; `$PSStyle.OutputRendering = 'PlainText'`n" + $Script)
    $output = & timeout $TimeoutSec (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File $file 2>&1 | ForEach-Object { "$_" }
    if ($LASTEXITCODE -ne 0) {
        throw "The script ended with $LASTEXITCODE`: $($output -join [Environment]::NewLine)"
    }

    $output
}

function New-TemporaryScript {
    param([Parameter(Mandatory)] [string] $Text, [string] $Extension = '.ps1')

    $path = Join-Path $TestDrive ([guid]::NewGuid().ToString('N') + $Extension)
    Set-Content -LiteralPath $path -Value $Text
    $path
}

# An evaluator with options of its own, for those that must not pass a test.
function New-EvaluatorWrapper {
    param([Parameter(Mandatory)] [string] $Option)

    $evaluator = Join-Path (Get-ModulePath) '../../bin/dcp-evaluator'
    $path = New-TemporaryScript -Extension '.sh' -Text "#!/bin/sh`nexec '$evaluator' $Option `"`$@`""
    chmod 755 $path
    # The evaluator may run as another user than the tests.
    chmod 755 (Split-Path $path)
    $path
}

# Waits until the script gives something true, and gives it.
function Wait-Until {
    param([Parameter(Mandatory)] [scriptblock] $Condition, [int] $TimeoutSec = 20, [object] $Because = 'nothing came')

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while ($watch.Elapsed.TotalSeconds -lt $TimeoutSec) {
        $value = & $Condition
        if ($value) {
            return $value
        }

        Start-Sleep -Milliseconds 25
    }

    throw "Waited $TimeoutSec s in vain: $($Because -is [scriptblock] ? (& $Because) : $Because)."
}

# A pipeline that runs beside the test, as a user's does who may press Ctrl-C.
function Start-Pipeline {
    param([Parameter(Mandatory)] [string] $Script, [hashtable] $Parameters = @{})

    $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
    $state.ImportPSModule((Get-ModulePath))
    $shell = [powershell]::Create($state)
    $null = $shell.AddScript($Script).AddParameters($Parameters)
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    # Else whoever looks at it waits for the end of the pipeline.
    $output.EnumeratorNeverBlocks = $true
    $nothing = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $nothing.Complete()
    $handle = $shell.BeginInvoke($nothing, $output)
    [pscustomobject]@{ Shell = $shell; Output = $output; Handle = $handle }
}

# Ctrl-C; gives how long it took to take effect.
function Stop-Pipeline {
    param([Parameter(Mandatory)] $Pipeline)

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $Pipeline.Shell.Stop()
    $elapsed = $watch.Elapsed
    $Pipeline.Shell.Dispose()
    $elapsed
}

# All that a pipeline writes, once it has come to its end; its error is thrown.
function Receive-Pipeline {
    param([Parameter(Mandatory)] $Pipeline, [int] $TimeoutSec = 90)

    if (-not $Pipeline.Handle.AsyncWaitHandle.WaitOne($TimeoutSec * 1000)) {
        $events = $Pipeline.Output | ForEach-Object { "$($_.Event) $($_.Detail)" }
        $null = Stop-Pipeline $Pipeline
        throw "It did not end within $TimeoutSec s: $($events -join '; ')"
    }

    $null = $Pipeline.Shell.EndInvoke($Pipeline.Handle)
    $Pipeline.Output.ReadAll()
}

# A worker that is to end by itself; gives its events.
function Invoke-TestWorker {
    param([Parameter(Mandatory)] [hashtable] $Parameters)

    Receive-Pipeline (Start-Pipeline 'param($Parameters) Start-DcpWorker @Parameters' @{ Parameters = $Parameters })
}

# A daemon on a free port, in a pipeline beside the test.
function Start-TestDaemon {
    param([hashtable] $Parameters = @{})

    $pipeline = Start-Pipeline -Script 'param($Parameters) Start-DcpInetDaemon -Listen 127.0.0.1:0 @Parameters' -Parameters @{ Parameters = $Parameters }
    $started = Wait-Until -Because { "the daemon did not start: $($pipeline.Shell.Streams.Error.ReadAll())" } { $pipeline.Output | Where-Object Event -EQ InetDaemonStarted }
    $pipeline | Add-Member -PassThru NoteProperty Endpoint $started.Endpoint
}

# Processes that are evaluators and children of this process.
function Get-ChildEvaluator {
    param([int] $ParentId = $PID)

    Get-Process -Name dcp-evaluator -ErrorAction Ignore | Where-Object { $_.Parent.Id -eq $ParentId }
}

# Says one line to an evaluator and reads what comes until the connection ends.
function Send-EvaluatorLine {
    param([Parameter(Mandatory)] $Endpoint, [Parameter(Mandatory)] [string] $Line)

    $client = [System.Net.Sockets.TcpClient]::new()
    try {
        $client.Connect($Endpoint)
        $stream = $client.GetStream()
        $stream.ReadTimeout = 20000
        $bytes = [System.Text.Encoding]::UTF8.GetBytes($Line + "`n")
        $stream.Write($bytes, 0, $bytes.Length)
        [System.IO.StreamReader]::new($stream).ReadToEnd()
    }
    finally {
        $client.Dispose()
    }
}

# A real remoting session over PSRP: pwsh's own SSH transport, with a program in ssh's place that starts the server
# side here, so that neither a daemon nor keys are needed.
function New-LoopbackSession {
    $folder = Join-Path $TestDrive 'transport'
    $null = New-Item -ItemType Directory -Force $folder
    $ssh = Join-Path $folder 'ssh'
    Set-Content -LiteralPath $ssh -Value "#!/bin/sh`nexec '$((Get-Process -Id $PID).Path)' -sshs -NoLogo -NoProfile"
    chmod 755 $ssh
    $path = $env:PATH
    try {
        $env:PATH = "$folder`:$path"
        New-PSSession -HostName localhost
    }
    finally {
        $env:PATH = $path
    }
}

# A folder with an identity, and a scheduler of its own on a free port.
function New-TestSite {
    $folder = Join-Path $TestDrive ([guid]::NewGuid().ToString('N'))
    $null = New-Item -ItemType Directory -Force $folder
    # The identity, made as a worker makes it on its first start.
    $engine = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'DcpWorker.Engine' }
    $null = $engine.GetType('DcpWorker.Engine.Keystores.IdentityStore')::LoadOrCreateAsync($folder, [System.Threading.CancellationToken]::None).GetAwaiter().GetResult()
    $log = Join-Path $folder 'scheduler.log'
    $program = [System.IO.Path]::GetFullPath((Join-Path (Get-ModulePath) '../../bin/dcp-scheduler'))
    $process = Start-Process $program -ArgumentList '--listen', '127.0.0.1:0', '--data', (Join-Path $folder 'data') -RedirectStandardOutput $log -RedirectStandardError "$log.err" -PassThru
    $url = Wait-Until -TimeoutSec 60 -Because { "the scheduler did not start: $(Get-Content "$log.err")" } {
        Get-Content $log -ErrorAction Ignore | Select-String 'listening on (http://\S+)' | ForEach-Object { $_.Matches[0].Groups[1].Value } | Select-Object -First 1
    }
    [pscustomobject]@{ Folder = $folder; Process = $process; Url = $url }
}

function Remove-TestSite {
    param([Parameter(Mandatory)] $Site)

    $Site.Process.Kill()
    $Site.Process.WaitForExit()
}

# Deploys a job, as somebody who wants results does; the identity of the site pays for it.
function Start-TestJob {
    param([Parameter(Mandatory)] $Site, [Parameter(Mandatory)] [string] $WorkFunction, [Parameter(Mandatory)] [string] $Range)

    $file = New-TemporaryScript -Extension '.js' -Text $WorkFunction
    $keystore = Join-Path $Site.Folder 'id.keystore'
    $environment = @{ DCP_RESOURCE_DIR = $Site.Folder }
    $program = [System.IO.Path]::GetFullPath((Join-Path (Get-ModulePath) '../../bin/dcp-worker'))
    $process = Start-Process $program -ArgumentList 'job', 'run', $file, '--range', $Range, '--scheduler', $Site.Url, '--account', $keystore -Environment $environment -RedirectStandardOutput "$file.out" -RedirectStandardError "$file.err" -PassThru
    [pscustomobject]@{ Process = $process; Output = "$file.out"; Errors = "$file.err" }
}

# The results of a job, a line each.
function Wait-TestJob {
    param([Parameter(Mandatory)] $Job)

    if (-not $Job.Process.WaitForExit(60000)) {
        Stop-TestJob $Job
        throw "The job did not end: $(Get-Content $Job.Errors)"
    }

    Get-Content $Job.Output
}

function Stop-TestJob {
    param([Parameter(Mandatory)] $Job)

    $Job.Process.Kill()
}

# The folder of a system that does not run, with a user and a program for services.
function New-ServiceImage {
    param([Parameter(Mandatory)] [string] $Path)

    $null = New-Item -ItemType Directory -Force (Join-Path $Path 'etc'), (Join-Path $Path 'opt/dcp/bin')
    Set-Content (Join-Path $Path 'etc/passwd') "root:x:0:0::/root:/bin/sh`ndcp:x:990:990::/opt/dcp:/usr/sbin/nologin"
    Set-Content (Join-Path $Path 'etc/group') "root:x:0:`ndcp:x:990:"
    Set-Content (Join-Path $Path 'opt/dcp/bin/dcp-worker') ''
    # Services run as a user who must get there, whatever the umask of the tests.
    chmod -R a+rX $Path
}

# Why services cannot be registered in such a folder here; nothing when they can.
function Get-SystemctlMissing {
    if (-not (Test-Path /usr/bin/systemctl)) {
        'There is no systemctl on this machine (package systemd).'
    }
}

Export-ModuleMember -Function *
