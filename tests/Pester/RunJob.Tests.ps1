BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModulePath) -Force
    $ProgressPreference = 'SilentlyContinue'
    $address = '0x0123456789abcdef0123456789abcdef01234567'
    $endless = 'async (x) => { progress(); for (;;) { await new Promise((done) => setTimeout(done, 20)); progress(); } }'
}

AfterAll {
    Get-Job | Where-Object PSJobTypeName -Like 'Dcp*' | Remove-Job -Force
}

Describe 'A worker as a job' {
    BeforeAll {
        $site = New-TestSite
        $daemon = Start-DcpInetDaemon -Listen 127.0.0.1:0 -AsJob
        $common = @{
            PaymentAddress = $address; Scheduler = $site.Url; Evaluator = $daemon.Uri; ResourceDirectory = $site.Folder; AsJob = $true
        }
    }

    AfterAll {
        Remove-Job $daemon -Force
        Remove-TestSite $site
    }

    It 'writes the job, which Get-Job shows under its name and kind' {
        $job = Start-DcpWorker @common -ExitWhenIdle 1 -JobName spare
        $job | Should -BeOfType DcpWorker.Cmdlets.Jobs.RunJob
        $job.State | Should -Be 'Running'
        $job.Name | Should -Be 'spare'
        (Get-Job -Name spare).InstanceId | Should -Be $job.InstanceId
        (Get-Job -Id $job.Id).PSJobTypeName | Should -Be 'DcpWorker'
        (Get-Job -State Running).Id | Should -Contain $job.Id
        (Get-Job -Command '*Start-DcpWorker*').Id | Should -Contain $job.Id
        ($job | Out-String) | Should -Match 'spare +DcpWorker +Running'
        Remove-Job $job -Force
        Get-Job -Name spare -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'computes, and Receive-Job gives the same events as the pipeline' {
        $deployer = Start-TestJob $site 'async (x) => { progress(0.5); console.log("datum", x); return x * x; }' '1..3'
        $job = Start-DcpWorker @common -Sandboxes 1 -MaxSlices 3 -ExitWhenIdle 60
        $done = $job | Wait-Job -Timeout 90
        Wait-TestJob $deployer | Should -Be '1', '4', '9'

        $done.State | Should -Be 'Completed'
        $done.StatusMessage | Should -BeLike 'Stopped: *3 done, 0 failed*'
        $kept = Receive-Job $job -Keep
        $kept[0].Detail | Should -Be 'Starting'
        $kept[-1].State | Should -Be 'Stopped'
        ($kept | Where-Object Event -EQ SliceCompleted).SliceNumber | Sort-Object | Should -Be 1, 2, 3
        ($kept | Where-Object Event -EQ SliceConsole).Detail | Should -Contain 'slice 2 console.log: datum 2'
        $kept | Where-Object { $_ -is [DcpWorker.Engine.Supervision.Events.PaymentReceived] } | Should -HaveCount 3

        $received = Receive-Job $job
        $received.Count | Should -Be $kept.Count
        Receive-Job $job | Should -BeNullOrEmpty
        $job.HasMoreData | Should -BeFalse
        Remove-Job $job
    }

    It 'has its progress, remarks and warnings in the streams of the job' {
        $job = Start-DcpWorker @common -ExitWhenIdle 0.5
        $null = Wait-Job $job -Timeout 60
        $job.Progress.Activity | Should -Contain 'DCP worker'
        $job.Progress[-1].RecordType | Should -Be 'Completed'
        $job.Verbose.Message -join "`n" | Should -Match 'The worker is Working'
        (Receive-Job $job -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message -join "`n" | Should -Match 'The worker is Working'
        Remove-Job $job
    }

    It 'is known to Get-DcpWorker as one that a job started, and ends as Completed when Stop-DcpWorker ends it' {
        $job = Start-DcpWorker @common
        $worker = Wait-Until { Get-DcpWorker -ProcessId $PID -ErrorAction Ignore | Where-Object State -EQ Working }
        $worker.StartedBy | Should -Be 'Job'
        $worker | Stop-DcpWorker
        (Wait-Job $job -Timeout 20).State | Should -Be 'Completed'
        Remove-Job $job
    }

    It 'stops within a second when it is idle' {
        $job = Start-DcpWorker @common
        $null = Wait-Until { $job.Output | Where-Object Event -EQ SandboxReady }
        (Measure-Command { Stop-Job $job }).TotalSeconds | Should -BeLessThan 1
        $job.State | Should -Be 'Stopped'
        (Receive-Job $job)[-1].State | Should -Be 'Stopped'
        Remove-Job $job
    }

    It 'finishes the slice in the sandbox when it is stopped, and drops what it has when it is stopped again' {
        $deployer = Start-TestJob $site 'async (x) => { progress(); for (let i = 0; i < 30; i++) { await new Promise((done) => setTimeout(done, 50)); progress(i / 30); } return x; }' '7..7'
        $job = Start-DcpWorker @common -Sandboxes 1
        $null = Wait-Until -TimeoutSec 60 { $job.Output | Where-Object Event -EQ SliceStarted }
        Stop-Job $job
        $job.State | Should -Be 'Stopped'
        Wait-TestJob $deployer | Should -Be '7'
        (Receive-Job $job).Event | Should -Contain 'ResultSubmitted'
        Remove-Job $job

        $deployer = Start-TestJob $site $endless '1..1'
        $job = Start-DcpWorker @common -Sandboxes 1
        $null = Wait-Until -TimeoutSec 60 { $job.Output | Where-Object Event -EQ SliceStarted }
        $job.StopJobAsync()
        $null = Wait-Until { (Get-DcpWorker -ProcessId $PID).State -eq 'Stopping' }
        $job.State | Should -Be 'Stopping'
        (Measure-Command { Stop-Job $job }).TotalSeconds | Should -BeLessThan 2
        $job.State | Should -Be 'Stopped'
        (Receive-Job $job).Event | Should -Contain 'SliceReturned'
        Remove-Job $job
        Stop-TestJob $deployer
    }

    It 'gives back what is not finished within the time that it was given to stop' {
        $deployer = Start-TestJob $site $endless '1..1'
        $job = Start-DcpWorker @common -Sandboxes 1 -StopWithin 0.5
        $null = Wait-Until -TimeoutSec 60 { $job.Output | Where-Object Event -EQ SliceStarted }
        $seconds = (Measure-Command { Remove-Job $job -Force }).TotalSeconds
        $seconds | Should -BeGreaterThan 0.4
        $seconds | Should -BeLessThan 5
        $job.State | Should -Be 'Stopped'
        Stop-TestJob $deployer
    }

    It 'is given as long to stop as one likes, and no time that there is not' -ForEach ([timespan]::FromDays(60)), ([timespan]::MaxValue) {
        $job = Start-DcpWorker @common -StopWithin $_
        Stop-Job $job -ErrorAction Stop
        $job.State | Should -Be 'Stopped'
        Remove-Job $job -ErrorAction Stop
        { Start-DcpWorker @common -StopWithin ([timespan]::FromSeconds(-1)) } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
        { Start-DcpWorker @common -ExitWhenIdle '-00:00:01' } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
    }

    It 'may be idle for as long as one likes' {
        $job = Start-DcpWorker @common -ExitWhenIdle ([timespan]::FromDays(60))
        $null = Wait-Until -TimeoutSec 60 { $job.Output | Where-Object Event -EQ SandboxReady }
        $job.State | Should -Be 'Running'
        Stop-Job $job -ErrorAction Stop
        $job.State | Should -Be 'Stopped'
        Remove-Job $job
    }

    It 'ends with its session and gives back what it computes' {
        $deployer = Start-TestJob $site $endless '1..1'
        $text = "Import-Module '$(Get-ModulePath)'; `$env:DCP_CONTROL_DIR = '$(Join-Path $TestDrive 'control')'" +
            "; `$job = Start-DcpWorker -PaymentAddress $address -Scheduler $($site.Url) -Evaluator $($daemon.Uri) -ResourceDirectory '$($site.Folder)' -Sandboxes 1 -AsJob" +
            '; while (-not ($job.Output | Where-Object Event -EQ SliceStarted)) { Start-Sleep -Milliseconds 50 }; "computing"'
        Invoke-FreshPwsh -Script $text | Should -Be 'computing'

        # Given back, it is there for the next worker at once; a slice that was not is missing until its lease ends.
        $job = Start-DcpWorker @common -Sandboxes 1
        $null = Wait-Until -TimeoutSec 60 -Because 'the slice was not given back' { $job.Output | Where-Object Event -EQ SliceStarted }
        $job.StopJob($true, 'the test is over')
        Remove-Job $job
        Stop-TestJob $deployer
        Wait-Until -Because 'an evaluator is still there' { -not (Get-ChildEvaluator) } | Should -BeTrue
    }

    It 'ends with a runspace that is closed' {
        $pipeline = Start-Pipeline 'param($Common) Start-DcpWorker @Common' @{ Common = $common }
        $job = (Receive-Pipeline $pipeline)[0].PSObject.BaseObject
        $job.State | Should -Be 'Running'
        $pipeline.Shell.Runspace.Close()
        $job.State | Should -Be 'Stopped'
        $pipeline.Shell.Dispose()
    }

    It 'does nothing with -WhatIf' {
        Start-DcpWorker @common -WhatIf | Should -BeNullOrEmpty
        Get-Job | Where-Object PSJobTypeName -EQ DcpWorker | Should -BeNullOrEmpty
    }
}

Describe 'A job that fails' {
    It 'is Failed with the reason, whose id is that of the pipeline''s error' {
        $job = Start-DcpWorker -PaymentAddress 0x12 -AsJob
        $null = Wait-Job $job -Timeout 30
        $job.State | Should -Be 'Failed'
        $job.JobStateInfo.Reason.Message | Should -BeLike "'0x12' is not the address*"
        $job.JobStateInfo.Reason.ErrorRecord.FullyQualifiedErrorId | Should -Be 'PaymentAddressInvalid'
        Receive-Job $job -ErrorAction SilentlyContinue -ErrorVariable failures | Should -BeNullOrEmpty
        $failures.Exception.Message | Should -BeLike "'0x12' is not the address*"
        Remove-Job $job
    }

    It 'is removed by Receive-Job -Wait -AutoRemoveJob' {
        Start-DcpWorker -PaymentAddress 0x12 -AsJob -JobName short | Receive-Job -Wait -AutoRemoveJob -ErrorAction SilentlyContinue
        Get-Job -Name short -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'takes -JobName together with -AsJob only' {
        { Start-DcpWorker -PaymentAddress $address -JobName spare } | Should -Throw -ErrorId 'JobNameWithoutJob,DcpWorker.Cmdlets.Commands.StartDcpWorkerCommand'
    }
}

Describe 'An inet-daemon as a job' {
    It 'listens when the job is written, and its evaluators end with it' {
        $job = Start-DcpInetDaemon -Listen 127.0.0.1:0 -AsJob
        $job.PSJobTypeName | Should -Be 'DcpInetDaemon'
        Test-DcpEvaluator -Uri $job.Uri | Should -BeTrue
        $job.StatusMessage | Should -BeLike "Listening on 127.0.0.1:$($job.Uri.Port)*"
        $client = [System.Net.Sockets.TcpClient]::new('127.0.0.1', $job.Uri.Port)
        $null = Wait-Until { Get-ChildEvaluator }
        (Measure-Command { Stop-Job $job }).TotalSeconds | Should -BeLessThan 1
        $job.State | Should -Be 'Stopped'
        Wait-Until { -not (Get-ChildEvaluator) } | Should -BeTrue
        (Receive-Job $job).Event | Select-Object -First 1 -Last 1 | Should -Be 'InetDaemonStarted', 'InetDaemonStopped'
        $client.Dispose()
        Remove-Job $job
    }

    It 'is Failed when it cannot listen' {
        $taken = Start-DcpInetDaemon -Listen 127.0.0.1:0 -AsJob
        $job = Start-DcpInetDaemon -Listen "127.0.0.1:$($taken.Uri.Port)" -AsJob
        $job.State | Should -Be 'Failed'
        $job.JobStateInfo.Reason.ErrorRecord.FullyQualifiedErrorId | Should -Be 'CannotListen'
        $job, $taken | Remove-Job -Force
    }

    It 'does nothing with -WhatIf' {
        Start-DcpInetDaemon -Listen 127.0.0.1:0 -AsJob -WhatIf | Should -BeNullOrEmpty
    }
}

Describe 'A job of this module' {
    It 'keeps the newest of its events, says so, and loses no more than the oldest' {
        $types = [DcpWorker.Cmdlets.Jobs.RunJob].Assembly
        $entries = [System.Management.Automation.PSDataCollection[int]]::new()
        $stream = $types.GetType('DcpWorker.Cmdlets.Jobs.JobStream`1').MakeGenericType([int]).GetConstructors()[0].Invoke(@($entries, [object]3))
        (1..5 | ForEach-Object { $stream.Add($_) }) | Should -Be $false, $false, $false, $true, $true
        $entries | Should -Be 3, 4, 5
        $entries.Complete()
        $stream.Add(6) | Should -BeFalse
        $entries | Should -Be 3, 4, 5
    }
}
