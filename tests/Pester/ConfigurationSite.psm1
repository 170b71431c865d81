# A configuration of its own for a test: nothing of this host's is read, whoever runs it.

$script:Variables = 'DCP_CONFIG_ROOT', 'DCP_ETCDIR', 'DCP_RESOURCE_DIR', 'DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION', 'DCP_SCHEDULER_LOCATION', 'DCP_CONFIG_LOCATION'

function New-ConfigurationSite {
    param([string] $SiteFile)

    $folder = Join-Path $TestDrive ([guid]::NewGuid().ToString('N'))
    $null = New-Item -ItemType Directory -Force $folder, "$folder/home", "$folder/etc"
    if ($SiteFile) {
        [System.IO.File]::WriteAllText("$folder/dcp-site-config.js", $SiteFile)
    }

    $before = @{}
    foreach ($name in $script:Variables) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        Remove-Item -LiteralPath "Env:$name" -ErrorAction Ignore
    }

    $env:DCP_CONFIG_ROOT = $folder
    $env:DCP_ETCDIR = "$folder/etc"
    $env:DCP_RESOURCE_DIR = "$folder/home"
    # The folder of the tests lies in one that everybody may write to.
    $env:DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION = '1'
    [pscustomobject]@{ Folder = $folder; Home = "$folder/home"; Before = $before }
}

function Remove-ConfigurationSite {
    param([Parameter(Mandatory)] $Site)

    foreach ($name in $script:Variables) {
        # Not by .NET with $null: PowerShell makes that the empty text, which is a value.
        if ($null -eq $Site.Before[$name]) {
            Remove-Item -LiteralPath "Env:$name" -ErrorAction Ignore
        }
        else {
            Set-Item -LiteralPath "Env:$name" $Site.Before[$name]
        }
    }
}

# Text that is to be kept secret, as the cmdlets take it.
function New-Secret {
    param([Parameter(Mandatory)] [AllowEmptyString()] [string] $Text)

    $secret = [securestring]::new()
    foreach ($character in $Text.ToCharArray()) {
        $secret.AppendChar($character)
    }

    $secret
}

Export-ModuleMember -Function *
