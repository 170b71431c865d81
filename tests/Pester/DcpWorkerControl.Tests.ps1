# The workers that run on this computer, seen and steered by Get-, Stop-, Suspend-, Resume- and Wait-DcpWorker.
BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModulePath) -Force
    $env:DCP_CONTROL_DIR = Join-Path $TestDrive 'c'
    $site = New-TestSite
    $daemon = Start-TestDaemon
    $common = @{
        PaymentAddress = '0x0123456789abcdef0123456789abcdef01234567'; Scheduler = $site.Url; Evaluator = "tcp://$($daemon.Endpoint)"; ResourceDirectory = $site.Folder
    }
    $endless = 'async (x) => { for (;;) { progress(0.5); await new Promise((done) => setTimeout(done, 50)); } }'

    function Get-StoppedEvaluatorCount {
        @(Get-ChildEvaluator | ForEach-Object { (Get-Content "/proc/$($_.Id)/stat") -replace '.*\) (.).*', '$1' } | Where-Object { $_ -eq 'T' }).Count
    }

    function Start-TestWorker {
        param([hashtable] $Parameters = @{})

        $pipeline = Start-Pipeline 'param($Parameters) Start-DcpWorker @Parameters' @{ Parameters = $common + $Parameters }
        $null = Wait-Until -TimeoutSec 60 -Because { "the worker did not start: $($pipeline.Shell.Streams.Error.ReadAll())" } { $pipeline.Output | Where-Object State -EQ Working }
        $pipeline
    }
}

AfterAll {
    $null = Stop-Pipeline $daemon
    Remove-TestSite $site
    Remove-Item Env:DCP_CONTROL_DIR
}

Describe 'Where no worker runs' {
    It 'Get-DcpWorker writes nothing' {
        Get-DcpWorker | Should -BeNullOrEmpty
        Get-DcpWorker | Stop-DcpWorker | Should -BeNullOrEmpty
    }

    It '<_> has nobody to do it to' -ForEach 'Stop-DcpWorker', 'Suspend-DcpWorker', 'Resume-DcpWorker', 'Wait-DcpWorker' {
        $failure = { & $_ -ErrorAction Stop } | Should -Throw -PassThru -ErrorId "WorkerNotFound,DcpWorker.Cmdlets.Commands.$($_ -replace '-')Command"
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }
}

Describe 'A running worker' {
    BeforeAll {
        $deployer = Start-TestJob $site $endless '1..3'
        $pipeline = Start-TestWorker @{ Sandboxes = 2 }
        $null = Wait-Until -TimeoutSec 60 { @((Get-DcpWorker).Sandboxes | Where-Object Percent).Count -eq 2 }
    }

    AfterAll {
        Stop-TestJob $deployer
        $null = Stop-Pipeline $pipeline
    }

    It 'tells what it does' {
        $worker = Get-DcpWorker
        $worker | Should -HaveCount 1
        $worker | Should -BeOfType DcpWorker.Engine.Control.RunningWorker
        $worker.Id | Should -Match '^[0-9A-Za-z]{22}$'
        $worker.ProcessId | Should -Be $PID
        $worker.User | Should -Be ([Environment]::UserName)
        $worker.State | Should -Be 'Working'
        $worker.StartedBy | Should -Be 'PowerShell'
        $worker.SlicesWorking | Should -Be 2
        $worker.Capacity | Should -Be 2
        $worker.PaymentAddress | Should -Be $common.PaymentAddress
        $worker.Scheduler | Should -Be ([uri]$site.Url).AbsoluteUri
        $worker.EvaluatorMemory | Should -BeGreaterThan 1MB
        $worker.Uptime | Should -BeGreaterThan ([timespan]::Zero)
        $worker.Sandboxes[0] | Should -BeOfType DcpWorker.Engine.Control.RunningSandbox
        "$($worker.Sandboxes[0])" | Should -Match '^slice \d of .* 50 %, \d+ s$'
    }

    It 'reads at a glance' {
        $PSStyle.OutputRendering = 'PlainText'
        $lines = (Get-DcpWorker | Out-String -Width 100).Split("`n") | Where-Object { $_.Trim() }
        $lines | Should -HaveCount 3
        $lines[0] | Should -Match '^Id +Process +User +State +Uptime +Busy +Done +Failed +Earned DCC +CPU +Memory$'
        $lines[2] | Should -Match '^[0-9A-Za-z]{8} +\d+ \S+ +Working +0:\d\d:\d\d +2/2 +0 +0 +0\.000 +\d+ % +\d+ MiB$'
        $list = Get-DcpWorker | Format-List | Out-String -Width 100
        $list | Should -Match 'Slices +: 2 of 2 at work'
        $list | Should -Match 'slice \d of .* 50 %'
        $list | Should -Match "PaymentAddress +: $($common.PaymentAddress)"
        (Get-DcpWorker).Sandboxes | Out-String -Width 100 | Should -Match 'Working +\d +50 % +\d+\.\d s'
    }

    It 'is found by its id, the beginning of it, its process, and over the pipeline' {
        $worker = Get-DcpWorker
        (Get-DcpWorker $worker.Id).Id | Should -Be $worker.Id
        (Get-DcpWorker -Id $worker.Id.Substring(0, 5)).Id | Should -Be $worker.Id
        (Get-DcpWorker -ProcessId $PID).Id | Should -Be $worker.Id
        ($worker.Id | Get-DcpWorker).Id | Should -Be $worker.Id
        ($worker | Get-DcpWorker).Id | Should -Be $worker.Id
        ([pscustomobject]@{ Id = $worker.Id } | Get-DcpWorker).Id | Should -Be $worker.Id
        ([pscustomobject]@{ Id = $worker.Id; ProcessId = 1 } | Get-DcpWorker -ErrorAction SilentlyContinue -ErrorVariable failed) | Should -BeNullOrEmpty
        $failed.FullyQualifiedErrorId | Should -BeLike 'WorkerNotFound,*'
        (TabExpansion2 "Get-DcpWorker -Id $($worker.Id.Substring(0, 3))").CompletionMatches.CompletionText | Should -Contain $worker.Id
    }

    It 'has its job completed where another worker is to take the same' {
        $job = (Get-DcpWorker).Sandboxes[0].JobId
        $job | Should -Not -BeNullOrEmpty
        (TabExpansion2 "Start-DcpWorker -JobId $($job.Substring(0, 4))").CompletionMatches.CompletionText | Should -Be $job
        (TabExpansion2 'Start-DcpWorker -JobId no-such-job').CompletionMatches.CompletionText | Should -Not -Contain $job
    }

    It 'goes on telling with -Watch, and Select-Object ends it' {
        Get-DcpWorker -Watch -Interval 0.1 | Select-Object -First 3 -ExpandProperty ProcessId | Should -Be $PID, $PID, $PID
        { Get-DcpWorker -Watch -Interval 0.01 } | Should -Throw -ErrorId 'IntervalInvalid*'
    }

    It 'is drawn as a live table at a console' {
        $script = New-TemporaryScript "Import-Module '$(Get-ModulePath)'; Get-DcpWorker -Watch -Interval 0.2"
        $screen = "$script.screen"
        $console = Start-Process script -ArgumentList '--quiet', '--flush', '--command', "`"exec '$((Get-Process -Id $PID).Path)' -NoProfile -File '$script'`"", $screen -PassThru -RedirectStandardOutput "$script.out"
        try {
            # Two of them: it has been drawn over.
            $text = Wait-Until -TimeoutSec 60 -Because { "this came: $(Get-Content -Raw $screen)" } { $now = Get-Content -Raw $screen -ErrorAction Ignore; if (([regex]::Matches("$now", "`e\[H`e\[J")).Count -ge 2) { $now } }
        } finally {
            $console.Kill($true)
        }

        $text | Should -Match (Get-DcpWorker).Id.Substring(0, 8)
        $text | Should -Match 'every 0[.,]2 s; Ctrl-C ends it'
    }

    It 'is seen and steered over remoting, and what comes back is still useful' {
        $session = New-LoopbackSession
        try {
            Invoke-Command $session { param($Module, $Folder) $env:DCP_CONTROL_DIR = $Folder; Import-Module $Module } -ArgumentList (Get-ModulePath), $env:DCP_CONTROL_DIR
            $remote = Invoke-Command $session { Get-DcpWorker }
            $remote.PSTypeNames | Should -Contain 'Deserialized.DcpWorker.Engine.Control.RunningWorker'
            $remote.SlicesWorking | Should -Be 2
            "$($remote.State)" | Should -Be 'Working'
            $PSStyle.OutputRendering = 'PlainText'
            $remote | Out-String -Width 120 | Should -Match 'Working +0:\d\d:\d\d +2/2'
            $remote | Format-List | Out-String -Width 120 | Should -Match 'slice \d of .* 50 %'
            ($remote | Get-DcpWorker).Id | Should -Be $remote.Id
        } finally {
            Remove-PSSession $session
        }
    }

    It 'does nothing with -WhatIf' {
        Stop-DcpWorker -WhatIf
        Suspend-DcpWorker -WhatIf
        Resume-DcpWorker -WhatIf
        (Get-DcpWorker).State | Should -Be 'Working'
    }

    It 'is suspended with its evaluators, and resumed' {
        $paused = Suspend-DcpWorker -Mode Suspend -Reason 'a measurement' -PassThru
        $paused.State | Should -Be 'Paused'
        $paused.PauseMode | Should -Be 'Suspend'
        (Get-DcpWorker | Format-List | Out-String) | Should -Match 'Paused \(Suspend\): a measurement'
        $null = Wait-Until { (Get-StoppedEvaluatorCount) -eq 2 }
        (Get-DcpWorker).SlicesWorking | Should -Be 2
        $pipeline.Output | Where-Object Event -EQ WorkerStateChanged | ForEach-Object Detail | Should -Contain 'Paused: a measurement'
        (Resume-DcpWorker -PassThru).State | Should -Be 'Working'
        $null = Wait-Until { (Get-StoppedEvaluatorCount) -eq 0 }
        Resume-DcpWorker | Should -BeNullOrEmpty
    }

    It 'is waited for until it is in a state' {
        (Wait-DcpWorker -State Working -Timeout 30).State | Should -Be 'Working'
        $failure = { Wait-DcpWorker -State Paused -Timeout 0.3 -ErrorAction Stop } | Should -Throw -PassThru -ErrorId 'ControlTimeout,*'
        $failure.CategoryInfo.Category | Should -Be 'OperationTimeout'
        $failure.TargetObject.Id | Should -Be (Get-DcpWorker).Id
    }

    It 'is waited for as long as one likes, and for no time that there is not' {
        (Wait-DcpWorker -State Working -Timeout ([timespan]::FromDays(60))).State | Should -Be 'Working'
        (Wait-DcpWorker -State Working -Timeout ([timespan]::MaxValue)).State | Should -Be 'Working'
        { Wait-DcpWorker -State Working -Timeout ([timespan]::FromSeconds(-5)) } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
    }

    It 'has to be named when there is another one' {
        $folder = Join-Path $TestDrive 'second'
        $null = New-Item -ItemType Directory $folder
        Copy-Item (Join-Path $site.Folder 'id.keystore') $folder
        $second = Start-Pipeline 'param($Parameters) Start-DcpWorker @Parameters' @{ Parameters = @{ PaymentAddress = $common.PaymentAddress; Scheduler = 'http://127.0.0.1:1/'; ResourceDirectory = $folder } }
        try {
            $null = Wait-Until { @(Get-DcpWorker).Count -eq 2 }
            $failure = { Stop-DcpWorker -Now -ErrorAction Stop } | Should -Throw -PassThru -ErrorId 'WorkerAmbiguous,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $stopped = Get-DcpWorker | Where-Object State -EQ Starting | Stop-DcpWorker -Now -PassThru | Wait-DcpWorker -Timeout 30
            "$($stopped.State)" | Should -Be 'Stopped'
            $null = Wait-Until { @(Get-DcpWorker).Count -eq 1 }
        } finally {
            $null = Stop-Pipeline $second
        }
    }

    It '<_> reports a worker that is not there, and does the others all the same' -ForEach 'Get-DcpWorker', 'Resume-DcpWorker', 'Wait-DcpWorker' {
        $name = $_
        $more = switch ($name) { 'Resume-DcpWorker' { @{ PassThru = $true } } 'Wait-DcpWorker' { @{ State = 'Working' } } default { @{} } }
        $found = & $name -Id 'nobody', (Get-DcpWorker).Id @more -ErrorAction SilentlyContinue -ErrorVariable failed
        $found | Should -HaveCount 1
        $failed | Should -HaveCount 1
        $failed.FullyQualifiedErrorId | Should -BeLike 'WorkerNotFound,*'
        $failed.TargetObject | Should -Be 'nobody'
    }
}

Describe 'Two workers of one process' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'shared'
        $null = New-Item -ItemType Directory $folder
        Copy-Item (Join-Path $site.Folder 'id.keystore') $folder
        $parameters = @{ PaymentAddress = $common.PaymentAddress; Scheduler = 'http://127.0.0.1:1/'; ResourceDirectory = $folder }
        # One after the other: the first of a folder makes what the next ones share.
        $pair = foreach ($count in 1, 2) {
            Start-Pipeline 'param($Parameters) Start-DcpWorker @Parameters' @{ Parameters = $parameters }
            $null = Wait-Until -TimeoutSec 60 { @(Get-DcpWorker).Count -eq $count }
        }

        $first, $second = Get-DcpWorker
    }

    AfterAll { $pair | ForEach-Object { $null = Stop-Pipeline $_ } }

    It 'are told apart by their numbers, given or over the pipeline' {
        $second.ProcessId | Should -Be $first.ProcessId
        # The scheduler would take the slices of one back when the other starts.
        $second.Id | Should -Not -Be $first.Id
        ($second | Get-DcpWorker).Number | Should -Be $second.Number
        ($first, $second | Get-DcpWorker).Number | Should -Be $first.Number, $second.Number
        $came = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($second))
        ($came | Get-DcpWorker).Number | Should -Be $second.Number
        (Get-DcpWorker -ProcessId $PID -Number $second.Number).Number | Should -Be $second.Number
        (Get-DcpWorker -ProcessId $PID -Number $first.Number, $second.Number).Number | Should -Be $first.Number, $second.Number
        (Get-DcpWorker $first.Id -Number $first.Number, $second.Number).Number | Should -Be $first.Number
        (Get-DcpWorker -Number $second.Number).Number | Should -Be $second.Number
    }

    It 'are not found by another number' {
        $failure = { $first | Select-Object Id, ProcessId, @{ Name = 'Number'; Expression = { 99999 } } | Stop-DcpWorker -ErrorAction Stop } |
            Should -Throw -PassThru -ErrorId 'WorkerNotFound,*'
        "$failure" | Should -Match "process $PID, number $($second.Number)\)"
        { Stop-DcpWorker -Number 99999 -ErrorAction Stop } | Should -Throw -ErrorId 'WorkerNotFound,*'
        Get-DcpWorker -Number 99999 | Should -BeNullOrEmpty
        { Stop-DcpWorker -ErrorAction Stop } | Should -Throw -ErrorId 'WorkerAmbiguous,*'
        Get-DcpWorker | Should -HaveCount 2
    }

    It 'are told apart in questions' {
        $lines = Invoke-FreshPwsh "`$env:DCP_CONTROL_DIR = '$env:DCP_CONTROL_DIR'; Import-Module '$(Get-ModulePath)'; Get-DcpWorker | Select-Object -First 1 | Suspend-DcpWorker -WhatIf"
        $lines | Should -HaveCount 1
        $lines | Should -BeLike "*DCP worker $($first.Id) (process $PID, number $($first.Number))*"
    }

    It 'end one by one' {
        $stopped = $first | Stop-DcpWorker -Now -PassThru
        $stopped | Should -HaveCount 1
        $stopped.Number | Should -Be $first.Number
        "$(($stopped | Wait-DcpWorker -Timeout 60).State)" | Should -Be 'Stopped'
        $left = Wait-Until { Get-DcpWorker | Where-Object Number -NE $first.Number }
        $left.Number | Should -Be $second.Number
        "$($left.State)" | Should -Be "$($second.State)"
    }
}

Describe 'The end of a worker' {
    BeforeAll {
        # A scheduler of its own: the other one's job has no end.
        $other = New-TestSite
        $common = $common.Clone()
        $common.Scheduler = $other.Url
        $common.ResourceDirectory = $other.Folder
    }

    AfterAll { Remove-TestSite $other }

    It 'comes after the slices in its sandboxes when it is asked to stop' {
        $pipeline = Start-TestWorker @{ Sandboxes = 1 }
        $deployer = Start-TestJob $other 'async (x) => { for (let i = 0; i < 20; i++) { progress(i / 20); await new Promise((done) => setTimeout(done, 50)); } return x + 1; }' '1..1'
        $null = Wait-Until -TimeoutSec 60 { $pipeline.Output | Where-Object Event -EQ SliceStarted }
        $stopped = Stop-DcpWorker -PassThru | Wait-DcpWorker -Timeout 60
        "$($stopped.State)" | Should -Be 'Stopped'
        $stopped.SlicesDone | Should -Be 1
        (Receive-Pipeline $pipeline)[-1].State | Should -Be 'Stopped'
        Wait-TestJob $deployer | Should -Be '2'
        Get-DcpWorker | Should -BeNullOrEmpty
    }

    It 'comes at once with -Now, and the slice goes back' {
        $pipeline = Start-TestWorker @{ Sandboxes = 1 }
        $deployer = Start-TestJob $other $endless '1..1'
        $null = Wait-Until -TimeoutSec 60 { $pipeline.Output | Where-Object Event -EQ SliceStarted }
        Get-DcpWorker | Stop-DcpWorker
        Wait-DcpWorker -State Stopping -Timeout 30 | Should -HaveCount 1
        Get-DcpWorker | Stop-DcpWorker -Now
        $events = Receive-Pipeline $pipeline
        $events | Where-Object Event -EQ SliceReturned | Should -HaveCount 1
        Stop-TestJob $deployer
    }

    It 'by Ctrl-C leaves time for a slice that is about to be finished' {
        $third = New-TestSite
        try {
            $common.Scheduler = $third.Url
            $common.ResourceDirectory = $third.Folder
            $pipeline = Start-TestWorker @{ Sandboxes = 1 }
            $deployer = Start-TestJob $third 'async (x) => { progress(); await new Promise((done) => setTimeout(done, 120)); return x + 1; }' '1..1'
            $null = Wait-Until -TimeoutSec 60 { $pipeline.Output | Where-Object Event -EQ SliceStarted }
            (Stop-Pipeline $pipeline).TotalSeconds | Should -BeLessThan 1.5
            Wait-TestJob $deployer | Should -Be '2'
        } finally {
            Remove-TestSite $third
        }
    }
}
