param($Place)
Set-FreeEvaluatorPort $Place
Start-HelpJob $Place -Slices 1
