using System.Text;

namespace DcpWorker.Cli.Keystores;

/// <summary>A line of text that nobody else is to see. The caller wipes what is returned.</summary>
internal static class SecretLine
{
    /// <summary>The longest line, in characters.</summary>
    private const int MaxLength = 4096;

    /// <summary>The first line of a file, or of stdin when the file is <c>-</c>.</summary>
    /// <exception cref="UsageException">It is too long, or not there.</exception>
    public static char[] FromFile(string path)
    {
        if (path == "-")
        {
            return Read(Console.In) ?? [];
        }

        try
        {
            using StreamReader reader = new(path, Encoding.UTF8);
            return Read(reader) ?? [];
        }
        catch (IOException e)
        {
            throw new UsageException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The next line of stdin; null at its end.</summary>
    public static async Task<char[]?> FromStdinAsync(CancellationToken ct) => await Task.Run(() => Read(Console.In), ct).WaitAsync(ct);

    /// <summary>A line that is typed, which the terminal does not show.</summary>
    public static async Task<char[]> FromTerminalAsync(string prompt, CancellationToken ct)
    {
        // looking for a key turns the terminal's echo off, which must be so before anybody is asked to type
        _ = Console.KeyAvailable;
        await Console.Error.WriteAsync(Printable.Line(prompt));
        try
        {
            // a key that is waited for cannot be given up, but the program that does so ends
            return await Task.Run(Type, ct).WaitAsync(ct);
        }
        finally
        {
            await Console.Error.WriteLineAsync();
        }
    }

    private static char[] Type()
    {
        Span<char> line = stackalloc char[MaxLength];
        int length = 0;
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                return Taken(line, length);
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                length = Math.Max(0, length - 1);
            }
            else if (key.Key == ConsoleKey.U && key.Modifiers == ConsoleModifiers.Control)
            {
                length = 0;
            }
            else if (!char.IsControl(key.KeyChar) && length < MaxLength)
            {
                line[length++] = key.KeyChar;
            }
        }
    }

    private static char[]? Read(TextReader reader)
    {
        Span<char> line = stackalloc char[MaxLength];
        int length = 0;
        for (int c = reader.Read(); c is not '\n'; c = reader.Read())
        {
            if (c < 0)
            {
                return length == 0 ? null : Taken(line, length);
            }

            if (length == MaxLength)
            {
                line.Clear();
                throw new UsageException($"The line is longer than {MaxLength} characters.");
            }

            line[length++] = (char)c;
        }

        return Taken(line, length > 0 && line[length - 1] == '\r' ? length - 1 : length);
    }

    private static char[] Taken(Span<char> line, int length)
    {
        char[] text = line[..length].ToArray();
        line.Clear();
        return text;
    }
}
