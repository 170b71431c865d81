BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModulePath) -Force
    $ProgressPreference = 'SilentlyContinue'
    $suffix = ',DcpWorker.Cmdlets.Commands.StartDcpSchedulerCommand'
}

AfterAll {
    Get-Job | Where-Object PSJobTypeName -Like 'Dcp*' | Remove-Job -Force
}

Describe 'A scheduler' {
    It 'says where it is reached once it is ready, and ends with Ctrl-C' {
        $data = Join-Path $TestDrive 'pipeline'
        $pipeline = Start-Pipeline 'param($Data) Start-DcpScheduler 127.0.0.1:0 -DataPath $Data' @{ Data = $data }
        $started = Wait-Until -TimeoutSec 60 -Because { "the scheduler did not start: $($pipeline.Shell.Streams.Error.ReadAll())" } { $pipeline.Output | Where-Object Event -EQ SchedulerStarted }
        $started | Should -BeOfType DcpWorker.Cmdlets.Scheduling.SchedulerStarted
        Invoke-RestMethod $started.Uri | Should -BeLike 'dcp-scheduler, identity 0x*'
        $started.DataPath | Should -Be $data
        (Get-Process -Id $started.ProcessId).Name | Should -Be 'dcp-scheduler'
        ($started | Out-String -Width 100) | Should -Match '\d\d:\d\d:\d\d SchedulerStarted +listening on http://127'
        (Stop-Pipeline $pipeline).TotalSeconds | Should -BeLessThan 1.5
        Wait-Until -Because 'it is still there' { -not (Get-Process -Id $started.ProcessId -ErrorAction Ignore) } | Should -BeTrue
    }

    It 'is a job that is written when it is ready, and keeps its state' {
        $data = Join-Path $TestDrive 'job'
        $job = Start-DcpScheduler -Listen 127.0.0.1:0 -DataPath $data -AsJob -JobName scheduler
        $job.PSJobTypeName | Should -Be 'DcpScheduler'
        $job.State | Should -Be 'Running'
        $identity = Invoke-RestMethod $job.Uri
        $job.StatusMessage | Should -BeLike "Listening on $($job.Uri)*"
        Stop-Job $job
        $job.State | Should -Be 'Stopped'
        (Receive-Job $job).Event | Should -Be 'SchedulerStarted', 'SchedulerStopped'
        { Invoke-RestMethod $job.Uri } | Should -Throw
        Remove-Job $job

        $again = Start-DcpScheduler -Listen 127.0.0.1:0 -DataPath $data -AsJob
        Invoke-RestMethod $again.Uri | Should -Be $identity
        Remove-Job $again -Force
    }

    It 'tells clients the address that it was given' {
        $job = Start-DcpScheduler -Listen 127.0.0.1:0 -DataPath (Join-Path $TestDrive 'public') -PublicUri http://scheduler.example/ -Lease 60 -AsJob
        # It is reached where it says; what it tells is enough here.
        $job.Uri | Should -Be 'http://scheduler.example/'
        Remove-Job $job -Force
    }

    It 'ends with its session' {
        $text = "Import-Module '$(Get-ModulePath)'; (Start-DcpScheduler -Listen 127.0.0.1:0 -DataPath '$(Join-Path $TestDrive 'session')' -AsJob).Output[0].ProcessId"
        $process = Invoke-FreshPwsh -Script $text
        $process | Should -Match '^\d+$'
        Wait-Until -Because 'it is still there' { -not (Get-Process -Id $process -ErrorAction Ignore) } | Should -BeTrue
    }

    It 'dies with a process that is killed' {
        $file = Join-Path $TestDrive 'killed.txt'
        $text = New-TemporaryScript "Import-Module '$(Get-ModulePath)'; (Start-DcpScheduler -Listen 127.0.0.1:0 -DataPath '$(Join-Path $TestDrive 'killed')' -AsJob).Output[0].ProcessId | Set-Content '$file.new'; Rename-Item '$file.new' killed.txt; Start-Sleep 120"
        $shell = Start-Process (Get-Process -Id $PID).Path -ArgumentList '-NoProfile', '-NonInteractive', '-File', $text -PassThru
        $null = Wait-Until -TimeoutSec 60 { Test-Path $file }
        $process = Get-Content $file
        $shell.Kill()
        Wait-Until -Because 'it is still there' { -not (Get-Process -Id $process -ErrorAction Ignore) } | Should -BeTrue
    }

    It 'fails when it is killed itself' {
        $job = Start-DcpScheduler -Listen 127.0.0.1:0 -DataPath (Join-Path $TestDrive 'victim') -AsJob
        Stop-Process -Id $job.Output[0].ProcessId -Force
        (Wait-Job $job -Timeout 20).State | Should -Be 'Failed'
        $job.JobStateInfo.Reason.ErrorRecord.FullyQualifiedErrorId | Should -Be 'ProgramEnded'
        Remove-Job $job
    }
}

Describe 'Refusals of a scheduler' {
    It 'does nothing with -WhatIf' {
        Start-DcpScheduler -DataPath (Join-Path $TestDrive 'nothing') -AsJob -WhatIf | Should -BeNullOrEmpty
        Join-Path $TestDrive 'nothing' | Should -Not -Exist
    }

    It 'says why it does not start' {
        $failure = { Start-DcpScheduler -Listen nonsense -DataPath (Join-Path $TestDrive 'x') } | Should -Throw -PassThru -ErrorId "ProgramEnded$suffix"
        $failure.CategoryInfo.Category | Should -Be 'ResourceUnavailable'
        "$failure" | Should -BeLike '*nonsense*'
        $job = Start-DcpScheduler -Listen nonsense -DataPath (Join-Path $TestDrive 'x') -AsJob
        $job.State | Should -Be 'Failed'
        $job.JobStateInfo.Reason.Message | Should -BeLike '*nonsense*'
        Remove-Job $job
    }

    It 'is not run by root' -Skip:((id -u) -ne 0) {
        $env:DCP_ALLOW_ROOT = ''
        try {
            { Start-DcpScheduler -Listen 127.0.0.1:0 -DataPath (Join-Path $TestDrive 'root') } | Should -Throw -ErrorId "RunningAsRoot$suffix"
            Join-Path $TestDrive 'root' | Should -Not -Exist
        }
        finally {
            $env:DCP_ALLOW_ROOT = '1'
        }
    }

    It 'needs its program' {
        { Start-DcpScheduler -SchedulerPath ./nowhere } | Should -Throw -ErrorId "SchedulerNotFound$suffix"
    }
}
