// A program that logs, for tests that kill it, fill its disk or make it fail:
//   LogHost SINK…        as --log has them
// Commands come on stdin, one a line, and are answered on stdout with what they are:
//   warn FROM TO         logs a warning "line N" for each number
//   flush                waits until all of it is written
//   throw                throws on a thread that catches nothing; the exit code is 70
//   forget               lets a task fail that nobody waits for
using System.Globalization;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Logging.Streams;
using Microsoft.Extensions.Logging;

using LogDispatcher log = LogDispatcher.Start(
    [.. args.Select(a => LogSinkText.Parse(a, "log-host"))],
    LogSource.OfThisProcess("log-host"),
    new ConsoleTarget(Console.OpenStandardError(), ConsoleStyle.Plain),
    TimeProvider.System);
using UncaughtExceptions uncaught = UncaughtExceptions.Watch(log, TimeProvider.System, _ => Environment.Exit(70));
ILogger logger = log.CreateLogger("Test");
while (Console.ReadLine() is { } line)
{
    string[] words = line.Split(' ');
    switch (words[0])
    {
        case "warn":
            for (int i = int.Parse(words[1], CultureInfo.InvariantCulture); i <= int.Parse(words[2], CultureInfo.InvariantCulture); i++)
            {
                logger.LogWarning("line {Number}", i);
            }

            break;
        case "flush":
            log.Flush(TimeSpan.FromMinutes(1));
            break;
        case "throw":
            Console.WriteLine(line);
            new Thread(() => throw new InvalidOperationException("thrown\non purpose")).Start();
            Thread.Sleep(Timeout.Infinite);
            break;
        default:
            Forget();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            break;
    }

    Console.WriteLine(line);
}

// not inlined, so that nothing holds the task any more
[System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
static void Forget() => ((IAsyncResult)Task.Run(() => throw new InvalidOperationException("forgotten"))).AsyncWaitHandle.WaitOne();
