// Lets a program of ours fail in a way that no input can: .NET runs this first when DOTNET_STARTUP_HOOKS names this assembly.
// Once the file that DCP_TEST_THROW_WHEN names is there, a thread throws.

/// <summary>The name and place are .NET's.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("DCP_TEST_THROW_WHEN") is { } file)
        {
            new Thread(() => ThrowWhen(file)) { IsBackground = true }.Start();
        }
    }

    private static void ThrowWhen(string file)
    {
        while (!File.Exists(file))
        {
            Thread.Sleep(20);
        }

        throw new InvalidOperationException("thrown\non purpose");
    }
}
