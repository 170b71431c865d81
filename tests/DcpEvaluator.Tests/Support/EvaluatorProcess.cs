using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace DcpEvaluator.Tests.Support;

/// <summary>One real evaluator on pipes. Every wait ends in an error after <see cref="Patience"/>.</summary>
internal sealed class EvaluatorProcess : IAsyncDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Channel<bool> _newErrors = Channel.CreateUnbounded<bool>();
    private readonly Task _readErrors;

    private EvaluatorProcess(Process process)
    {
        _process = process;
        _readErrors = ReadErrorsAsync();
    }

    /// <summary>Long enough for a loaded machine; nothing waits this long unless it is broken.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(120);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    public static EvaluatorProcess Start(params IEnumerable<string> arguments)
    {
        IReadOnlyList<string> command = UnprivilegedUser.Command([Built.Evaluator, .. arguments]);
        return Run(command);
    }

    public static EvaluatorProcess StartAsCaller(params IEnumerable<string> arguments) => Run([Built.Evaluator, .. arguments]);

    /// <summary>As a shell starts it: <c>"$@"</c> in the command is the evaluator with its arguments.</summary>
    public static EvaluatorProcess StartFromShell(string command, params IEnumerable<string> arguments) =>
        Run(UnprivilegedUser.Command(["sh", "-c", command, "sh", Built.Evaluator, .. arguments]));

    /// <summary>With one set-up file of this text.</summary>
    public static EvaluatorProcess StartScript(string script, params IEnumerable<string> options) =>
        Start([.. options, TemporaryFiles.Script(script)]);

    /// <summary>With the official set-up files, past <c>__sandboxLoaded</c>.</summary>
    public static async Task<EvaluatorProcess> StartSandboxAsync(params IEnumerable<string> options)
    {
        EvaluatorProcess evaluator = Start([.. options, "--code-cache", Built.Sandbox.CodeCache, .. Built.Sandbox.Files]);
        while (!(await evaluator.ReadLineAsync()).Contains("\"__sandboxLoaded\"", StringComparison.Ordinal))
        {
        }

        return evaluator;
    }

    public async Task SendAsync(string line)
    {
        await Input.WriteAsync(Utf8.GetBytes(line + "\n")).AsTask().WaitAsync(Patience);
        await Input.FlushAsync().WaitAsync(Patience);
    }

    public void CloseInput() => _process.StandardInput.Close();

    public async Task<string?> ReadLineOrEndAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    public async Task<string> ReadLineAsync()
    {
        if (await ReadLineOrEndAsync() is string line)
        {
            return line;
        }

        throw new InvalidOperationException($"the evaluator ended with {await ExitCodeAsync()}: {await ErrorsAsync()}");
    }

    /// <summary>128 + the signal's number when a signal ended it.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>All of stderr, once it has ended.</summary>
    public async Task<string> ErrorsAsync()
    {
        await _readErrors.WaitAsync(Patience);
        return _errors.ToString();
    }

    /// <summary>Waits until stderr contains the text.</summary>
    public async Task WaitForErrorAsync(string text)
    {
        while (true)
        {
            lock (_errors)
            {
                if (_errors.ToString().Contains(text, StringComparison.Ordinal))
                {
                    return;
                }
            }

            await _newErrors.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        }
    }

    /// <summary>The one line on stderr.</summary>
    public async Task<string> ErrorAsync() =>
        Assert.Single((await ErrorsAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>SIGKILL, to this process alone.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is string line)
        {
            lock (_errors)
            {
                _errors.Append(line).Append('\n');
            }

            _newErrors.Writer.TryWrite(true);
        }

        _newErrors.Writer.Complete();
    }

    private static EvaluatorProcess Run(IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
        };
        return new(Process.Start(start)!);
    }
}
