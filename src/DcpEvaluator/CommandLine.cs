using System.Globalization;
using System.Net;

namespace DcpEvaluator;

/// <summary>Reads the command line. Options may stand before, between and after the files.</summary>
internal static class CommandLine
{
    public const string Help = """
        Usage: dcp-evaluator [options] file.js ...

        Runs the files, in order, in a JavaScript global scope that has the language, WebAssembly and five
        functions: writeln, onreadln, ontimer, nextTimer, die. Then gives up every right it can do without, and
        serves lines from stdin. No disk, no network.

          -p, --port PORT         listen, one process a connection, instead of using stdin and stdout;
                                  0 = a free port, which is printed
              --listen ADDRESS    address to listen on (127.0.0.1)
              --max-heap-mb N     JavaScript heap (2048)
              --max-buffer-mb N   all ArrayBuffers together (2048)
              --code-cache DIR    start faster from compiled code kept there
              --make-code-cache DIR
                                  run the files, write that directory, and end
              --v8-options=FLAGS  flags for V8 (also --options=)
          -d, --debug LEVEL       highest syslog severity to print on stderr, 0 to 7 (7)
              --allow-root        run as uid 0: a fault in V8 then gives away the whole machine
              --no-lockdown       keep all rights: for debugging only
              --probe-lockdown[=WHAT]
                                  once locked down, try something forbidden (open) and be killed for it
              --parent-pid PID    die with that process, which must be the parent
              --version, --help

        Exit codes:
            0  input ended, peer closed, or die(); die(N) ends with N
            1  wrong use, or started by root without --allow-root
           70  fault inside the evaluator
           71  the system refused something needed (port, lock-down, code cache)
           72  out of memory
           74  output failed
           75  the peer went away, and JavaScript went on without it
           76  input line longer than 512 MB
           97  a set-up file threw, or could not be read
           98  a set-up file left a promise rejection unhandled
          159  (signal SIGSYS) killed for something that lock-down forbids
        Later exceptions and rejections are one line on stderr each, and end nothing.
        """;

    /// <exception cref="UsageException">The command line is wrong.</exception>
    public static EvaluatorOptions Parse(IReadOnlyList<string> arguments)
    {
        EvaluatorOptions options = new();
        List<string> files = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == "--")
            {
                files.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (argument.Length < 2 || argument[0] != '-')
            {
                files.Add(argument);
                continue;
            }

            int equals = argument.StartsWith("--", StringComparison.Ordinal) ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
            string name = equals < 0 ? argument : argument[..equals];
            string? attached = equals < 0 ? null : argument[(equals + 1)..];
            string Value() => attached ?? (++i < arguments.Count ? arguments[i] : throw new UsageException($"{name} needs a value"));
            EvaluatorOptions Flag(EvaluatorOptions with) => attached is null ? with : throw new UsageException($"{name} takes no value");

            options = name switch
            {
                "-p" or "--port" => options with { Port = Number(name, Value(), 0, 65535) },
                "--listen" => options with { Listen = Address(Value()) },
                "--max-heap-mb" => options with { MaxHeapBytes = Number(name, Value(), 16, 1 << 20) * 1048576L },
                "--max-buffer-mb" => options with { MaxBufferBytes = Number(name, Value(), 1, 1 << 20) * 1048576L },
                "--code-cache" => options with { CodeCache = Value() },
                "--make-code-cache" => options with { MakeCodeCache = Value() },
                "--v8-options" or "--options" => options with { V8Flags = Value() },
                "-d" or "--debug" => options with { DebugLevel = Number(name, Value(), 0, 7) },
                "--allow-root" => Flag(options with { AllowRoot = true }),
                "--no-lockdown" => Flag(options with { LockDown = false }),
                "--probe-lockdown" => options with { Probe = attached ?? "open" },
                "--parent-pid" => options with { ParentPid = Number(name, Value(), 1, int.MaxValue) },
                "--version" => Flag(options with { Version = true }),
                "-h" or "--help" => Flag(options with { Help = true }),
                _ => throw new UsageException($"unknown option {name}; --help lists them"),
            };
        }

        return options with { Files = files };
    }

    private static int Number(string name, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{name} takes a number from {least} to {most}, not '{text}'");

    private static IPAddress Address(string text) => text switch
    {
        "localhost" => IPAddress.Loopback,
        "any" or "any/0" => IPAddress.Any,
        _ => IPAddress.TryParse(text, out IPAddress? address) ? address : throw new UsageException($"--listen takes an IP address, not '{text}'"),
    };
}
