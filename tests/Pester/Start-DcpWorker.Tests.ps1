BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModulePath) -Force
    $address = '0x0123456789abcdef0123456789abcdef01234567'
}

Describe 'A worker' {
    BeforeAll {
        $site = New-TestSite
        $daemon = Start-TestDaemon
        $common = @{
            PaymentAddress = $address; Scheduler = $site.Url; Evaluator = "tcp://$($daemon.Endpoint)"; ResourceDirectory = $site.Folder
        }
    }

    AfterAll {
        $null = Stop-Pipeline $daemon
        Remove-TestSite $site
    }

    It 'computes a job that somebody deploys, tells what happens, and ends at its limit' {
        $deployer = Start-TestJob $site 'async (x) => { progress(0.5); console.log("datum", x); return x * x; }' '1..5'
        $events = Invoke-TestWorker ($common + @{ Sandboxes = 2; MaxSlices = 5; ExitWhenIdle = 60 })

        Wait-TestJob $deployer | Should -Be '1', '4', '9', '16', '25'
        $events[0].Event | Should -Be 'WorkerStateChanged'
        $events[0].Detail | Should -Be 'Starting'
        $events[-1].State | Should -Be 'Stopped'
        @($events | Where-Object Event -EQ SliceCompleted) | Should -HaveCount 5
        ($events | Where-Object Event -EQ SliceCompleted).SliceNumber | Sort-Object | Should -Be 1, 2, 3, 4, 5
        ($events | Where-Object Event -EQ SliceConsole).Detail | Should -Contain 'slice 3 console.log: datum 3'
        $events | Where-Object { $_ -is [DcpWorker.Engine.Supervision.Events.PaymentReceived] } | Should -HaveCount 5
        ($events | Where-Object Event -EQ PaymentReceived | Measure-Object Amount -Sum).Sum | Should -BeGreaterThan 0
        "$(($events | Where-Object Event -EQ PaymentReceived)[0].PaymentAddress)" | Should -Be $address

        $text = $events | Out-String -Width 100
        $text | Should -Match 'Time +Event +Detail'
        $text | Should -Match '\d\d:\d\d:\d\d SliceCompleted +slice \d of'
    }

    It 'ends when there has been no work for as many seconds as it was told' {
        $events = Invoke-TestWorker ($common + @{ ExitWhenIdle = 1 })
        $events[-1].State | Should -Be 'Stopped'
        $events.Event | Should -Contain 'FetchStarted'
    }

    It 'takes from the configuration what no parameter says' {
        $text = "{ scheduler: { location: url('$($site.Url)') }, worker: { paymentAddress: '$address', exitWhenIdle: 1, maxSandboxs: 1 }," +
            " evaluator: { listen: url('tcp://$($daemon.Endpoint)'), location: url('tcp://$($daemon.Endpoint)') } }"
        Set-Content -LiteralPath (Join-Path $site.Folder 'dcp-site-config.js') -Value $text
        $env:DCP_CONFIG_ROOT = $site.Folder
        $env:DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION = '1'
        try {
            $pipeline = Start-Pipeline 'param($Folder) Start-DcpWorker -ResourceDirectory $Folder' @{ Folder = $site.Folder }
            $events = Receive-Pipeline $pipeline
            $events[-1].State | Should -Be 'Stopped'
            $events.Event | Should -Contain 'SandboxReady'
            $events.Event | Should -Contain 'FetchStarted'
            "$($pipeline.Shell.Streams.Warning.ReadAll())" | Should -BeLike '*worker.maxSandboxs*worker.maxSandboxes meant*'
        } finally {
            Remove-Item Env:DCP_CONFIG_ROOT, Env:DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION
        }
    }

    It 'logs to the files of the configuration, and so does the inet-daemon' {
        $log = Join-Path $site.Folder '{program}.log'
        Set-Content -LiteralPath (Join-Path $site.Folder 'dcp-site-config.js') -Value "{ logging: { file: { path: '$log' }, console: { level: 'info' } } }"
        $env:DCP_CONFIG_ROOT = $site.Folder
        $env:DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION = '1'
        try {
            $own = Start-TestDaemon
            $deployer = Start-TestJob $site 'async (x) => { progress(); return x; }' '1..2'
            $parameters = $common + @{ MaxSlices = 2; ExitWhenIdle = 60 }
            $parameters.Evaluator = "tcp://$($own.Endpoint)"
            $null = Invoke-TestWorker $parameters
            $null = Wait-TestJob $deployer
            $null = Stop-Pipeline $own
        } finally {
            Remove-Item Env:DCP_CONFIG_ROOT, Env:DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION
            Remove-Item (Join-Path $site.Folder 'dcp-site-config.js')
        }

        $worker = Get-Content (Join-Path $site.Folder 'dcp-worker.log')
        @($worker -match 'slice \d of ').Count | Should -BeGreaterOrEqual 2
        @($worker -match ' info .*Stopped') | Should -HaveCount 1
        Get-Content (Join-Path $site.Folder 'dcp-inet-daemon.log') | Should -Not -BeNullOrEmpty
    }

    It 'shows a bar for itself and one for each sandbox that computes' {
        $deployer = Start-TestJob $site 'async (x) => { for (let i = 0; i < 10; i++) { progress(i / 10); await new Promise((done) => setTimeout(done, 60)); } return x; }' '1..2'
        $pipeline = Start-Pipeline 'param($Common) Start-DcpWorker @Common -Sandboxes 2 -MaxSlices 2 -ExitWhenIdle 60' @{ Common = $common }
        $null = Receive-Pipeline $pipeline
        $null = Wait-TestJob $deployer
        $bars = $pipeline.Shell.Streams.Progress.ReadAll()
        ($bars | Where-Object ActivityId -EQ 0)[0].Activity | Should -Be 'DCP worker'
        ($bars | Where-Object ParentActivityId -EQ 0).Activity | Should -Match '^Sandbox \d+$'
        $bars | Where-Object { $_.ParentActivityId -eq 0 -and $_.PercentComplete -gt 0 } | Should -Not -BeNullOrEmpty
        # No bar may stay behind.
        foreach ($bar in $bars | Group-Object ActivityId) { $bar.Group[-1].RecordType | Should -Be 'Completed' }
        $pipeline.Shell.Dispose()
    }

    It 'is known to the scheduler by the same identity after every start' {
        $file = Join-Path $site.Folder 'id.keystore'
        $before = Get-FileHash $file
        $null = Invoke-TestWorker ($common + @{ ExitWhenIdle = 1 })
        (Get-FileHash $file).Hash | Should -Be $before.Hash
        ([System.IO.File]::GetUnixFileMode($file)) | Should -Be ([System.IO.UnixFileMode]'UserRead, UserWrite')
    }

    It 'takes the account from a keystore without its passphrase' {
        $parameters = $common + @{ Keystore = Join-Path $site.Folder 'id.keystore'; ExitWhenIdle = 1 }
        $parameters.Remove('PaymentAddress')
        $events = Invoke-TestWorker $parameters
        $events[-1].State | Should -Be 'Stopped'
    }

    It 'takes the tuning that the scheduler wants' {
        # The scheduler's own words, and what it could say besides.
        $said = [System.Net.Http.HttpClient]::new().GetStringAsync("$($site.Url)etc/dcp-config.kvin?ver=2.1.0").GetAwaiter().GetResult() | ConvertFrom-Json -AsHashtable
        $said.what.ps.supervisor = @{ raw = @{ sandbox = @{ sliceTimeout = 1 } } }
        $written = $said | ConvertTo-Json -Depth 50 -Compress
        $listener = Start-ThreadJob -ArgumentList $written {
            param($Text)
            $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
            $listener.Start()
            $listener.LocalEndpoint.Port
            while ($true) {
                # Nothing stops a thread that waits in the accept itself, and whoever removes the job waits with it.
                while (-not $listener.Pending()) { Start-Sleep -Milliseconds 20 }
                $client = $listener.AcceptTcpClient()
                $stream = $client.GetStream()
                $reader = [System.IO.StreamReader]::new($stream)
                while ($reader.ReadLine()) { }
                $body = [System.Text.Encoding]::UTF8.GetBytes($Text)
                $stream.Write([System.Text.Encoding]::ASCII.GetBytes("HTTP/1.1 200 OK`r`nContent-Length: $($body.Length)`r`nConnection: close`r`n`r`n"))
                $stream.Write($body)
                $client.Dispose()
            }
        }
        $port = Wait-Until { $listener.Output | Select-Object -First 1 }
        Set-Content -LiteralPath (Join-Path $site.Folder 'dcp-site-config.js') -Value "{ scheduler: { configLocation: url('http://127.0.0.1:$port/etc/dcp-config.kvin') } }"
        $env:DCP_CONFIG_ROOT = $site.Folder
        $env:DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION = '1'
        try {
            $deployer = Start-TestJob $site 'async (x) => { progress(); for (;;) { await new Promise((done) => setTimeout(done, 20)); progress(); } }' '1..1'
            $pipeline = Start-Pipeline 'param($Common) Start-DcpWorker @Common -Sandboxes 1' @{ Common = $common }
            $returned = Wait-Until -TimeoutSec 60 { $pipeline.Output | Where-Object Event -EQ SliceReturned }
            $returned.Detail | Should -Match 'slice 1 of'
            $null = Stop-Pipeline $pipeline
        } finally {
            Stop-TestJob $deployer
            Remove-Item Env:DCP_CONFIG_ROOT, Env:DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION
            Remove-Item (Join-Path $site.Folder 'dcp-site-config.js')
            Remove-Job $listener -Force
        }
    }

    It 'pauses by itself while a rule holds, and says which' {
        $pipeline = Start-Pipeline 'param($Common) Start-DcpWorker @Common -PauseWhen "load > 1000", "hours 00:00-24:00" -PauseMode Finish' @{ Common = $common }
        $paused = Wait-Until { $pipeline.Output | Where-Object { $_.Event -eq 'WorkerStateChanged' -and $_.State -eq 'Paused' } }
        $paused.Reason | Should -Be 'hours 00:00-24:00'
        Wait-Until { Get-DcpWorker -ProcessId $PID | Where-Object { $_.PauseMode -eq 'Finish' -and $_.PauseReason -eq 'hours 00:00-24:00' } } | Should -Not -BeNullOrEmpty
        $null = Stop-Pipeline $pipeline
    }

    It 'goes on trying while the scheduler cannot be reached, and says so' {
        $away = $common.Clone(); $away.Scheduler = 'http://127.0.0.1:1/'
        $pipeline = Start-Pipeline 'param($Common) Start-DcpWorker @Common' @{ Common = $away }
        $null = Wait-Until { @($pipeline.Output | Where-Object Event -EQ WorkerWarning).Count -ge 2 }
        (Stop-Pipeline $pipeline).TotalSeconds | Should -BeLessThan 1.5
    }
}

Describe 'Ctrl-C' {
    BeforeAll {
        # A site of its own: its job has no end.
        $site = New-TestSite
        $daemon = Start-TestDaemon
        $common = @{
            PaymentAddress = $address; Scheduler = $site.Url; Evaluator = "tcp://$($daemon.Endpoint)"; ResourceDirectory = $site.Folder
        }
    }

    AfterAll {
        $null = Stop-Pipeline $daemon
        Remove-TestSite $site
    }

    It 'ends within a second of Ctrl-C, in the middle of a slice, and gives the slice back' {
        $deployer = Start-TestJob $site 'async (x) => { progress(); for (;;) { await new Promise((done) => setTimeout(done, 20)); progress(); } }' '1..1'
        $pipeline = Start-Pipeline 'param($Common) Start-DcpWorker @Common -Sandboxes 1' @{ Common = $common }
        $null = Wait-Until -TimeoutSec 60 { $pipeline.Output | Where-Object Event -EQ SliceStarted }
        (Stop-Pipeline $pipeline).TotalSeconds | Should -BeLessThan 1.5
        Wait-Until -Because 'an evaluator is still there' { -not (Get-ChildEvaluator) } | Should -BeTrue

        # Given back, it is there for the next worker at once; a slice that was not is missing until its lease ends.
        $pipeline = Start-Pipeline 'param($Common) Start-DcpWorker @Common -Sandboxes 1' @{ Common = $common }
        $null = Wait-Until -TimeoutSec 60 -Because 'the slice was not given back' { $pipeline.Output | Where-Object Event -EQ SliceStarted }
        $null = Stop-Pipeline $pipeline
        Stop-TestJob $deployer
    }
}

Describe 'Refusals' {
    BeforeAll {
        $suffix = ',DcpWorker.Cmdlets.Commands.StartDcpWorkerCommand'
        $folder = Join-Path $TestDrive 'empty'
    }

    It 'does nothing with -WhatIf' {
        Start-DcpWorker -PaymentAddress $address -ResourceDirectory $folder -WhatIf | Should -BeNullOrEmpty
        $folder | Should -Not -Exist
    }

    It '<Id> (<Category>)' -ForEach @(
        @{ Id = 'PaymentAddressInvalid'; Category = 'InvalidArgument'; Parameters = @{ PaymentAddress = '0x12' } }
        @{ Id = 'SchedulerUriInvalid'; Category = 'InvalidArgument'; Parameters = @{ PaymentAddress = '0x0123456789abcdef0123456789abcdef01234567'; Scheduler = 'ftp://here/' } }
        @{ Id = 'EvaluatorUriInvalid'; Category = 'InvalidArgument'; Parameters = @{ PaymentAddress = '0x0123456789abcdef0123456789abcdef01234567'; Evaluator = 'http://here/' } }
        @{ Id = 'PauseRuleInvalid'; Category = 'InvalidArgument'; Parameters = @{ PaymentAddress = '0x0123456789abcdef0123456789abcdef01234567'; PauseWhen = 'lod > 4' } }
        @{ Id = 'NoAccount'; Category = 'ObjectNotFound'; Parameters = @{ } }
    ) {
        $failure = { Start-DcpWorker @Parameters -ResourceDirectory $folder } | Should -Throw -PassThru -ErrorId "$Id$suffix"
        $failure.CategoryInfo.Category | Should -Be $Category
    }

    It 'takes a keystore or an address, not both' {
        { Start-DcpWorker -Keystore a -PaymentAddress b } | Should -Throw -ErrorId 'AmbiguousParameterSet*'
    }

    It 'refuses -<Name> <Value>' -ForEach @(
        @{ Name = 'Sandboxes'; Value = 0 }, @{ Name = 'Utilization'; Value = 1.5 }, @{ Name = 'MaxSlices'; Value = 0 }, @{ Name = 'ExitWhenIdle'; Value = -1 }
    ) {
        $parameters = @{ $Name = $Value }
        { Start-DcpWorker -PaymentAddress $address @parameters } | Should -Throw -ErrorId 'ParameterArgument*'
    }
}
