# How objects look: the tables and lists of everything that the cmdlets write, here and after they came from elsewhere.
BeforeDiscovery {
    $kinds = 'EvaluatorCheck', 'HostCheck', 'ConfigValue', 'KeystoreInfo', 'KeystoreCheck', 'ServiceInfo', 'RunningWorker',
    'RunningSandbox', 'WorkerEvent', 'InetDaemonEvent', 'SchedulerEvent'
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ConfigurationSite.psm1') -Force
    $modulePath = Get-ModulePath
    Import-Module $modulePath -Force
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'
    $configuration = New-ConfigurationSite "{ worker: { maxSandboxes: 3 }, scheduler: { location: url('http://127.0.0.1:1/') } }"
    $site = New-TestSite
    $daemon = Start-TestDaemon
    $address = '0x0123456789abcdef0123456789abcdef01234567'
    $job = Start-TestJob $site 'async (x) => { progress(); for (;;) { await new Promise((done) => setTimeout(done, 20)); progress(0.5); } }' '1..1'
    $parameters = @{ PaymentAddress = $address; Scheduler = $site.Url; Evaluator = "tcp://$($daemon.Endpoint)"; ResourceDirectory = $site.Folder; Sandboxes = 2 }
    $worker = Start-Pipeline 'param($Parameters) Start-DcpWorker @Parameters' @{ Parameters = $parameters }
    $null = Wait-Until -TimeoutSec 60 -Because { "the worker computes nothing: $(Get-Content $job.Errors) $($worker.Output.Detail) $($worker.Shell.Streams.Error.ReadAll())" } { $worker.Output | Where-Object Event -EQ SliceStarted }
    $scheduler = Start-Pipeline 'param($Data) Start-DcpScheduler -Listen 127.0.0.1:0 -DataPath $Data' @{ Data = Join-Path $TestDrive 'scheduler' }
    $null = Wait-Until -TimeoutSec 60 { $scheduler.Output | Where-Object Event }
    $session = New-LoopbackSession
    $keystore = Join-Path $TestDrive 'views.keystore'

    $objects = @{
        EvaluatorCheck  = @(Test-DcpEvaluator -Detailed)
        HostCheck       = @(Test-DcpWorker -Detailed)
        ConfigValue     = @(Get-DcpConfigValue worker.*)
        KeystoreInfo    = @(New-DcpKeystore $keystore -Label views -AllowEmptyPassphrase -PassThru -WarningAction SilentlyContinue)
        KeystoreCheck   = @(Test-DcpKeystore $keystore -Detailed)
        ServiceInfo     = if (-not (Get-SystemctlMissing)) { New-ServiceImage (Join-Path $TestDrive 'image'); @(Get-DcpService -Root (Join-Path $TestDrive 'image')) }
        RunningWorker   = @(Get-DcpWorker -ProcessId $PID)
        RunningSandbox  = @((Get-DcpWorker -ProcessId $PID).Sandboxes)
        WorkerEvent     = @($worker.Output)
        InetDaemonEvent = @($daemon.Output)
        SchedulerEvent  = @($scheduler.Output)
    }

    function Get-Object {
        param([string] $Kind)
        if (-not $objects[$Kind]) {
            Set-ItResult -Skipped -Because (Get-SystemctlMissing)
        }

        $objects[$Kind]
    }
}

AfterAll {
    Remove-PSSession $session
    Stop-TestJob $job
    $null = Stop-Pipeline $worker
    $null = Stop-Pipeline $scheduler
    $null = Stop-Pipeline $daemon
    Remove-TestSite $site
    Remove-ConfigurationSite $configuration
    $PSStyle.OutputRendering = $rendering
}

Describe 'The views' {
    It 'are all tried here' -ForEach @{ Kinds = $kinds } {
        $file = [xml](Get-Content -Raw (Join-Path $modulePath 'DcpWorker.Format.ps1xml'))
        $named = $file.SelectNodes('//TypeName').InnerText | Where-Object { $_ -notlike 'Deserialized.*' } | ForEach-Object { $_.Split('.')[-1] } | Sort-Object -Unique
        $Kinds | Sort-Object | Should -Be $named
    }

    It 'of <_> is a table that fits 100 columns' -ForEach $kinds {
        $shown = Get-Object $_
        $text = $shown | Out-String -Width 100
        $lines = $text.Trim("`r", "`n").Split("`n").TrimEnd()
        # A list is what PowerShell makes of objects without a view that have more than four properties.
        $text | Should -Match '(?m)^ *-+( +-+)+\s*$'
        $lines | ForEach-Object { $_.Length | Should -BeLessOrEqual 100 }
        $lines.Count | Should -BeGreaterThan $shown.Count
    }

    It 'of <_> has a list with everything' -ForEach $kinds {
        # Properties that a line shows together.
        $together = @{
            PauseMode = 'State'; PauseReason = 'State'; LastErrorTime = 'LastError'; Capacity = 'Slices'; SlicesWorking = 'Slices'
            SlicesQueued = 'Slices'; SlicesDone = 'Slices'; SlicesFailed = 'Slices'; SlicesReturned = 'Slices'
        }
        foreach ($shown in Get-Object $_) {
            $text = $shown | Format-List | Out-String -Width 100
            foreach ($property in $shown.PSObject.Properties | Where-Object IsGettable) {
                $text | Should -Match "(?m)^ *($($property.Name)|$($_ -eq 'RunningWorker' ? $together[$property.Name] : '-')) *:" -Because "$($property.Name) is a property"
            }
        }
    }

    It 'of <_> is the same for one that came from another computer' -ForEach $kinds {
        $shown = Get-Object $_
        $came = $shown | Invoke-Command -HideComputerName -Session $session { $input }
        $came | Out-String -Width 100 | Should -Be ($shown | Out-String -Width 100)
    }

    It 'of <_> is the same for one that was kept in a file' -ForEach $kinds {
        $shown = Get-Object $_
        $file = Join-Path $TestDrive "$_.xml"
        $shown | Export-Clixml $file
        $came = Import-Clixml $file
        $came | Out-String -Width 100 | Should -Be ($shown | Out-String -Width 100)
        if ($_ -eq 'RunningWorker') {
            $came | Format-List | Out-String -Width 100 | Should -Be ($shown | Format-List | Out-String -Width 100)
        }
    }

    It 'of a worker tells how and why it is paused, here and when it was kept in a file' {
        $file = Join-Path $TestDrive 'paused.xml'
        $paused = Get-DcpWorker -ProcessId $PID | Suspend-DcpWorker -Reason 'a measurement' -PassThru
        try {
            $paused | Export-Clixml $file
            foreach ($shown in $paused, (Import-Clixml $file)) {
                $shown | Format-List | Out-String -Width 100 | Should -Match 'State +: Paused \(Finish\): a measurement'
            }
        }
        finally {
            Get-DcpWorker -ProcessId $PID | Resume-DcpWorker
        }
    }

    It 'are coloured by $PSStyle alone' {
        # In the file: what is shown as plain text has lost its colours, wherever they came from.
        $file = Get-Content -Raw (Join-Path $modulePath 'DcpWorker.Format.ps1xml')
        $file | Should -Match '\$PSStyle\.Foreground'
        $file | Should -Not -Match '`e|\[char\] *(27|0x1b)|\\(e|x1b|u001b)|\x1b|\[\d+(;\d+)*m'
    }

    It 'of a worker reads at a glance' {
        $text = Get-Object RunningWorker | Out-String -Width 100
        $text | Should -Match 'Id +Process User +State +Uptime +Busy +Done Failed Earned DCC +CPU +Memory'
        $text | Should -Match "$PID \S+ +Working +\d:\d\d:\d\d +1/2 +0 +0 +0[.,]000 +\d+ % +\d+ MiB"
    }
}
