param($Place)
Set-FreeEvaluatorPort $Place
