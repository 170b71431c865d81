using System.Globalization;

namespace DcpWorker.Cli.Keystores;

/// <summary>How far a key derivation is, on the terminal's last line, once it takes long enough for somebody to wonder.</summary>
internal sealed class KeyProgress(string what) : IProgress<double>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.7);
    private readonly Lock _gate = new();
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private int _shown = -1;
    private bool _ended;

    public void Report(double value)
    {
        int percent = (int)(value * 100);
        lock (_gate)
        {
            if (_ended || percent == _shown || Console.IsErrorRedirected || TimeProvider.System.GetElapsedTime(_start) < Patience)
            {
                return;
            }

            _shown = percent;
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{what}: {percent,3} %"));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_shown >= 0 && !_ended)
            {
                Console.Error.Write("\r" + new string(' ', what.Length + 8) + "\r");
            }

            _ended = true;
        }
    }
}
