using System.Diagnostics;
using System.Text;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// Runs configuration.js in dcp-evaluator: the engine that also runs jobs, without disk or network, under a limit of time
/// and memory. What a fragment does there stays there.
/// </summary>
internal sealed class FragmentEvaluator(string evaluatorPath, TimeSpan timeLimit, int maxHeapMegabytes)
{
    // Workers keep every core busy, so the limit is of the evaluator's own processor time; the clock gets this many times as much.
    private const int Patience = 15;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    // far more than any configuration; what is longer is refused before it costs memory
    private const int MaxAnswer = 16 * 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Builds the tree; the answer is what configuration.js says.</summary>
    /// <exception cref="ConfigurationException">The evaluator cannot be started, runs out of time or memory, or gives no answer.</exception>
    public async Task<JsValue> BuildAsync(IReadOnlyList<ConfigurationLayer> layers, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        JsObject request = new()
        {
            ["layers"] = new JsArray(layers.Select(JsValue? (l) => Encode(l))),
            ["environment"] = EncodeEnvironment(environment),
            ["limit"] = timeLimit.TotalMilliseconds,
        };
        (string answer, string errors, int? exitCode) = await RunAsync([Script("url.js"), Script("configuration.js")], JsonWriter.Write(request) + "\n", ct).ConfigureAwait(false);
        if (answer.Length == 0)
        {
            throw new ConfigurationException(exitCode is null
                ? NotInTime(layers)
                : $"The configuration could not be evaluated: {evaluatorPath} ended with code {exitCode} and said: {errors.Trim()}");
        }

        return JsonReader.Parse(answer);
    }

    /// <summary>The line (from 1) and message of the syntax error in a fragment; null when it has none after all.</summary>
    public async Task<(int? Line, string Message)?> LocateSyntaxErrorAsync(string text, CancellationToken ct)
    {
        // V8 tells the place of a syntax error only for a whole script, so the fragment becomes one
        bool literal = IsLiteral(text);
        string folder = Directory.CreateTempSubdirectory("dcp-config-").FullName;
        string file = Path.Combine(folder, "fragment.js");
        try
        {
            await File.WriteAllTextAsync(file, literal ? $"(function () {{ \"use strict\"; return ({text}\n)}})" : $"(function () {{ \"use strict\"; {text}\n}})", Utf8, ct).ConfigureAwait(false);
            (_, string errors, _) = await RunAsync([file], "", ct).ConfigureAwait(false);
            int at = errors.IndexOf("fragment.js:", StringComparison.Ordinal);
            if (at < 0)
            {
                return null;
            }

            string digits = new([.. errors[(at + "fragment.js:".Length)..].TakeWhile(char.IsAsciiDigit)]);
            string message = errors[at..].Split('\n').FirstOrDefault(l => l.Contains("SyntaxError", StringComparison.Ordinal)) ?? "SyntaxError";
            return (int.TryParse(digits, out int line) ? line : null, message[message.IndexOf("SyntaxError", StringComparison.Ordinal)..].Trim());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string NotInTime(IReadOnlyList<ConfigurationLayer> layers)
    {
        string[] files = [.. Fragments(layers)];
        return $"The configuration was not evaluated within {timeLimit.TotalSeconds:0.#} s: " + (files.Length > 0
            ? $"one of its files does not end. Look for a loop in {string.Join(", ", files)}."
            : $"{evaluatorPath} hangs. Try: dcp-worker evaluator test");
    }

    private static bool IsLiteral(string text)
    {
        int at = JavaScriptText.SkipBlank(text, 0);
        return at < text.Length && text[at] == '{';
    }

    private static string Script(string name) => Path.Combine(EngineFiles.Folder, "libexec", "configuration", name);

    private static IEnumerable<string> Fragments(IEnumerable<ConfigurationLayer> layers) =>
        layers.Where(l => l.Kind == ConfigurationLayerKind.Fragment && l.Origin.Kind == ConfigurationOriginKind.File).Select(l => l.Origin.Name).Distinct();

    private static JsObject Encode(ConfigurationLayer layer)
    {
        JsObject o = new() { ["kind"] = KindName(layer.Kind), ["name"] = layer.Origin.Name };
        if (layer.Text is { } text)
        {
            // a byte-order mark is no part of the text
            o["text"] = text.TrimStart('\ufeff');
        }

        if (layer.Proof is { } proof)
        {
            o["proof"] = new JsObject
            {
                ["path"] = proof.Path,
                ["value"] = ConfigurationValue.Encode(proof.Value),
                ["before"] = proof.Before is { } before ? before.TrimStart('\ufeff') : JsValue.Null,
            };
        }

        if (layer.Path is { } path)
        {
            o["path"] = path;
        }

        if (layer.Value is { } value)
        {
            o["value"] = ConfigurationValue.Encode(value);
        }

        return o;
    }

    private static string KindName(ConfigurationLayerKind kind) => kind switch
    {
        ConfigurationLayerKind.Fragment => "fragment",
        ConfigurationLayerKind.Json => "json",
        ConfigurationLayerKind.Value => "value",
        ConfigurationLayerKind.Environment => "environment",
        _ => "set",
    };

    private static JsObject EncodeEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        JsObject o = [];
        foreach ((string name, string value) in environment)
        {
            o[name] = value;
        }

        return o;
    }

    private async Task<(string Answer, string Errors, int? ExitCode)> RunAsync(IEnumerable<string> files, string input, CancellationToken ct)
    {
        ProcessStartInfo start = new(evaluatorPath)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
            CreateNoWindow = true,
        };
        start.ArgumentList.Add($"--max-heap-mb={maxHeapMegabytes}");
        if (OperatingSystem.IsLinux() && FileOwner.GetEffectiveUser() == 0)
        {
            // root may ask for the configuration; the fragment is locked down before it runs all the same
            start.ArgumentList.Add("--allow-root");
        }

        foreach (string file in files)
        {
            start.ArgumentList.Add(file);
        }

        // what the fragments may see of the environment they get in the request
        start.Environment.Clear();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ConfigurationException($"The configuration cannot be evaluated: {evaluatorPath} does not start ({e.Message}). Is dcp-evaluator installed?", null, e);
        }

        using (process)
        {
            Task<string> errors = ReadAsync(process.StandardError, stopAtLine: false, CancellationToken.None);
            using CancellationTokenSource ended = new();
            Task watch = LimitAsync(process, limit, ended.Token);
            try
            {
                Task<string> answer = ReadAsync(process.StandardOutput, stopAtLine: true, limit.Token);
                await WriteAsync(process, input, limit.Token).ConfigureAwait(false);
                string line = await answer.ConfigureAwait(false);
                process.StandardInput.Close();
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
                return (line, await errors.ConfigureAwait(false), process.ExitCode);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return ("", "", null);
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }

                await ended.CancelAsync().ConfigureAwait(false);
                await watch.ConfigureAwait(false);
                await errors.ConfigureAwait(false);
            }
        }
    }

    /// <summary>Cancels <paramref name="limit"/> once the process has computed for too long, or has been given the time to.</summary>
    private async Task LimitAsync(Process process, CancellationTokenSource limit, CancellationToken ended)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan left = timeLimit;
        while (left > TimeSpan.Zero)
        {
            await Task.Delay(left, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested || process.HasExited)
            {
                return;
            }

            TimeSpan processor = timeLimit - Computed(process);
            TimeSpan clock = (timeLimit * Patience) - Stopwatch.GetElapsedTime(start);
            left = processor < clock ? processor : clock;
            left = left > TimeSpan.Zero && left < Tick ? Tick : left;
        }

        await limit.CancelAsync().ConfigureAwait(false);
    }

    private static TimeSpan Computed(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            // it ended just now: whoever reads from it sees that
            return TimeSpan.Zero;
        }
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken ct)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), ct).ConfigureAwait(false);
            await process.StandardInput.FlushAsync(ct).ConfigureAwait(false);
            if (input.Length == 0)
            {
                process.StandardInput.Close();
            }
        }
        catch (IOException)
        {
            // it ended before it had read everything: its exit code and messages tell why
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, bool stopAtLine, CancellationToken ct)
    {
        StringBuilder text = new();
        char[] buffer = new char[16 * 1024];
        int read;
        while (text.Length < MaxAnswer && (read = await reader.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0)
        {
            text.Append(buffer, 0, read);
            if (stopAtLine && buffer.AsSpan(0, read).Contains('\n'))
            {
                break;
            }
        }

        return text.ToString();
    }
}
