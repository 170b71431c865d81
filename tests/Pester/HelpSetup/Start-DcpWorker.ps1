param($Place)
Start-HelpJob $Place -Slices 5
