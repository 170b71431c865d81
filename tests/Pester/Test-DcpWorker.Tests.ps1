# Whether this computer is fit for a worker, with one thing after the other broken.
BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ConfigurationSite.psm1') -Force
    $path = Get-ModulePath
    Import-Module $path -Force
    $scheduler = New-TestSite
    # On a machine that is busy with other tests, evaluators that yield to everybody get nothing.
    $daemon = Start-TestDaemon @{ Nice = 0 }
    $PSDefaultParameterValues['Test-DcpWorker:TimeoutSec'] = 60
    $evaluator = "url('tcp://$($daemon.Endpoint)')"
    $site = New-ConfigurationSite "{ scheduler: { location: url('$($scheduler.Url)') }, evaluator: { listen: $evaluator, location: $evaluator } }"
    $keystore = Join-Path $site.Home 'default.keystore'
    New-DcpKeystore $keystore -AllowEmptyPassphrase -WarningAction SilentlyContinue

    function New-SilentPeer {
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $listener
    }
}

AfterAll {
    Remove-ConfigurationSite $site
    $null = Stop-Pipeline $daemon
    Remove-TestSite $scheduler
}

Describe 'On a sound host' {
    It 'it is true' {
        Test-DcpWorker -WarningAction SilentlyContinue | Should -BeExactly $true
        Test-DcpWorker -PaymentAddress 0x0123456789abcdef0123456789abcdef01234567 -WarningAction SilentlyContinue | Should -BeTrue
    }

    It 'it tells of each check' {
        $checks = Test-DcpWorker -Detailed
        $checks | Should -BeOfType DcpWorker.Engine.Diagnostics.Host.HostCheck
        $checks.Name | Select-Object -Unique | Should -Be 'Configuration', 'Keystore', 'Identity', 'Disk', 'Processor', 'Dns', 'Scheduler', 'Clock', 'Service', 'EvaluatorProgram', 'Evaluator', 'SystemService'
        $checks | Where-Object Status -EQ Failed | Should -BeNullOrEmpty
        $checks | Where-Object Name -EQ Service | Should -HaveCount 3
        $checks | Where-Object Status -EQ Passed | ForEach-Object { $_.Duration | Should -BeGreaterThan ([timespan]::Zero) }
        $checks | Where-Object Status -EQ Warning | ForEach-Object { $_.Remedy | Should -Not -BeNullOrEmpty }

        $PSStyle.OutputRendering = 'PlainText'
        $text = $checks | Out-String -Width 100
        $text | Should -Match 'Check +Status +Time Detail'
        $text | Should -Match 'Service +Passed +\d+ ms taskDistributor accepts sessions, as 0x'
    }

    It 'it has objects that are of use in another process' {
        $checks = Start-Job { Import-Module $using:path; Test-DcpWorker -Detailed } | Receive-Job -Wait -AutoRemoveJob
        "$(($checks | Where-Object Name -EQ Keystore).Status)" | Should -Be 'Passed'
        ($checks | Where-Object Name -EQ Scheduler).Duration | Should -BeOfType timespan
    }

    It 'it is stopped within a second' {
        $peer = New-SilentPeer
        try {
            $pipeline = Start-Pipeline 'param($Uri) Test-DcpWorker -Detailed -Scheduler $Uri -TimeoutSec 600' @{ Uri = "http://$($peer.LocalEndpoint)/" }
            $null = Wait-Until { $pipeline.Output.Count -gt 0 }
            (Stop-Pipeline $pipeline).TotalSeconds | Should -BeLessThan 1.5
        }
        finally {
            $peer.Stop()
        }
    }
}

Describe 'What is wrong' {
    It 'is false, and a remark for those who want to know' {
        $peer = New-SilentPeer
        try {
            $remarks = Test-DcpWorker -Scheduler "http://$($peer.LocalEndpoint)/" -TimeoutSec 8 -WarningAction SilentlyContinue -Verbose 4>&1
            $remarks[-1] | Should -BeExactly $false
            "$($remarks -join ' ')" | Should -BeLike '*Scheduler failed: No answer within 8 s.*firewall*'
        }
        finally {
            $peer.Stop()
        }
    }

    It 'is a keystore that everybody can open' {
        $exposed = Join-Path $TestDrive 'exposed.keystore'
        New-DcpKeystore $exposed -AllowEmptyPassphrase -WarningAction SilentlyContinue
        chmod 644 $exposed
        $failed = Get-Item $exposed | Test-DcpWorker -Detailed | Where-Object Status -EQ Failed
        $failed.Name | Should -Be 'Keystore'
        $failed.Code | Should -Be 'KeystoreExposed'
        $failed.Subject | Should -Be $exposed
    }

    It 'is a configuration that cannot be read' {
        $broken = Join-Path $TestDrive 'broken'
        $null = New-Item -ItemType Directory $broken
        Set-Content (Join-Path $broken 'dcp-site-config.js') '{ worker: '
        $failed = Test-DcpWorker -ConfigRoot $broken -Detailed | Where-Object Status -EQ Failed
        $failed.Name | Should -Be 'Configuration'
        $failed.Detail | Should -BeLike '*dcp-site-config.js:*'
        Test-DcpWorker -ConfigRoot $broken | Should -BeExactly $false
    }

    It 'is an inet-daemon that does not run' {
        $failed = Test-DcpWorker -Evaluator tcp://127.0.0.1:1 -Detailed | Where-Object Status -EQ Failed
        $failed.Name | Should -Be 'Evaluator'
        $failed.Remedy | Should -BeLike '*inet-daemon*'
    }
}

Describe 'Wrong use' {
    It 'of -<Name> is the error <Id>' -ForEach @(
        @{ Name = 'Scheduler'; Value = 'ftp://localhost/'; Id = 'SchedulerUriInvalid' }
        @{ Name = 'Evaluator'; Value = 'http://localhost/'; Id = 'EvaluatorUriInvalid' }
        @{ Name = 'PaymentAddress'; Value = '0x12'; Id = 'PaymentAddressInvalid' }
    ) {
        $parameters = @{ $Name = $Value }
        $failure = { Test-DcpWorker @parameters -ErrorAction Stop } | Should -Throw -PassThru -ErrorId "$Id,DcpWorker.Cmdlets.Commands.TestDcpWorkerCommand"
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
    }
}
