# Where the examples of docs/help are run: a site with a scheduler, an inet-daemon, a configuration that names both, and for
# each page a folder with a keystore and a session of PowerShell in it.

Import-Module (Join-Path $PSScriptRoot 'Support.psm1')
Import-Module (Join-Path $PSScriptRoot 'ConfigurationSite.psm1')

# The pages with their examples, as Pester takes them. An example is a block of PowerShell; the line that opens it may say
# until=Ctrl-C when it goes on by itself, or not-run="why" when it needs what no test machine has.
function Get-HelpPage {
    foreach ($file in Get-ChildItem (Join-Path $PSScriptRoot '../../docs/help/*.md')) {
        $text = Get-Content -Raw $file
        $number = 0
        $examples = foreach ($block in [regex]::Matches($text, '(?ms)^```powershell([^\n]*)\n(.*?)^```$')) {
            $number++
            $title = [regex]::Matches($text.Substring(0, $block.Index), '(?m)^##+ (.*)$')[-1].Groups[1].Value
            @{
                Title = $title -match '^Example' ? $title : "Block ${number}: $title"
                Code = $block.Groups[2].Value
                UntilStopped = $block.Groups[1].Value -match 'until=Ctrl-C'
                NotRun = [regex]::Match($block.Groups[1].Value, 'not-run="([^"]+)"').Groups[1].Value
            }
        }
        @{ Name = $file.BaseName; Text = $text; Examples = @($examples) }
    }
}

# What all pages share; takes some seconds to start.
function New-HelpSite {
    $shared = New-TestSite
    $daemon = Start-TestDaemon
    $before = @{ DCP_CONTROL_DIR = $env:DCP_CONTROL_DIR; PSModulePath = $env:PSModulePath }
    $env:DCP_CONTROL_DIR = Join-Path $TestDrive 'c'
    $env:PSModulePath = "$(Split-Path (Get-ModulePath)):$env:PSModulePath"
    [pscustomobject]@{ Shared = $shared; Daemon = $daemon; Before = $before }
}

function Remove-HelpSite {
    param([Parameter(Mandatory)] $Site)

    $null = Stop-Pipeline $Site.Daemon
    Remove-TestSite $Site.Shared
    foreach ($name in $Site.Before.Keys) {
        $Site.Before[$name] ? (Set-Item "Env:$name" $Site.Before[$name]) : (Remove-Item "Env:$name")
    }
}

# A folder, a configuration and a session for one page; what its setup script makes beside that is in its own hands.
function New-HelpPlace {
    param([Parameter(Mandatory)] $Site, [Parameter(Mandatory)] [string] $Page)

    $evaluator = "url('tcp://$($Site.Daemon.Endpoint)')"
    $configuration = New-ConfigurationSite @"
{
  scheduler: { location: url('$($Site.Shared.Url)') },
  evaluator: { listen: $evaluator, location: $evaluator },
  worker: { maxSandboxes: 2 },
}

"@
    Copy-Item (Join-Path $Site.Shared.Folder 'id.keystore') $configuration.Home
    $folder = (New-Item -ItemType Directory (Join-Path $configuration.Folder 'here')).FullName
    New-DcpKeystore (Join-Path $folder 'deposit.keystore') -AllowEmptyPassphrase -WarningAction SilentlyContinue
    $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
    $state.ImportPSModule((Get-ModulePath))
    $session = [runspacefactory]::CreateRunspace($state)
    $session.Open()
    $session.SessionStateProxy.SetVariable('ErrorActionPreference', 'Stop')
    $session.SessionStateProxy.SetVariable('WarningPreference', 'SilentlyContinue')
    $null =     $session.SessionStateProxy.Path.SetLocation($folder)
    [pscustomobject]@{ Site = $Site; Page = $Page; Configuration = $configuration; Folder = $folder; Session = $session; Worker = $null; Jobs = @() }
}

function Remove-HelpPlace {
    param([Parameter(Mandatory)] $Place)

    $null = Invoke-HelpExample $Place 'Get-Job | Remove-Job -Force'
    Get-DcpWorker -ErrorAction Ignore | Stop-DcpWorker -Now
    if ($Place.Worker) {
        $null = Stop-Pipeline $Place.Worker
    }

    foreach ($job in $Place.Jobs) {
        Stop-TestJob $job
    }

    $Place.Session.Dispose()
    Remove-ConfigurationSite $Place.Configuration
}

# Runs the setup script of the page, if it has one: HelpSetup/Page.ps1, which gets the place. It runs before each example.
function Initialize-HelpPlace {
    param([Parameter(Mandatory)] $Place)

    $script = Join-Path $PSScriptRoot "HelpSetup/$($Place.Page).ps1"
    if (Test-Path $script) {
        & $script $Place
    }
}

# Runs an example as a user types it, with nobody there to answer; gives what it writes, and fails when it does.
function Invoke-HelpExample {
    param([Parameter(Mandatory)] $Place, [Parameter(Mandatory)] [string] $Code, [switch] $UntilStopped, [int] $TimeoutSec = 90)

    $shell = [powershell]::Create($Place.Session).AddScript($Code)
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $output.EnumeratorNeverBlocks = $true
    $nothing = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $nothing.Complete()
    try {
        $handle = $shell.BeginInvoke($nothing, $output)
        if ($UntilStopped) {
            $null = Wait-Until -TimeoutSec $TimeoutSec -Because 'it wrote nothing' { $output.Count -gt 0 -or $handle.IsCompleted }
            if ($handle.IsCompleted) {
                $null = $shell.EndInvoke($handle)
                throw 'It ended by itself, although it is said to go on until Ctrl-C.'
            }

            $shell.Stop()
        }
        elseif ($handle.AsyncWaitHandle.WaitOne($TimeoutSec * 1000)) {
            $null = $shell.EndInvoke($handle)
        }
        else {
            $shell.Stop()
            throw "It did not end within $TimeoutSec s."
        }

        if ($shell.Streams.Error.Count) {
            throw $shell.Streams.Error[0]
        }

        $output
    }
    finally {
        $shell.Dispose()
    }
}

# For setup scripts: a worker that runs, unless there is one.
function Start-HelpWorker {
    param([Parameter(Mandatory)] $Place)

    if (Get-DcpWorker) {
        return
    }

    if ($Place.Worker) {
        $null = Stop-Pipeline $Place.Worker
    }

    $keystore = Join-Path $Place.Folder 'deposit.keystore'
    $Place.Worker = Start-Pipeline 'param($Keystore) Start-DcpWorker $Keystore' @{ Keystore = $keystore }
    $null = Wait-Until -TimeoutSec 60 -Because { "the worker did not start: $($Place.Worker.Shell.Streams.Error.ReadAll())" } {
        $Place.Worker.Output | Where-Object State -EQ Working
    }
}

# For setup scripts: so many slices to be computed.
function Start-HelpJob {
    param([Parameter(Mandatory)] $Place, [int] $Slices = 5)

    $Place.Jobs += Start-TestJob $Place.Site.Shared 'async (x) => { progress(); return x * x; }' "1..$Slices"
}

# For setup scripts: has the configuration say that the inet-daemon listens where nobody does yet.
function Set-FreeEvaluatorPort {
    param([Parameter(Mandatory)] $Place)

    $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
    $listener.Start()
    $address = "tcp://$($listener.LocalEndpoint)/"
    $listener.Stop()
    Set-DcpConfigValue evaluator.listen $address -ConfigRoot $Place.Configuration.Folder -WarningAction SilentlyContinue
}

Export-ModuleMember -Function *
