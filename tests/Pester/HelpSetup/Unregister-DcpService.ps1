param($Place)
$missing = Get-SystemctlMissing
if ($missing) {
    Set-ItResult -Skipped -Because $missing
}

New-ServiceImage (Join-Path $Place.Folder image)
$null = Invoke-HelpExample $Place 'Register-DcpService InetDaemon, Worker -Root ./image -Program /opt/dcp/bin/dcp-worker'
