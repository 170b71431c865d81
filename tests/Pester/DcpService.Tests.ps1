# Services are registered in the folder of a system that does not run, by the real systemctl; nothing of this machine is written.
# Under a real systemd the same engine is tried in tests/Systemd.
BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModulePath) -Force

    function Get-ErrorSuffix {
        param([string] $Verb)
        ",DcpWorker.Cmdlets.Commands.${Verb}DcpServiceCommand"
    }

    # Why this machine is not asked for services; nothing when it is.
    function Get-NoTestReason {
        if (Test-Path /run/systemd/system) {
            'systemd runs on this machine, and its services are not for tests.'
        }
        elseif (Test-Path /etc/systemd/system/dcp-sa-worker.service, /etc/systemd/system/dcp-inet-daemon.service | Where-Object { $_ }) {
            'This machine has services of DCP, which are not for tests.'
        }
    }

    # Every file and link below the image with its content, so that two looks can be compared.
    function Get-ImageContent {
        Get-ChildItem -Recurse -Force $image | Sort-Object FullName | ForEach-Object {
            "$($_.FullName) $($_.LinkTarget) $($_.PSIsContainer -or $_.LinkTarget ? '' : [System.IO.File]::ReadAllText($_.FullName))"
        }
    }
}

Describe 'Services of an image' {
    BeforeEach {
        if (Get-SystemctlMissing) {
            Set-ItResult -Skipped -Because (Get-SystemctlMissing)
        }

        $image = Join-Path $TestDrive ([guid]::NewGuid().ToString('N'))
        New-ServiceImage $image
        $units = Join-Path $image 'etc/systemd/system'
        $worker = Join-Path $units 'dcp-sa-worker.service'
        $daemon = Join-Path $units 'dcp-inet-daemon.service'
        $there = @{ Root = $image; Program = '/opt/dcp/bin/dcp-worker' }
    }

    It 'are registered, found and unregistered' {
        (Get-DcpService -Root $image).State | Should -Be 'NotInstalled', 'NotInstalled'
        Register-DcpService Worker, InetDaemon @there | Should -BeNullOrEmpty
        $worker | Should -FileContentMatch '^ExecStart=/opt/dcp/bin/dcp-worker start'
        $worker | Should -FileContentMatch '^User=dcp$'
        $daemon | Should -FileContentMatch '^ExecStart=/opt/dcp/bin/dcp-worker inet-daemon'
        [System.IO.FileInfo]::new((Join-Path $units 'multi-user.target.wants/dcp-sa-worker.service')).LinkTarget | Should -BeLike '*dcp-sa-worker.service'
        $found = Get-DcpService -Root $image
        $found.Name | Should -Be 'InetDaemon', 'Worker'
        $found.State | Should -Be 'Stopped', 'Stopped'
        Unregister-DcpService Worker, InetDaemon -Root $image | Should -BeNullOrEmpty
        (Get-DcpService -Root $image).State | Should -Be 'NotInstalled', 'NotInstalled'
        Get-ChildItem -Recurse -File -Force $units | Should -BeNullOrEmpty
    }

    It 'stay as they are when they are registered again' {
        Register-DcpService Worker @there
        $before = Get-ImageContent
        Register-DcpService Worker @there
        Get-ImageContent | Should -Be $before
    }

    It 'are brought up to date when nobody has changed them' {
        Register-DcpService Worker @there
        Register-DcpService Worker @there -ArgumentList '--sandboxes=2', '--verbose' -ConfigRoot /opt/dcp/site -ResourceDirectory /srv/dcp
        $worker | Should -FileContentMatch '^ExecStart=/opt/dcp/bin/dcp-worker start .*--sandboxes=2 --verbose$'
        $worker | Should -FileContentMatch '^Environment=.*DCP_CONFIG_ROOT=/opt/dcp/site'
        $worker | Should -FileContentMatch '^ReadWritePaths=-/srv/dcp$'
    }

    It 'that somebody has changed are replaced with -Force only' {
        Register-DcpService Worker @there
        Add-Content $worker 'Nice=3'
        $before = Get-ImageContent
        Register-DcpService Worker @there -PassThru -ErrorAction SilentlyContinue -ErrorVariable errors | Should -BeNullOrEmpty
        $errors[0].FullyQualifiedErrorId | Should -Be "ServiceExists$(Get-ErrorSuffix Register)"
        $errors[0].CategoryInfo.Category | Should -Be 'ResourceExists'
        $errors[0].TargetObject | Should -Be 'Worker'
        $errors[0].Exception.Message | Should -BeLike "*$worker*"
        Get-ImageContent | Should -Be $before
        Register-DcpService Worker @there -Force
        $worker | Should -Not -FileContentMatch 'Nice=3'
    }

    It 'that somebody has changed are removed with -Force only' {
        Register-DcpService Worker @there
        Add-Content $worker 'Nice=3'
        Unregister-DcpService Worker -Root $image -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors[0].FullyQualifiedErrorId | Should -Be "ServiceExists$(Get-ErrorSuffix Unregister)"
        $worker | Should -Exist
        Unregister-DcpService Worker -Root $image -Force
        $worker | Should -Not -Exist
    }

    It 'are not registered with -WhatIf' {
        $before = Get-ImageContent
        Register-DcpService Worker, InetDaemon @there -PassThru -WhatIf | Should -BeNullOrEmpty
        Get-ImageContent | Should -Be $before
    }

    It 'are not unregistered with -WhatIf' {
        Register-DcpService Worker @there
        $before = Get-ImageContent
        Unregister-DcpService Worker -Root $image -PassThru -WhatIf | Should -BeNullOrEmpty
        Get-ImageContent | Should -Be $before
    }

    It 'are written as they are then with -PassThru' {
        $service = Register-DcpService Worker @there -PassThru
        $service | Should -BeOfType 'DcpWorker.Cmdlets.ServiceInfo'
        $service.Name | Should -Be 'Worker'
        $service.Name | Should -BeOfType 'DcpWorker.Engine.Services.Registration.DcpService'
        $service.State | Should -Be 'Stopped'
        $service.StartupType | Should -Be 'Automatic'
        $service.ServiceName | Should -Be 'dcp-sa-worker'
        $service.Manager | Should -Be 'systemd'
        $service.Definition | Should -Be $worker
        $service.ProcessId ?? $service.Since ?? $service.Restarts | Should -BeNullOrEmpty
        $gone = Unregister-DcpService Worker -Root $image -PassThru
        $gone.State | Should -Be 'NotInstalled'
        $gone.StartupType | Should -Be 'None'
    }

    It 'do not start with the machine with -StartupType Manual' {
        (Register-DcpService Worker @there -StartupType Manual -PassThru).StartupType | Should -Be 'Manual'
        Join-Path $units 'multi-user.target.wants' | Should -Not -Exist
    }

    It 'are taken from the pipeline by value' {
        'Worker', 'InetDaemon' | Register-DcpService @there -PassThru | ForEach-Object Name | Should -Be 'Worker', 'InetDaemon'
        ('Worker' | Get-DcpService -Root $image).State | Should -Be 'Stopped'
    }

    It 'are taken from the pipeline by the name of a property' {
        [pscustomobject]@{ Name = 'Worker'; Program = '/opt/dcp/bin/dcp-worker'; ConfigRoot = '/opt/dcp/site' } | Register-DcpService -Root $image
        $worker | Should -FileContentMatch 'DCP_CONFIG_ROOT=/opt/dcp/site'
        Register-DcpService InetDaemon @there
        Get-DcpService -Root $image | Unregister-DcpService -Root $image -PassThru -WhatIf | Should -BeNullOrEmpty
        $worker, $daemon | Should -Exist
        Get-DcpService -Root $image | Unregister-DcpService -Root $image
        $worker, $daemon | Should -Not -Exist
    }

    It 'take a path relative to where PowerShell is' {
        Push-Location $TestDrive
        try {
            (Register-DcpService Worker -Root "./$(Split-Path -Leaf $image)" -Program /opt/dcp/bin/dcp-worker -PassThru).Definition | Should -Be $worker
        }
        finally {
            Pop-Location
        }
    }

    It 'do not run as <User>, which <Reason>' -ForEach @(
        @{ User = 'root'; Reason = 'may do everything'; Says = '*Nothing of this runs as root*' }
        @{ User = 'stranger'; Reason = 'is not there'; Says = "*no user 'stranger'*useradd*" }
    ) {
        Register-DcpService Worker @there -User $User -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors[0].FullyQualifiedErrorId | Should -Be "ServiceUnusable$(Get-ErrorSuffix Register)"
        $errors[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
        $errors[0].Exception.Message | Should -BeLike $Says
        $worker | Should -Not -Exist
    }

    It 'need a program that is there' {
        Register-DcpService Worker -Root $image -Program /opt/dcp/bin/none -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors[0].FullyQualifiedErrorId | Should -Be "ServiceUnusable$(Get-ErrorSuffix Register)"
        $errors[0].Exception.Message | Should -BeLike '*/opt/dcp/bin/none*'
    }

    It 'that are not there cannot be unregistered, and the next one is' {
        Register-DcpService InetDaemon @there
        Unregister-DcpService Worker, InetDaemon -Root $image -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -Be "ServiceNotInstalled$(Get-ErrorSuffix Unregister)"
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $daemon | Should -Not -Exist
    }

    It 'are registered but not started with -Start' {
        Register-DcpService Worker @there -Start -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors[0].FullyQualifiedErrorId | Should -Be "ServiceManagerMissing$(Get-ErrorSuffix Register)"
        $errors[0].Exception.Message | Should -BeLike '*does not run*'
        $worker | Should -Exist
    }

    It 'are a table of at most 100 columns' {
        Register-DcpService Worker, InetDaemon @there
        $lines = (Get-DcpService -Root $image | Format-Table | Out-String -Width 100) -replace '\x1b\[[\d;]*m' -split '\r?\n' | Where-Object { $_ }
        $lines[0] | Should -Match '^Name +State +Startup +Process +Since +Status'
        $lines[2] | Should -Match '^InetDaemon +Stopped +Automatic'
        $lines[3] | Should -Match '^Worker +Stopped +Automatic'
        $lines | Where-Object Length -GT 100 | Should -BeNullOrEmpty
    }
}

Describe 'A folder that is not there' {
    It 'is no system for <Verb>-DcpService' -ForEach @(
        @{ Verb = 'Get' }, @{ Verb = 'Register' }, @{ Verb = 'Unregister' }
    ) {
        $folder = Join-Path $TestDrive 'none'
        $more = $Verb -eq 'Register' ? @{ Program = '/opt/dcp/bin/dcp-worker' } : @{}
        & "$Verb-DcpService" Worker -Root $folder @more -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors[0].FullyQualifiedErrorId | Should -Be "ServiceNotInstalled$(Get-ErrorSuffix $Verb)"
        $errors[0].Exception.Message | Should -BeLike "*$folder*"
        $folder | Should -Not -Exist
    }
}

Describe 'A name that is no service' {
    It 'is refused by <_>-DcpService, which says what there is' -ForEach 'Register', 'Unregister', 'Get', 'Start', 'Stop', 'Restart' {
        $failure = { & "$_-DcpService" Wroker -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike "*$(Get-ErrorSuffix $_)"
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        "$failure" | Should -BeLike '*Worker*InetDaemon*'
    }
}

Describe '<_>-DcpService on this machine' -ForEach 'Start', 'Stop', 'Restart' {
    BeforeAll {
        $verb = $_
    }

    It 'does nothing with -WhatIf' {
        & "$verb-DcpService" Worker, InetDaemon -PassThru -WhatIf -ErrorVariable errors | Should -BeNullOrEmpty
        'Worker', 'InetDaemon' | & "$verb-DcpService" -WhatIf -ErrorVariable +errors
        [pscustomobject]@{ Name = 'Worker' } | & "$verb-DcpService" -WhatIf -ErrorVariable +errors
        $errors | Should -BeNullOrEmpty
    }

    It 'says so for each service that is not there' {
        foreach ($reason in (Get-NoTestReason)) {
            Set-ItResult -Skipped -Because $reason
        }

        & "$verb-DcpService" Worker, InetDaemon -PassThru -ErrorAction SilentlyContinue -ErrorVariable errors | Should -BeNullOrEmpty
        $id, $category, $says = (Get-SystemctlMissing) ? ('ServiceManagerMissing', 'ResourceUnavailable', '*systemctl*') : ('ServiceNotInstalled', 'ObjectNotFound', "*There is no service 'dcp-*Install it first*")
        $errors.FullyQualifiedErrorId | Should -Be (@("$id$(Get-ErrorSuffix $verb)") * 2)
        $errors.CategoryInfo.Category | Should -Be $category, $category
        $errors.TargetObject | Should -Be 'Worker', 'InetDaemon'
        $errors[0].Exception.Message | Should -BeLike $says
    }
}
