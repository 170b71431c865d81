BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModulePath) -Force
}

Describe 'A daemon' {
    BeforeAll {
        $daemon = Start-TestDaemon
    }

    AfterAll {
        $null = Stop-Pipeline $daemon
    }

    It 'says first where it listens' {
        $daemon.Output[0] | Should -BeOfType 'DcpWorker.Engine.InetDaemon.Events.InetDaemonStarted'
        $daemon.Endpoint.Port | Should -BeGreaterThan 0
    }

    It 'answers die with DIE' {
        Send-EvaluatorLine $daemon.Endpoint '{"type":"die"}' | Should -Match '(?m)^DIE: '
    }

    It 'writes each connection as it comes and as it goes' {
        $before = $daemon.Output.Count
        $null = Send-EvaluatorLine $daemon.Endpoint '{"type":"die"}'
        Wait-Until -Because 'no closing event' { $daemon.Output | Select-Object -Skip $before | Where-Object Event -EQ ConnectionClosed } |
            Should -Not -BeNullOrEmpty
        $opened = $daemon.Output | Select-Object -Skip $before | Where-Object Event -EQ ConnectionOpened
        $opened.ProcessId | Should -BeGreaterThan 0
        $opened.Detail | Should -BeLike "*$($opened.ProcessId)*"
    }

    It 'shows its events as a table' {
        $text = $daemon.Output | Out-String -Width 100
        $text | Should -Match 'Time +Event +Detail'
        $text | Should -Match '\d\d:\d\d:\d\d InetDaemonStarted +listening on 127\.0\.0\.1:\d+'
    }

    It 'computes for a worker' {
        Test-DcpEvaluator "tcp://$($daemon.Endpoint)" | Should -BeTrue
    }

    It 'cannot take a port that is taken, and says so' {
        $failure = { Start-DcpInetDaemon -Listen "$($daemon.Endpoint)" } | Should -Throw -PassThru -ErrorId 'CannotListen,DcpWorker.Cmdlets.Commands.StartDcpInetDaemonCommand'
        $failure.CategoryInfo.Category | Should -Be 'ResourceUnavailable'
    }
}

Describe 'The end of a daemon' {
    It 'comes within a second of Ctrl-C, with the port free and no evaluator left' {
        $daemon = Start-TestDaemon
        $client = [System.Net.Sockets.TcpClient]::new()
        $client.Connect($daemon.Endpoint)
        $opened = Wait-Until { $daemon.Output | Where-Object Event -EQ ConnectionOpened }
        (Stop-Pipeline $daemon).TotalSeconds | Should -BeLessThan 1.5
        Wait-Until -Because 'the evaluator lives' { -not (Get-Process -Id $opened.ProcessId -ErrorAction Ignore) } | Should -BeTrue
        { [System.Net.Sockets.TcpClient]::new().Connect($daemon.Endpoint) } | Should -Throw
        $client.Dispose()
    }

    It 'takes its evaluators along when its PowerShell is killed' {
        $script = New-TemporaryScript @"
Import-Module '$(Get-ModulePath)'
Start-DcpInetDaemon -Listen 127.0.0.1:0 | ForEach-Object { "`$(`$_.Event) `$(`$_.Endpoint) `$(`$_.ProcessId)" }
"@
        $log = Join-Path $TestDrive 'killed.log'
        $shell = Start-Process (Get-Process -Id $PID).Path -ArgumentList '-NoProfile', '-NonInteractive', '-File', $script -RedirectStandardOutput $log -PassThru
        $line = Wait-Until { Get-Content $log -ErrorAction Ignore | Where-Object { $_ -like 'InetDaemonStarted *' } }
        $client = [System.Net.Sockets.TcpClient]::new()
        $client.Connect([System.Net.IPEndPoint]::Parse(($line -split ' ')[1]))
        $line = Wait-Until { Get-Content $log | Where-Object { $_ -like 'ConnectionOpened *' } }
        $evaluator = [int]($line -split ' ')[-1]
        Get-Process -Id $evaluator | Should -Not -BeNullOrEmpty
        & kill -9 $shell.Id
        Wait-Until -Because 'the evaluator lives' { -not (Get-Process -Id $evaluator -ErrorAction Ignore) } | Should -BeTrue
        $client.Dispose()
    }

    It 'is an ordinary one for a job' {
        $modulePath = Get-ModulePath
        $job = Start-Job { Import-Module $using:modulePath; Start-DcpInetDaemon -Listen 127.0.0.1:0 }
        try {
            $started = Wait-Until { $job | Receive-Job -Keep -ErrorAction Ignore | Where-Object Event -EQ InetDaemonStarted }
            "$($started.Endpoint)" | Should -Match '^127\.0\.0\.1:\d+$'
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $job | Stop-Job
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
            $job.State | Should -Be 'Stopped'
        }
        finally {
            $job | Remove-Job -Force
        }
    }
}

Describe 'Limits' {
    It 'refuses a connection beyond the last, quietly, and says so in its events' {
        $daemon = Start-TestDaemon @{ MaxConnections = 1 }
        $first = [System.Net.Sockets.TcpClient]::new()
        $first.Connect($daemon.Endpoint)
        $null = Wait-Until { $daemon.Output | Where-Object Event -EQ ConnectionOpened }
        $second = [System.Net.Sockets.TcpClient]::new()
        $second.Connect($daemon.Endpoint)
        $second.GetStream().ReadByte() | Should -Be -1
        (Wait-Until { $daemon.Output | Where-Object Event -EQ ConnectionRefused }).Reason | Should -BeLike '*in use*'
        $first.Dispose(); $second.Dispose()
        $null = Stop-Pipeline $daemon
    }

    It 'gives evaluators the nice value that was asked for' {
        $daemon = Start-TestDaemon @{ Nice = 11 }
        $client = [System.Net.Sockets.TcpClient]::new()
        $client.Connect($daemon.Endpoint)
        $opened = Wait-Until { $daemon.Output | Where-Object Event -EQ ConnectionOpened }
        # proc(5): the nineteenth field of stat
        ((Get-Content "/proc/$($opened.ProcessId)/stat") -replace '^.*\) ' -split ' ')[16] | Should -Be 11
        $client.Dispose()
        $null = Stop-Pipeline $daemon
    }

    It 'never runs evaluators as root' {
        $daemon = Start-TestDaemon
        $client = [System.Net.Sockets.TcpClient]::new()
        $client.Connect($daemon.Endpoint)
        $opened = Wait-Until { $daemon.Output | Where-Object Event -EQ ConnectionOpened }
        # The process gives up its rights on the way to the program.
        $null = Wait-Until { (Get-Content "/proc/$($opened.ProcessId)/comm") -eq 'dcp-evaluator' }
        (Get-Content "/proc/$($opened.ProcessId)/status" | Where-Object { $_ -match '^Uid:' }) -split '\s+' | Select-Object -Skip 1 | Should -Not -Contain '0'
        $client.Dispose()
        $null = Stop-Pipeline $daemon
    }
}

Describe 'Refusals' {
    BeforeAll {
        $suffix = ',DcpWorker.Cmdlets.Commands.StartDcpInetDaemonCommand'
    }

    It 'does nothing with -WhatIf' {
        Start-DcpInetDaemon -Listen 127.0.0.1:0 -WhatIf | Should -BeNullOrEmpty
    }

    It '<Id> (<Category>)' -ForEach @(
        @{ Id = 'BadListenAddress'; Category = 'InvalidArgument'; Parameters = @{ Listen = 'here' } }
        @{ Id = 'NotLoopback'; Category = 'SecurityError'; Parameters = @{ Listen = '0.0.0.0:0' } }
        @{ Id = 'NetworkInvalid'; Category = 'InvalidArgument'; Parameters = @{ Listen = '127.0.0.1:0'; AllowFrom = 'everywhere' } }
        @{ Id = 'EvaluatorNotFound'; Category = 'ObjectNotFound'; Parameters = @{ Listen = '127.0.0.1:0'; EvaluatorPath = '/no/such/evaluator' } }
        @{ Id = 'UnknownUser'; Category = 'ObjectNotFound'; Parameters = @{ Listen = '127.0.0.1:0'; User = 'no-such-user' } }
        @{ Id = 'UnknownUser'; Category = 'ObjectNotFound'; Parameters = @{ Listen = '127.0.0.1:0'; LocalUser = 'no-such-user' } }
    ) {
        $failure = { Start-DcpInetDaemon @Parameters } | Should -Throw -PassThru -ErrorId "$Id$suffix"
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.Exception.Message | Should -Not -BeNullOrEmpty
    }

    It 'offers nothing without lock-down, says so as an event and as an error, unless that is allowed' {
        $evaluator = New-EvaluatorWrapper '--no-lockdown'
        $events = [System.Collections.Generic.List[object]]::new()
        $failure = { Start-DcpInetDaemon -Listen 127.0.0.1:0 -EvaluatorPath $evaluator | ForEach-Object { $events.Add($_) } } |
            Should -Throw -PassThru -ErrorId "LockDownFailed$suffix"
        $failure.CategoryInfo.Category | Should -Be 'SecurityError'
        ($events | Where-Object Event -EQ LockDownFailed).IsFatal | Should -BeTrue

        $daemon = Start-TestDaemon @{ EvaluatorPath = $evaluator; AllowNoLockDown = $true }
        (Wait-Until { $daemon.Output | Where-Object Event -EQ LockDownFailed }).IsFatal | Should -BeFalse
        $client = [System.Net.Sockets.TcpClient]::new()
        $client.Connect($daemon.Endpoint)
        $null = Wait-Until { $daemon.Output | Where-Object Event -EQ ConnectionOpened }
        $client.Dispose()
        $null = Stop-Pipeline $daemon
    }

    It 'admits only the users of this computer that are named' {
        $daemon = Start-TestDaemon @{ LocalUser = '3999999999' }
        $client = [System.Net.Sockets.TcpClient]::new()
        $client.Connect($daemon.Endpoint)
        $client.GetStream().ReadByte() | Should -Be -1
        (Wait-Until { $daemon.Output | Where-Object Event -EQ ConnectionRefused }).Reason | Should -BeLike '*not among those who may connect*'
        $client.Dispose()
        $null = Stop-Pipeline $daemon
    }

    It 'is not run by root' -Skip:((id -u) -ne 0) {
        $env:DCP_ALLOW_ROOT = ''
        try {
            { Start-DcpInetDaemon -Listen 127.0.0.1:0 } | Should -Throw -ErrorId "RunningAsRoot$suffix"
        }
        finally {
            $env:DCP_ALLOW_ROOT = '1'
        }
    }

    It 'refuses a nice value that would favour evaluators' {
        { Start-DcpInetDaemon -Nice -5 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}
